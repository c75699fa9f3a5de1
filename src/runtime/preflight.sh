# preflight: what has to hold before the first change. Every refusal is told, each with its remedy.

sw_refusals=() sw_way=''
sw_apt_methods=/usr/lib/apt/methods

# sw_refuse WHAT REMEDY: a reason not to start.
sw_refuse() {
  sw_refusals+=("$1" "$2")
}

# asks_until_begun ID: what is required from here on is of a further way, which begins with step ID.
asks_until_begun() {
  sw_way=$1
}

# sw_started: whether an earlier run has begun to change this machine on the way that is asked for.
sw_started() {
  if [[ -n $sw_way ]]; then
    sw_was_begun "$sw_way"
  else
    [[ $sw_begun == yes ]]
  fi
}

# sw_os_release NAME: sets sw_text to that value of os-release, read and not executed.
sw_os_release() {
  local line
  sw_text=''
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line == "$1="* ]] || continue
    sw_text=${line#*=}
    sw_text=${sw_text#[\"\']}
    sw_text=${sw_text%[\"\']}
  done </etc/os-release
}

# sw_codename: sets sw_text to the release's codename; Debian 9 has it in VERSION alone.
sw_codename() {
  sw_os_release VERSION_CODENAME
  [[ -z $sw_text ]] || return 0
  sw_os_release VERSION
  [[ $sw_text =~ \(([a-z]+)\) ]] && sw_text=${BASH_REMATCH[1]}
}

# require_bash MAJOR.MINOR
require_bash() {
  local major=${1%.*} minor=${1#*.}
  ((BASH_VERSINFO[0] > major || (BASH_VERSINFO[0] == major && BASH_VERSINFO[1] >= minor))) ||
    sw_refuse "bash $1 or later is needed, this is ${BASH_VERSION}" "install a newer bash and run this script with it"
}

require_root() {
  ((EUID == 0)) || sw_refuse "only root can do this" "run it with: sudo bash $sw_script"
}

# require_release CODENAME NAME…: the machine runs one of these releases.
require_release() {
  local found known=''
  sw_codename
  found=$sw_text
  while (($# > 0)); do
    [[ $found != "$1" ]] || return 0
    known+=" or $2 ($1)"
    shift 2
  done
  sw_refuse "this machine runs ${found:-an unknown release}, and this script is for${known# or}" \
    "use the procedure that was made for ${found:-that release}"
}

# require_architecture NAME
require_architecture() {
  local found
  found=$(dpkg --print-architecture 2>/dev/null) || found=unknown
  [[ $found == "$1" ]] ||
    sw_refuse "this machine's architecture is $found, and this script is for $1" "there is no other way"
}

# require_commands NAME…: programs that the script cannot do without from the start.
require_commands() {
  local name
  for name; do
    type -P -- "$name" >/dev/null ||
      sw_refuse "the command $name is missing" "install the package that has it; it is looked for in: $PATH"
  done
}

# require_command NAME PACKAGE
require_command() {
  type -P -- "$1" >/dev/null ||
    sw_refuse "the command $1 is missing" "install it: apt-get install $2"
}

# require_space PATH MEBIBYTES PURPOSE: asked on the file system that PATH is on, or will be on.
require_space() {
  local path available
  sw_started && return
  sw_find_existing "$1"
  path=$sw_text
  available=$(df --output=avail -B 1048576 -- "$path" 2>/dev/null | tail -n 1) || available=''
  available=${available//[[:space:]]/}
  if [[ ! $available =~ ^[0-9]+$ ]]; then
    sw_refuse "the free space on $path could not be found out" "see: df $path"
  elif ((available < $2)); then
    sw_refuse "$path has $available MiB free, and $3 need $2 MiB" "make room there, or give it another disk"
  fi
}

# require_unit NAME: systemd knows the unit.
require_unit() {
  local state
  state=$(systemctl show --property=LoadState --value -- "$1" 2>/dev/null) || state=unknown
  [[ $state == loaded ]] || sw_started ||
    sw_refuse "there is no unit $1 here (systemd says: ${state:-nothing})" "see: systemctl list-unit-files"
}

# require_reachable URL
require_reachable() {
  sw_started && return
  curl -fsSL --max-time 30 --retry 2 --output /dev/null -- "$1" 2>/dev/null ||
    sw_refuse "$1 does not answer" "see: curl -fL $1; if it has moved, set its parameter anew"
}

# require_apt_https ADDRESS…: apt can read those of them that begin with https; up to apt 1.4 it could not
# by itself.
require_apt_https() {
  local address
  for address; do
    [[ $address == https:* && ! -e $sw_apt_methods/https ]] || continue
    sw_refuse "apt cannot read $address: it has no $sw_apt_methods/https" \
      'install it: apt-get install apt-transport-https ca-certificates'
    return
  done
}

# require_true FUNCTION REFUSAL REMEDY [always] [found=WORD]: a requirement of the procedure's own. What
# it has printed takes the place of WORD in what is told.
require_true() {
  local sw_printed sw_text sw_refusal=$2 sw_option sw_always=no sw_word=''
  for sw_option in "${@:4}"; do
    case $sw_option in
      always) sw_always=yes ;;
      found=*) sw_word=${sw_option#*=} ;;
    esac
  done
  [[ $sw_always == yes ]] || ! sw_started || return 0
  ! sw_printed=$("$1" </dev/null 2>/dev/null) || return 0
  sw_fill_in "$2" "$sw_word" "$sw_printed"
  sw_refusal=$sw_text
  sw_fill_in "$3" "$sw_word" "$sw_printed"
  sw_refuse "$sw_refusal" "$sw_text"
}

# sw_fill_in TEXT WORD FOUND: sets sw_text to TEXT, with FOUND in the place of each WORD unless one of the
# two is empty. Versions of bash differ in what they read into FOUND in `${TEXT//WORD/FOUND}`.
sw_fill_in() {
  local rest=$1
  sw_text=''
  if [[ -n $2 && -n $3 ]]; then
    while [[ $rest == *"$2"* ]]; do
      sw_text+=${rest%%"$2"*}$3
      rest=${rest#*"$2"}
    done
  fi
  sw_text+=$rest
}

# sw_require_parts: the part before this one is finished, the machine was rebooted since, and what
# this part has to know was learnt.
sw_require_parts() {
  ((sw_part > 1)) || return 0
  local before=${sw_scripts[sw_part - 2]} name file remedy
  if ! sw_part_has "$((sw_part - 1))" finished; then
    sw_refuse "$before has not finished on this machine" "run it first: bash $before"
    return 0
  fi
  [[ ${sw_part_boots[$((sw_part - 1))]} != "$sw_boot" ]] ||
    sw_refuse "the machine was not rebooted since $before finished" 'reboot it: systemctl reboot; then run this script again'
  for name in "${sw_carried[@]}"; do
    if [[ -z ${sw_carried_from[$name]} ]] || is_carried "$name"; then
      continue
    fi
    file=$sw_state/carried/$name
    remedy="run $before again: bash $before"
    # Behind a part that has begun, that one does nothing any more.
    ! sw_part_has "$sw_part" begin || remedy="write it there, in a line of its own"
    sw_refuse "what $before has learnt of ${name//_/ } is not in $file" "get that file back from a backup; or $remedy"
  done
}

# sw_require_settled: no step that can be done only once was cut off half-way, unless somebody has
# looked, and says by naming it whether it is to be done or left out.
sw_require_settled() {
  local id
  for id in "${sw_once_ids[@]}"; do
    sw_know_events
    [[ ${sw_events[$id]:-} == start ]] || continue
    [[ $sw_from != "$id" && $sw_only != "$id" && " ${sw_skip[*]} " != *" $id "* ]] || continue
    sw_refuse "step $id can be done only once, and a run was cut off while it did it: whether it is done cannot be told" \
      "look for yourself; if it is done: --skip $id; if it is not: --from $id"
  done
}

# sw_require_notes: what this run has to note can be written. A full disk shows when it is.
sw_require_notes() {
  local path
  for path in "$sw_state" "$sw_log"; do
    sw_find_existing "$path"
    [[ -w $sw_text ]] ||
      sw_refuse "$path cannot be written" "is it mounted read-only? see: findmnt -T $sw_text; mend it: mount -o remount,rw …"
  done
}

# sw_find_existing PATH: sets sw_text to PATH, or the nearest folder above it that is there.
sw_find_existing() {
  sw_text=$1
  while [[ ! -e $sw_text && $sw_text == */* ]]; do
    sw_text=${sw_text%/*}
  done
  sw_text=${sw_text:-/}
}

# require_kernel VERSION: the running kernel is at least this one.
require_kernel() {
  local running oldest
  running=$(uname -r)
  oldest=$(printf '%s\n%s\n' "$1" "${running%%-*}" | sort -V | head -n 1)
  [[ $oldest == "$1" ]] ||
    sw_refuse "the running kernel is $running, and $1 or later is needed" \
      "boot the newest installed kernel (see: ls /boot; the boot loader's menu), then run this script again"
}

# sw_refused: tells every refusal. Status 3 when there is one. After a reboot nobody is there to see it:
# the log has it then.
sw_refused() {
  ((${#sw_refusals[@]} > 0)) || return 0
  local index
  [[ -z ${STEPWRIGHT_UNIT:-} || $sw_mode != run ]] || sw_open_log 2>/dev/null || :
  sw_complain "$sw_script cannot start; nothing was changed."
  for ((index = 0; index < ${#sw_refusals[@]}; index += 2)); do
    sw_complain "  - ${sw_refusals[index]}"
    sw_complain "    ${sw_refusals[index + 1]}"
  done
  return 3
}
