#!/bin/bash
# upgrade.sh of postgresql-update: PostgreSQL 15, its newest minor version, the whole upgrade
#
# For a Debian 12 server with a PostgreSQL 15 cluster and one service that uses it. The databases
# are saved, the server is updated within its major version, and the service is down only
# meanwhile.
#
# Use, as root, in tmux or screen:
#   bash upgrade.sh --check      what would keep it from starting, and its steps
#   bash upgrade.sh --dry-run    what each step would do
#   bash upgrade.sh              do it; after any interruption, run it again
#   bash upgrade.sh --help       everything else
#
# Made by stepwright from procedure postgresql-update: change that, not this file.

case ${BASH_VERSION:-} in
  "" | [0-3].*)
    echo "Run this script with bash 4.4 or later." >&2
    exit 2
    ;;
esac
if [[ ! -f ${BASH_SOURCE[0]:-} ]]; then
  echo "Save this script as a file, and run that: bash FILE" >&2
  exit 2
elif [[ ${BASH_SOURCE[0]##*/} == "${0##*/}" ]]; then
  if [[ $- != *p* ]]; then
    # A shell of its own, with no options and no functions of the one that this was started from.
    for sw_name in $(compgen -A function); do unset -f "$sw_name"; done
    LC_ALL=C.UTF-8 exec "$BASH" "-p${-//[!vx]/}" -- "${BASH_SOURCE[0]}" "$@"
  fi
  set +o posix
  mapfile -t sw_whole <"${BASH_SOURCE[0]}"
  if [[ "${sw_whole[*]: -3}" != *'# End of the script.'* ]]; then
    echo "$0 is cut short: copy it again." >&2
    exit 2
  fi
  unset sw_whole
fi

parameters() {
  service=shop.service
  parameter service identifier \
    'the unit that uses the database: stopped for the update, and started after it'
  databases_list=()
  databases=shop
  parameter databases identifiers 'the databases that are saved, and have to answer afterwards'
  server_version=15.14-0+deb12u2
  parameter server_version version 'the oldest version of postgresql-15 that will do'
  backup_dir=/var/backups/postgresql-update
  parameter backup_dir path 'where the databases are saved'
}

preflight() {
  require_release bookworm 'Debian 12'
  require_commands apt-cache apt-get dpkg dpkg-query pg_ctlcluster pg_dump pg_lsclusters \
    pg_restore psql runuser systemctl
  require_unit "$service"
  require_packages_in_order ''
  require_space "$backup_dir" 2000 'the saved databases'
}

steps() {
  step indexes-fetched 'apt knows the packages of bookworm'
  step service-stopped "the service $service is stopped" until=server-updated
  step databases-saved "each of the databases $databases is saved in $backup_dir" \
    until=server-updated
  step server-updated 'installed: postgresql-15'
  step databases-answer "the PostgreSQL cluster 15/main answers and holds $databases"
  step service-started "the service $service runs" opposite=service-stopped
}

# indexes-fetched: apt knows the packages of bookworm
#   Why: apt has to know of the update
indexes_fetched__check() {
  indexes_speak_of bookworm
}
indexes_fetched__apply() {
  apt_begin conffiles=keep
  fetch_indexes
}
indexes_fetched__plan() {
  would apt-get update
}

# service-stopped: the service $service is stopped
#   Why: what it writes from here on would be in no saved database
service_stopped__check() {
  unit_is_stopped "$service"
}
service_stopped__apply() {
  run systemctl stop -- "$service"
}
service_stopped__undo() {
  advise 'start it again'
}

# databases-saved: each of the databases $databases is saved in $backup_dir
#   Why: minor versions have mended faults that had damaged indexes
databases_saved__check() {
  dumps_are_whole "$backup_dir" postgres 15/main "${databases_list[@]}"
}
databases_saved__apply() {
  save_dumps "$backup_dir" postgres 15/main "${databases_list[@]}"
}
databases_saved__plan() {
  plan_dumps "$backup_dir" postgres 15/main "${databases_list[@]}"
}

# server-updated: installed: postgresql-15
#   Why: older minor versions have faults that lose data
server_updated__check() {
  packages_are_installed "minimum=$server_version" -- postgresql-15
}
server_updated__apply() {
  apt_begin conffiles=keep
  install_packages -- postgresql-15
}
server_updated__plan() {
  would apt-get --yes install -- postgresql-15
}

# databases-answer: the PostgreSQL cluster 15/main answers and holds $databases
#   Why: the service needs them
databases_answer__check() {
  cluster_answers 15 main "${databases_list[@]}"
}
databases_answer__apply() {
  answer_from_cluster 15 main "${databases_list[@]}"
}
databases_answer__plan() {
  would pg_ctlcluster 15 main start
}

# service-started: the service $service runs
#   Why: it is what the machine is for
service_started__check() {
  unit_runs "$service"
}
service_started__apply() {
  run systemctl start -- "$service"
}

main() {
  procedure postgresql-update 'PostgreSQL 15, its newest minor version' 4.4
  part 1 upgrade.sh
  perform "$@"
}

# ---- Below: the runtime. It is the same in every script that needs the same parts of it. ----

# hooks: what some parts of this runtime want done around every run.

# Functions to call with the other requirements, when a run begins to change things, before the
# reboot, when a run ends however it ends, when it ends before its time, below the summary of one that
# went through, and below what --status tells.
sw_hooks_require=() sw_hooks_begin=() sw_hooks_reboot=() sw_hooks_end=() sw_hooks_summary=()
sw_hooks_early=() sw_hooks_status=()
# Options that only some scripts have, each with its help, and those of them that were given.
declare -A sw_more_options=()
sw_taken_options=()

# sw_call_hooks require|begin|reboot|end|early|summary|status: calls them all. Status 1 when one failed.
sw_call_hooks() {
  local sw_hook sw_bad=0
  case $1 in
    require) set -- "${sw_hooks_require[@]}" ;;
    begin) set -- "${sw_hooks_begin[@]}" ;;
    reboot) set -- "${sw_hooks_reboot[@]}" ;;
    end) set -- "${sw_hooks_end[@]}" ;;
    early) set -- "${sw_hooks_early[@]}" ;;
    summary) set -- "${sw_hooks_summary[@]}" ;;
    status) set -- "${sw_hooks_status[@]}" ;;
  esac
  for sw_hook; do
    "$sw_hook" || sw_bad=1
  done
  return "$sw_bad"
}

# sw_taken OPTION: whether it was given.
sw_taken() {
  [[ " ${sw_taken_options[*]} " == *" $1 "* ]]
}

# service: what systemd says of a unit. Status 0: so it is; 1: it is not; 2: it does not tell.

# sw_ask_systemd UNIT: sets the caller's activity, file (the state of the unit's file) and wanted
# (the units that start it) with one question. Status 2 when there is no answer.
sw_ask_systemd() {
  local answer line
  answer=$(systemctl show --property=ActiveState,UnitFileState,WantedBy,RequiredBy -- "$1") ||
    return 2
  while IFS= read -r line; do
    case $line in
      ActiveState=*) activity=${line#*=} ;;
      UnitFileState=*) file=${line#*=} ;;
      WantedBy=?* | RequiredBy=?*) wanted+=${wanted:+ }${line#*=} ;;
    esac
  done <<<"$answer"
  [[ -n $activity ]] || return 2
}

# unit_is_stopped UNIT: nothing of it runs, or is about to. A unit that does not exist is stopped.
unit_is_stopped() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $activity in
    inactive | failed) return 0 ;;
    active | activating | deactivating | reloading | refreshing | maintenance) return 1 ;;
  esac
  return 2
}

# unit_runs UNIT: it has started, and did not end.
unit_runs() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $activity in
    active | reloading | refreshing) return 0 ;;
    inactive | failed | activating | deactivating | maintenance) return 1 ;;
  esac
  return 2
}

# unit_is_enabled UNIT: it is started at boot.
unit_is_enabled() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $file in
    enabled) return 0 ;;
    disabled | enabled-runtime | linked | linked-runtime | masked | masked-runtime) return 1 ;;
    bad | invalid) return 2 ;;
  esac
  # It has no file, or one that cannot be enabled by itself: what counts is who starts it.
  [[ -n $wanted ]]
}

# unit_is_disabled UNIT: it is not started at boot. A unit that does not exist is not.
unit_is_disabled() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $file in
    disabled | linked | linked-runtime | masked) return 0 ;;
    enabled | enabled-runtime) return 1 ;;
    bad | invalid) return 2 ;;
    masked-runtime)
      printf '%s is masked until the next boot, and what it is then systemd does not tell: unmask it\n' "$1"
      return 2
      ;;
  esac
  [[ -n $wanted ]] || return 0
  # An init script can be disabled; whatever else has no state of its own is started by another unit.
  [[ $file != generated ]] || return 1
  printf '%s cannot be disabled (its file is %s): %s starts it\n' "$1" "${file:-missing}" "$wanted"
  return 2
}

# file: files changed whole or not at all, with their originals kept.

# sw_part_of FILE: sets sw_text to the name that FILE's new content has until it is whole. It is hidden:
# what reads a directory full of settings passes over it.
sw_part_of() {
  sw_text=${1%/*}/.${1##*/}.sw-part
}

# keep_original FILE: keeps FILE as it is now, with its mode and owner, in $sw_state/originals. What is
# found there later is kept beside the first one, as FILE.~2~ and so on, unless a run has once left it so
# or such a content is kept already. A link is followed. That a file is not there yet is noted in
# $sw_state/created. Stops the step when this cannot be done.
keep_original() {
  local file kept number=1
  file=$(readlink -m -- "$1")
  [[ ! -e $file || -f $file ]] || fail "$1 is no plain file, and was not changed"
  kept=$sw_state/originals$file
  if [[ -f $kept || -f $sw_state/created$file ]]; then
    [[ -e $file ]] || return 0
    ! sw_is_as_left "$file" || return 0
    until [[ $number -gt 1 && ! -e $kept ]]; do
      ! cmp -s -- "$file" "$kept" || return 0
      number=$((number + 1))
      kept=$sw_state/originals$file.~$number~
    done
  fi
  if [[ -e $file ]]; then
    sw_keep_copy "$file" "$kept" || sw_fail_to_keep "$1"
  else
    sw_replace "$sw_state/created$file" 0600 </dev/null || sw_fail_to_keep "$1"
  fi
}

# sw_is_as_left FILE: whether FILE is what a run has once put there, restored or not, and nobody's work.
sw_is_as_left() {
  local sw_text
  [[ -e $sw_state/left ]] && sw_identify "$1" "$1" && grep -q -F -x -e "$sw_text" -- "$sw_state/left"
}

# sw_identify PATH FILE: sets sw_text to what tells PATH, which becomes FILE, from any other content of it.
sw_identify() {
  sw_text=$(sha256sum <"$1") || return
  sw_text="${sw_text%% *} $2"
}

sw_fail_to_keep() {
  fail "$1 could not be kept below $sw_state, and was not changed" "is the disk full? see: df ${sw_state@Q}"
}

# sw_keep_copy FILE COPY: COPY is FILE with its mode and owner, and on the disk when this returns.
sw_keep_copy() {
  local part sw_text
  sw_part_of "$2"
  part=$sw_text
  { [[ -d ${2%/*} ]] || (umask 077 && mkdir -p -- "${2%/*}"); } &&
    { [[ ! -e $part && ! -L $part ]] || rm -rf -- "$part"; } &&
    cp -a -T -- "$1" "$part" &&
    { [[ -L $part ]] || sync -- "$part"; } &&
    mv -T -- "$part" "$2" &&
    sync -- "${2%/*}"
}

# replace_file FILE [MODE]: FILE gets standard input as its content, whole or not at all. Input that
# a failing command cut short would be taken for whole: make it first, then give it here.
# A link is followed. Mode and owner stay those that FILE had; MODE sets the mode; a new file has
# 0644, and the directories above it are made. Stops the step when this cannot be done.
replace_file() {
  local file sw_text
  file=$(readlink -m -- "$1")
  [[ ! -e $file || -f $file ]] || fail "$1 is no plain file, and cannot get another content"
  printf '+ write %q\n' "$file"
  sw_replace "$file" "${2:-}" || sw_fail_to_replace "$1"
}

# sw_fail_to_replace FILE: stops the step, with what was written of the caller's file taken away.
sw_fail_to_replace() {
  sw_part_of "$file"
  rm -f -- "$sw_text" || :
  fail "$1 could not be written, and was not changed" \
    "is the disk full, or mounted read-only? see: df ${1@Q} ${sw_state@Q}" \
    "is it mounted by itself, or may it not be changed? see: findmnt ${file@Q}; lsattr ${file@Q}"
}

# sw_replace FILE MODE: FILE, which is no link, gets standard input.
sw_replace() {
  local part sw_text
  sw_part_of "$1"
  part=$sw_text
  { [[ -d ${1%/*}/ ]] || mkdir -p -- "${1%/*}/"; } &&
    { [[ ! -e $part && ! -L $part ]] || rm -f -- "$part"; } &&
    (umask 077 && set -o noclobber && exec cat >"$part") &&
    sw_dress "$1" "$part" "$2" &&
    sw_sync_part "$1" "$part" &&
    mv -f -T -- "$part" "$1" &&
    sync -- "${1%/*}/"
}

# sw_sync_part FILE PART: PART is on the disk; before it becomes FILE, of which an original is kept, that is
# noted, too.
sw_sync_part() {
  local sw_text
  if [[ -e $sw_state/originals$1 || -e $sw_state/created$1 ]]; then
    sw_identify "$2" "$1" || return
    printf '%s\n' '' "$sw_text" >>"$sw_state/left" && sync -- "$2" "$sw_state/left"
  else
    sync -- "$2"
  fi
}

# sw_dress FILE PART MODE: PART, which has mode 0600, gets the mode, the owner and all else that FILE
# has but its content.
sw_dress() {
  if [[ -e $1 ]]; then
    cp --attributes-only --preserve=all -T -- "$1" "$2" && touch -- "$2" || return
    [[ -z $3 ]] || chmod -- "$3" "$2"
  else
    [[ $3 == 0600 ]] || chmod -- "${3:-0644}" "$2"
  fi
}

# packages: what dpkg says of packages. Status 0: so it is; 1: it is not; 2: it does not tell.

sw_dpkg_updates=/var/lib/dpkg/updates
sw_dpkg_status=/var/lib/dpkg/status
# What apt has told, each as of sw_stamp_packages. settled: no package lacks what it depends on; left: a
# minimal upgrade of ours has left packages behind.
declare -A sw_told=()

# sw_ask_dpkg NAME…: sets the caller's sw_found to a line for each that dpkg knows: state, name,
# architecture, version. A name can have an architecture: libc6:i386.
sw_ask_dpkg() {
  local status=0
  sw_found=$(dpkg-query --show --showformat \
    '${db:Status-Abbrev}|${Package}|${Architecture}|${Version}\n' -- "$@" 2>/dev/null) || status=$?
  # 1: dpkg does not know one of them.
  ((status < 2)) || return 2
}

# packages_are_installed [minimum=VERSION] -- NAME…: each is installed and configured.
packages_are_installed() {
  local minimum='' sw_found name
  [[ $1 != minimum=* ]] || {
    minimum=${1#*=}
    shift
  }
  shift
  (($# > 0)) || return 0
  sw_ask_dpkg "$@" || return
  for name; do
    sw_is_installed "$name" "$minimum" || return
  done
}

# sw_is_installed NAME MINIMUM: whether sw_found has it, at this version or a later one.
sw_is_installed() {
  local state name architecture version
  while IFS='|' read -r state name architecture version; do
    [[ $state == ?'i '* ]] || continue
    [[ $name == "$1" || $name:$architecture == "$1" ]] || continue
    [[ -z $2 ]] || dpkg --compare-versions "$version" ge "$2" || continue
    return 0
  done <<<"$sw_found"
  return 1
}

# packages_are_settled: no package is half-way to anywhere, and none lacks what it depends on.
packages_are_settled() {
  local sw_text
  packages_are_configured || return
  ! sw_still_holds settled || return 0
  sw_check_packages || return 1
  sw_told[settled]=$sw_text
}

# sw_check_packages: asks apt whether any lacks what it depends on. What sources have does not matter to
# that, and would take most of the time; a release that is preferred then has to be known from nowhere.
sw_check_packages() {
  apt-get -qq -o Debug::NoLocking=true -o APT::Default-Release= -o Dir::State::Lists=/nonexistent \
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= check
}

# sw_still_holds NAME: whether sw_told has NAME, and dpkg has written nothing since. Sets sw_text as
# sw_stamp_packages does.
sw_still_holds() {
  sw_stamp_packages
  [[ -n $sw_text && $sw_text == "${sw_told[$1]:-}" ]]
}

# sw_stamp_packages: sets sw_text to what is another after each change that dpkg makes.
sw_stamp_packages() {
  sw_text=$(stat -c '%s %y' -- "$sw_dpkg_status" 2>/dev/null) || sw_text=''
}

# packages_are_configured: dpkg was not interrupted, and has nothing that is left to do.
packages_are_configured() {
  local found file status=0
  for file in "$sw_dpkg_updates/"[0-9]*; do
    [[ ! -e $file ]] || return 1
  done
  found=$(dpkg --audit) || status=2
  if [[ -n $found ]]; then
    printf '%s\n' "$found"
    status=1
  fi
  return "$status"
}

# requirements: what a procedure may ask of the packages, and of where it keeps things, before it starts.

sw_apt_preferences=/etc/apt/preferences

# require_packages_in_order OLD: no package is held, half-installed or unconfigured. What the script itself
# has left half-way, it mends; what somebody has held since counts as long as the machine is of release OLD.
# Before a further way, updates that begin at boot may be at work: the steps wait for them, and mend.
require_packages_in_order() {
  [[ -n $sw_way ]] || sw_started || sw_refuse_unsettled
  sw_is_upgrading "$1" || sw_refuse_held
}

# sw_is_upgrading OLD: whether an earlier run has begun, and may have gone on from release OLD.
sw_is_upgrading() {
  local sw_text
  sw_started || return
  sw_codename
  [[ $sw_text != "$1" ]]
}

sw_refuse_unsettled() {
  sw_refuse_busy_apt || packages_are_settled >/dev/null 2>&1 ||
    sw_refuse 'dpkg has packages that are half-installed, unconfigured or lack a dependency' \
      'see: dpkg --audit; apt-get check; mend it with: dpkg --configure -a; apt-get --fix-broken install'
}

sw_refuse_held() {
  local held
  if ! held=$(dpkg --get-selections '*'); then
    sw_refuse 'which packages are held could not be found out' "see: dpkg --get-selections '*'"
    return
  fi
  held=$(sed -n -E 's/[[:space:]]+hold$//p' <<<"$held")
  if [[ -n $held ]]; then
    sw_refuse "these packages are held back from any upgrade: ${held//$'\n'/ }" \
      "let them go for the upgrade: apt-mark unhold ${held//$'\n'/ }"
  fi
}

# sw_refuse_busy_apt: whether another apt or dpkg is at work, which leaves packages half-way meanwhile.
sw_refuse_busy_apt() {
  local holder=''
  sw_find_lock_holder || return
  sw_refuse "another program is at work on the packages: $holder" 'let it finish, then run this script again'
}

# require_no_pins: no setting of apt prefers other versions than those of the new release. Steps may set
# such themselves.
require_no_pins() {
  local file line where release
  sw_started && return
  for file in "$sw_apt_preferences" "$sw_apt_preferences.d/"*; do
    where=${file##*/}
    # apt reads those without an extension, and those that end in .pref.
    [[ -f $file && (${where} != *.* || $where == *.pref) ]] || continue
    while IFS= read -r line || [[ -n $line ]]; do
      [[ ${line,,} =~ ^pin:[[:space:]]*(.*) ]] || continue
      sw_refuse "$file pins packages (${BASH_REMATCH[1]})" \
        "move it away for the upgrade: mv ${file@Q} /root/"
      break
    done <"$file"
  done
  release=$(apt-config dump APT::Default-Release) || release=''
  [[ $release != *'"'?*'"'* ]] ||
    sw_refuse "apt prefers one release: $release" \
      "take that out of /etc/apt/apt.conf and /etc/apt/apt.conf.d (see: grep -r Default-Release /etc/apt)"
}

# require_lasting PATH [PARAMETER]: a reboot does not empty the folder that PATH is in. Asked at each start:
# another one may be given then.
require_lasting() {
  local path remedy='let it be elsewhere' leads=''
  path=$(readlink -m -- "$1") || path=$1
  case $path/ in
    # Where /var/run is no link, it is emptied all the same.
    /tmp/* | /run/* | /var/run/* | /var/lock/* | /dev/*) ;;
    *) return 0 ;;
  esac
  [[ $path == "$1" ]] || leads=", which leads to $path,"
  if [[ -n ${2:-} ]]; then
    remedy="name one that lasts: --set $2=/var/backups/$sw_procedure"
    # What a run has laid there is needed by the next one.
    [[ ! -e $path ]] || remedy="take along what is there: cp -a -T ${path@Q} /var/backups/$sw_procedure; then $remedy"
  fi
  sw_refuse "$1$leads is emptied by the reboot, and what is kept there is needed after it" "$remedy"
}

# sources: apt's lists of sources, read line by line and stanza by stanza. Comments, layout and what
# is disabled already stay as they are.

sw_apt_etc=/etc/apt
# Why a source is in a comment.
sw_disabled='disabled for the upgrade'
sw_missed='not on the mirror'
sw_new_files=() sw_new_texts=()
sw_source_line="^([[:space:]]*(deb|deb-src)[[:space:]]+)(\\[([^]]*)\\][[:space:]]*)?"
sw_source_line+="(cdrom:\\[[^]]*\\][^[:space:]]*|[^[:space:]]+)([[:space:]]+)([^[:space:]#]+)([^#]*)(#.*)?\$"

# sw_walk_sources JUDGE: calls JUDGE for each enabled entry: a line of a .list file, a stanza of a
# .sources file. JUDGE reads sw_place (where the entry is) and sw_types, and reads and may change
#   sw_uris, sw_suites, sw_components   what the entry says, each an array
#   sw_undated                          yes: an expired Release file will do
#   sw_off                              why the entry is to be disabled
#   sw_remarks                          comments to put above it, an array
# Sets sw_new_files and sw_new_texts: the files that then are others, and what each would hold.
sw_walk_sources() {
  local sw_judge=$1 sw_file sw_touched sw_at sw_body
  local -a sw_lines
  sw_new_files=() sw_new_texts=()
  for sw_file in "$sw_apt_etc/sources.list" "$sw_apt_etc/sources.list.d/"*; do
    sw_is_read_by_apt "$sw_file" || continue
    mapfile -t sw_lines <"$sw_file"
    # For apt, what ends a line in DOS is a blank.
    sw_lines=("${sw_lines[@]%$'\r'}")
    sw_touched=no sw_body=''
    case $sw_file in
      *.list) sw_walk_lines ;;
      *.sources) sw_walk_stanzas ;;
    esac
    [[ $sw_touched == yes ]] || continue
    sw_new_files+=("$sw_file")
    sw_new_texts+=("$sw_body")
  done
}

# sw_is_read_by_apt FILE: whether apt reads it: files of other names it passes over in silence, such as
# "x (copy).list". Byte by byte, for what else is a letter in a UTF-8 locale is none here.
sw_is_read_by_apt() {
  local LC_ALL=C name=${1##*/}
  [[ $name == *.@(list|sources) && $name != *[!A-Za-z0-9_.:-]* && -f $1 ]]
}

# sw_is_trusted: for a judge: whether apt wants no signature of what the entry has.
sw_is_trusted() {
  [[ " ${sw_line_options:-} " == *' trusted=yes '* || ${sw_fields[trusted]:-} == *yes* ]]
}

# sw_ask_judge: calls the judge. Status 0 when it wants the entry to be another. The old values stay
# in the caller's sw_before.
sw_ask_judge() {
  local sw_now
  sw_off='' sw_remarks=()
  sw_before=("${sw_uris[*]}" "${sw_suites[*]}" "${sw_components[*]}" "$sw_undated")
  "$sw_judge"
  sw_now="${sw_uris[*]}|${sw_suites[*]}|${sw_components[*]}|$sw_undated"
  [[ -n $sw_off || ${#sw_remarks[@]} -gt 0 ||
    $sw_now != "${sw_before[0]}|${sw_before[1]}|${sw_before[2]}|${sw_before[3]}" ]]
}

# sw_walk_lines: byte by byte, for a comment may be in any encoding.
sw_walk_lines() {
  local LC_ALL=C sw_line
  for sw_at in "${!sw_lines[@]}"; do
    sw_line=${sw_lines[sw_at]}
    [[ ! $sw_line =~ $sw_source_line ]] || sw_walk_line "${BASH_REMATCH[@]}"
    sw_body+=$sw_line$'\n'
  done
}

# sw_walk_line PART…: the parts of a line as sw_source_line has them. Sets the caller's sw_line.
sw_walk_line() {
  local prefix=$2 bracket=$4 sw_line_options=$5 gap=$7 rest=$9 comment=${10:-} remark
  local sw_place="$sw_file:$((sw_at + 1))" sw_types=$3 sw_undated=no sw_off
  local -A sw_fields=()
  local -a sw_uris=("$6") sw_suites=("$8") sw_components=() sw_remarks sw_before words
  read -r -a sw_components <<<"$rest"
  [[ " $sw_line_options " != *' check-valid-until=no '* ]] || sw_undated=yes
  sw_ask_judge || return 0
  sw_touched=yes
  if [[ -n $sw_off ]]; then
    sw_line="# $sw_off: $1"
    return 0
  fi
  if [[ $sw_undated != "${sw_before[3]}" ]]; then
    read -r -a words <<<"${sw_line_options//check-valid-until=yes/} check-valid-until=no"
    bracket="[${words[*]}] "
  fi
  [[ ${sw_components[*]} == "${sw_before[2]}" ]] || rest=" ${sw_components[*]}${comment:+ }"
  sw_line="$prefix$bracket${sw_uris[0]}$gap${sw_suites[0]}$rest$comment"
  for remark in "${sw_remarks[@]}"; do
    sw_line="# $remark"$'\n'$sw_line
  done
}

sw_walk_stanzas() {
  local sw_first=0
  for ((sw_at = 0; sw_at <= ${#sw_lines[@]}; sw_at++)); do
    [[ -z ${sw_lines[sw_at]:-} || ${sw_lines[sw_at]} =~ ^[[:space:]]+$ ]] || continue
    ((sw_at == sw_first)) || sw_walk_stanza
    ((sw_at == ${#sw_lines[@]})) || sw_body+=${sw_lines[sw_at]}$'\n'
    sw_first=$((sw_at + 1))
  done
}

# sw_walk_stanza: the stanza from line sw_first to the one before sw_at.
sw_walk_stanza() {
  local sw_place="$sw_file:$((sw_first + 1))" sw_types sw_undated=no sw_off sw_line_options=''
  local -a sw_uris=() sw_suites=() sw_components=() sw_remarks=() sw_before types
  local -A sw_fields=() sw_owners=()
  sw_read_stanza
  read -r -a sw_uris <<<"${sw_fields[uris]:-}"
  read -r -a sw_suites <<<"${sw_fields[suites]:-}"
  read -r -a sw_components <<<"${sw_fields[components]:-}"
  read -r -a types <<<"${sw_fields[types]:-}"
  sw_types=${types[*]}
  [[ ${sw_fields['check-valid-until']:-} != *no* ]] || sw_undated=yes
  if ((${#sw_uris[@]} > 0)) && sw_is_enabled "${sw_fields[enabled]:-yes}" && sw_ask_judge; then
    sw_touched=yes
    sw_rewrite_stanza
  else
    printf -v sw_text '%s\n' "${sw_lines[@]:sw_first:sw_at-sw_first}"
    sw_body+=$sw_text
  fi
}

# sw_is_enabled TEXT: what apt makes of the value of field Enabled.
sw_is_enabled() {
  local value=${1,,}
  case ${value//[[:space:]]/} in
    no | false | without | off | disable | 0) return 1 ;;
  esac
}

# sw_read_stanza: sets sw_fields (name to value, in one line) and sw_owners (line to name).
sw_read_stanza() {
  local at name='' line
  for ((at = sw_first; at < sw_at; at++)); do
    line=${sw_lines[at]}
    case $line in
      '#'*) continue ;;
      [[:space:]]*) [[ -z $name ]] || sw_fields[$name]+=" $line" ;;
      *:*)
        name=${line%%:*}
        name=${name,,}
        sw_fields[$name]=${line#*:}
        ;;
      *) continue ;;
    esac
    [[ -z $name ]] || sw_owners[$at]=$name
  done
}

# sw_rewrite_stanza: adds the stanza to sw_body, with what the judge wants of it.
sw_rewrite_stanza() {
  local at name remark last=''
  local -A new=()
  if [[ -n $sw_off ]]; then
    sw_remarks+=("$sw_off (to enable it again, remove the line \"Enabled: no\")")
    new[enabled]='Enabled: no'
  fi
  [[ ${sw_uris[*]} == "${sw_before[0]}" ]] || new[uris]="URIs: ${sw_uris[*]}"
  [[ ${sw_suites[*]} == "${sw_before[1]}" ]] || new[suites]="Suites: ${sw_suites[*]}"
  [[ ${sw_components[*]} == "${sw_before[2]}" ]] || new[components]="Components: ${sw_components[*]}"
  [[ $sw_undated == "${sw_before[3]}" ]] || new['check-valid-until']='Check-Valid-Until: no'
  for remark in "${sw_remarks[@]}"; do
    sw_body+="# $remark"$'\n'
  done
  for ((at = sw_first; at < sw_at; at++)); do
    name=${sw_owners[$at]:-}
    if [[ -z $name || -z ${new[$name]:-} ]]; then
      sw_body+=${sw_lines[at]}$'\n'
    elif [[ $name != "$last" ]]; then
      sw_body+=${new[$name]}$'\n'
    fi
    last=${name:-$last}
  done
  for name in enabled uris suites components check-valid-until; do
    [[ -z ${new[$name]:-} || -n ${sw_fields[$name]:-} ]] || sw_body+=${new[$name]}$'\n'
  done
}

# sw_write_sources: writes what the last walk made of the files, each with its original kept.
sw_write_sources() {
  local at
  ((${#sw_new_files[@]} > 0)) || return 0
  indexes_are_due
  for at in "${!sw_new_files[@]}"; do
    keep_original "${sw_new_files[at]}"
    printf '%s' "${sw_new_texts[at]}" | replace_file "${sw_new_files[at]}"
  done
}

# sw_would_write_sources: what sw_write_sources would change, line by line.
sw_would_write_sources() {
  local at line
  for at in "${!sw_new_files[@]}"; do
    would_say "change ${sw_new_files[at]@Q}:"
    while IFS= read -r line; do
      [[ $line != [\<\>]' '* ]] || would_say "  $line"
    done < <(printf '%s' "${sw_new_texts[at]}" | diff -- "${sw_new_files[at]}" -)
  done
}

# sw_tell_disabled_sources: which ones a run has put into comments, below the summary.
sw_tell_disabled_sources() {
  local file line
  for file in "$sw_apt_etc/sources.list" "$sw_apt_etc/sources.list.d/"*; do
    sw_is_read_by_apt "$file" || continue
    while IFS= read -r line; do
      # Above a stanza, brackets say what to do.
      case $line in
        "# $sw_disabled: "* | "# $sw_disabled ("* | "# $sw_missed: "* | "# $sw_missed ("*)
          warn "$file: ${line#\# }"
          ;;
      esac
    done <"$file"
  done
}

sw_hooks_summary+=(sw_tell_disabled_sources)

# suites: the distribution's own sources, and the suite that they name.

sw_apt_lists=/var/lib/apt/lists

# sw_list_name ADDRESS: sets sw_text to what apt calls the lists from there: without the scheme and who
# logs in, "_" for "/", and %xx for what apt does not take for a plain character.
sw_list_name() {
  local LC_ALL=C rest=${1%/} plain code
  case $rest in
    cdrom:*) ;;
    *://*) rest=${rest#*://} ;;
    *) rest=${rest#*:} ;;
  esac
  [[ ${rest%%/*} != *@* ]] || rest=${rest#*@}
  # An address of IPv6 stands there without its brackets.
  [[ $rest != \[*\]* ]] || { rest=${rest#\[} && rest=${rest/\]/}; }
  sw_text=''
  while [[ -n $rest ]]; do
    plain=${rest%%[!A-Za-z0-9\'()+,./:;?\`-]*}
    sw_text+=${plain//\//_}
    rest=${rest#"$plain"}
    [[ -n $rest ]] || break
    printf -v code '%d' "'${rest:0:1}"
    printf -v code '%%%02x' "$((code & 255))"
    sw_text+=$code
    rest=${rest:1}
  done
}

# repository: a source of packages that is not the distribution's, and the key that signs it.

sw_keyrings=/usr/share/keyrings

# indexes: what apt knows of the packages that its sources have.

# What apt plans by.
sw_apt_inputs=(
  /etc/apt /var/lib/apt/lists /var/lib/apt/extended_states /var/lib/dpkg/arch /var/lib/dpkg/status
)
# What apt told of base-files, and what it went by then.
sw_policy='' sw_policy_inputs=''

# indexes_are_due: notes that the sources are about to change: what apt knows is old from now on.
indexes_are_due() {
  : >"$sw_state/indexes-due"
  sync -- "$sw_state/indexes-due" "$sw_state"
}

# indexes_speak_of SUITE…: every enabled source has been fetched, and the package that makes the
# release what it is would come from one of them.
indexes_speak_of() {
  local suite status=1
  [[ ! -e $sw_state/indexes-due ]] && sw_every_source_is_fetched || return
  for suite; do
    status=0
    release_comes_from "$suite" || status=$?
    ((status == 1)) || break
  done
  return "$status"
}

# release_comes_from SUITE: whether apt would take base-files from it, or has. On a machine that is
# SUITE already, an installed one that no source has any more does not count against it.
release_comes_from() {
  local line candidate='' inside=no version
  sw_ask_policy || return 2
  while IFS= read -r line; do
    case $line in
      *'  Candidate: '*) candidate=${line##* } ;;
      ' *** '* | '     '[0-9]*)
        read -r version _ <<<"${line/ \*\*\* /}"
        inside=no
        [[ $version != "$candidate" ]] || inside=yes
        ;;
      # A priority of four figures stands further to the left.
      '       '*)
        [[ $line == *" $1"[/-]* ]] || continue
        sw_codename
        [[ $inside == no && $sw_text != "$1" ]] || return 0
        ;;
    esac
  done <<<"$sw_policy"
  printf '%s\n' "$sw_policy"
  return 1
}

# sw_ask_policy: sets sw_policy to what apt tells of base-files. It is asked once, until it may tell
# something else.
sw_ask_policy() {
  local inputs
  inputs=$(sw_list_inputs)
  [[ -z $sw_policy || $sw_policy_inputs != "$inputs" ]] || return 0
  sw_policy=''
  sw_policy=$(apt-cache policy base-files) || return
  sw_policy_inputs=$inputs
}

# sw_list_inputs: prints the files that apt plans by: its settings, what its sources have, what is
# installed. Each with its size and the time of its last change.
sw_list_inputs() {
  find -L "${sw_apt_inputs[@]}" -type f -printf '%p %s %T@\n' 2>/dev/null || :
}

# sw_every_source_is_fetched: apt has the Release file of every enabled source. Tells the place of each
# of which it has not.
sw_every_source_is_fetched() {
  local sw_unfetched=''
  sw_walk_sources sw_judge_fetched
  printf '%s' "$sw_unfetched"
  [[ -z $sw_unfetched ]]
}

sw_judge_fetched() {
  local uri suite name told=''
  for uri in "${sw_uris[@]}"; do
    [[ $uri == http?(s)://* ]] || continue
    for suite in "${sw_suites[@]}"; do
      case $suite in
        */)
          name=${uri%/}/${suite#/}
          ! sw_is_trusted || ! sw_has_packages_of "${name%/}" || continue
          ;;
        *) name=${uri%/}/dists/$suite ;;
      esac
      sw_list_name "${name%/}"
      [[ -e $sw_apt_lists/${sw_text}_InRelease || -e $sw_apt_lists/${sw_text}_Release ]] ||
        told="not fetched: $sw_place"$'\n'
    done
  done
  sw_unfetched+=$told
}

# sw_has_packages_of ADDRESS: whether apt has a list from that folder, which need not have a Release file where
# its source is trusted.
sw_has_packages_of() {
  local file
  sw_list_name "$1"
  for file in "$sw_apt_lists/${sw_text}_Packages"*; do
    [[ ! -e $file ]] || return 0
  done
  return 1
}

# fetch_indexes: apt-get update, which ends without an error when it has fetched nothing at all: its
# words are read too.
fetch_indexes() {
  local log=$sw_state/apt-update status=0
  run apt-get "${sw_apt_options[@]}" -o APT::Update::Error-Mode=any update 2>&1 | tee -- "$log" || status=$?
  if sw_has_failed_to_fetch "$log"; then
    # What is indented says why.
    sw_fail_to_fetch "$(grep -E '^(Err:|E: |W: |  [^ ])' -- "$log")"
  fi
  ((status == 0)) || return "$status"
  : >"$sw_state/indexes"
  rm -f -- "$sw_state/indexes-due" "$log"
}

# sw_has_failed_to_fetch LOG: whether apt-get update tells of a failure. It may find an index in one
# compression, and not in others that it asked for before.
sw_has_failed_to_fetch() {
  awk '
    /^(E: |W: (Failed|Some index|GPG error|An error))/ { failed = 1 }
    /^(Err|Get|Hit):/ { split($1, word, ":"); if (word[1] == "Err") lacks[word[2]] = 1; else delete lacks[word[2]] }
    END { for (number in lacks) failed = 1; exit !failed }
  ' "$1"
}

sw_fail_to_fetch() {
  local advice='see the sources: grep -rnE "^(deb|URIs:|Suites:)" /etc/apt/sources.list /etc/apt/sources.list.d'
  case $1 in
    *NO_PUBKEY* | *EXPKEYSIG* | *'Missing key '* | *'is not live'* | *'is not bound'*)
      advice='a key is missing or has expired: install the newest debian-archive-keyring, or the new key of that source'
      sw_find_own_keys "$1"
      [[ -z $sw_text ]] || advice="the key of a source has expired, or was replaced: remove $sw_text; then run this script again, which fetches it anew"
      ;;
    *'method driver '*'could not be found'*)
      advice='apt cannot read that kind of address; for https: apt-get install apt-transport-https ca-certificates'
      ;;
    *'does not have a Release file'* | *'404 '*)
      advice='that address does not have that suite (any more): put a # before its line, or write Enabled: no into its stanza; or set another mirror'
      ;;
    *'Could not resolve'* | *'connect'*) advice='is the network up, and is there a proxy to be set in /etc/apt/apt.conf.d?' ;;
    *'not valid yet'*) advice='is the clock of this machine right? see: date' ;;
  esac
  fail 'not every source could be fetched:' "$1" "$advice"
}

# sw_find_own_keys TEXT: sets sw_text to the key files that a run has fetched for those of its own sources
# whose address is in what apt has told.
sw_find_own_keys() {
  local sw_message=$1
  local -a sw_own_keys=()
  sw_walk_sources sw_judge_key
  sw_text=${sw_own_keys[*]}
}

sw_judge_key() {
  local name=${sw_file##*/} uri
  name=${name%.list}
  [[ -e $sw_state/key-$name ]] || return 0
  for uri in "${sw_uris[@]}"; do
    [[ $sw_message != *"${uri%/}"* ]] || sw_own_keys+=("$sw_keyrings/$name.asc (of $sw_place)")
  done
}

# timers: what starts apt by itself rests while a run works on the packages.

sw_apt_timers=(apt-daily.timer apt-daily-upgrade.timer)

# stop_apt_timers: stops those that run, and notes them first: whatever happens, the end of this run
# or of the next one starts them again. An upgrade of apt starts them, so each step asks anew.
stop_apt_timers() {
  local timer
  local -a running=() stopped=()
  systemctl is-active --quiet "${sw_apt_timers[@]}" 2>/dev/null || return 0
  for timer in "${sw_apt_timers[@]}"; do
    ! systemctl is-active --quiet "$timer" 2>/dev/null || running+=("$timer")
  done
  ((${#running[@]} > 0)) || return 0
  [[ ! -r $sw_state/stopped-timers ]] || mapfile -t stopped <"$sw_state/stopped-timers"
  printf '%s\n' "${stopped[@]}" "${running[@]}" | sort -u | sed '/^$/d' |
    sw_replace_file "$sw_state/stopped-timers" 0600
  run systemctl stop "${running[@]}"
}

# sw_start_apt_timers: when a run ends, the timers that one has stopped are started again.
sw_start_apt_timers() {
  local timer enabled
  local -a resting=() stopped=()
  [[ -r $sw_state/stopped-timers ]] || return 0
  mapfile -t resting <"$sw_state/stopped-timers"
  # One that was disabled since is to stay as it is.
  for timer in "${resting[@]}"; do
    enabled=$(systemctl is-enabled "$timer" 2>/dev/null) || :
    [[ $enabled == disabled || $enabled == masked* ]] || stopped+=("$timer")
  done
  if ((${#stopped[@]} == 0)) || systemctl start "${stopped[@]}" 9>&- >&7 2>&1; then
    rm -f -- "$sw_state/stopped-timers"
  else
    warn "these timers are still stopped: ${stopped[*]} (start them: systemctl start ${stopped[*]})"
  fi
}

sw_hooks_end+=(sw_start_apt_timers)

# apt: apt-get, with nothing in it that can ask, and with nobody in its way.

sw_apt_options=() sw_dpkg_options=()
# Seconds that another package manager is waited for.
sw_apt_patience=900
sw_apt_locks=(
  /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock
)

# apt_begin [conffiles=keep|replace]: goes before the first apt-get or dpkg of a step. Stops apt's
# timers, waits for whoever works on the packages now, and answers what could be asked.
apt_begin() {
  stop_apt_timers
  wait_for_apt_locks
  export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical DEBCONF_ADMIN_EMAIL=''
  export APT_LISTCHANGES_FRONTEND=none APT_LISTBUGS_FRONTEND=none NEEDRESTART_MODE=a
  # A conffile that was not changed here is replaced all the same.
  sw_dpkg_options=(--force-confdef --force-confold)
  unset UCF_FORCE_CONFFOLD UCF_FORCE_CONFFNEW
  if [[ ${1:-} == conffiles=replace ]]; then
    # What an administrator has set for all of dpkg's runs would count more.
    sw_dpkg_options=(--refuse-confdef --refuse-confold --force-confnew)
    ! sw_ucf_sets conf_force_conffold || sw_fail_with_ucf conf_force_conffold
    export UCF_FORCE_CONFFNEW=1
  else
    ! sw_ucf_sets conf_force_conffnew || sw_fail_with_ucf conf_force_conffnew
    export UCF_FORCE_CONFFOLD=1
  fi
  sw_apt_options=(
    --yes -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout="$sw_apt_patience" -o Acquire::Retries=3
    -o APT::Get::AutomaticRemove=false -o APT::Get::Purge=false -o APT::Get::AllowUnauthenticated=false
    "${sw_dpkg_options[@]/#/-oDpkg::Options::=}"
  )
}

sw_ucf_settings=/etc/ucf.conf

# sw_ucf_sets NAME: whether ucf, which packages keep settings by, has that of its own, whatever the value:
# told the opposite, too, it ends with an error, and with it each package that asks it.
sw_ucf_sets() {
  grep -q -s -E "^[[:space:]]*$1=[\"']?[^[:space:]\"'#]" -- "$sw_ucf_settings"
}

sw_fail_with_ucf() {
  fail "$sw_ucf_settings sets $1, and this step wants the opposite of packages' settings; nothing was changed" \
    "put a # before that line until the upgrade is through"
}

# sw_require_apt: learns where apt keeps what it fetches. Nearly every step keeps changed settings.
sw_require_apt() {
  local sw_text
  sw_text=$(apt-config shell sw_apt_archives Dir::Cache::Archives/d 2>/dev/null) && [[ -n $sw_text ]] && eval "$sw_text"
  sw_apt_archives=${sw_apt_archives%/}
  sw_apt_locks[3]=$sw_apt_archives/lock
  ! sw_ucf_sets conf_force_conffnew ||
    sw_refuse "$sw_ucf_settings sets conf_force_conffnew: packages would fail, for changed settings are to be kept" \
      'put a # before that line until the upgrade is through'
}

sw_hooks_require+=(sw_require_apt)

# run_apt ARGUMENT…: apt-get, after apt_begin.
run_apt() {
  run apt-get "${sw_apt_options[@]}" "$@"
}

# Where apt keeps what it has fetched.
sw_apt_archives=/var/cache/apt/archives

# settle_packages: what an interrupted dpkg has left is brought to its end. dpkg cannot configure what it
# had half unpacked itself, nor what waits for that; apt gets what is not here.
settle_packages() {
  local sw_text
  local -a again=()
  ! packages_are_settled || return 0
  restore_libraries
  sw_unpack_anew
  run dpkg "${sw_dpkg_options[@]}" --configure --pending || printf 'apt goes on with that\n'
  # Of a version that its sources have, apt unpacks none unless it is told to, which it lets nobody do
  # while others lack something.
  sw_list_half_unpacked
  if [[ -n $sw_text ]]; then
    mapfile -t again <<<"$sw_text"
    again=(--reinstall -- "${again[@]%% *}")
  fi
  apt-get -s --fix-broken install "${again[@]}" >/dev/null 2>&1 || again=()
  run_apt --fix-broken install "${again[@]}"
  restore_libraries
  run dpkg "${sw_dpkg_options[@]}" --configure --pending
}

# sw_unpack_anew: what dpkg was killed over is unpacked from the file that apt has fetched for that.
sw_unpack_anew() {
  local sw_text file
  local -a files=()
  sw_list_half_unpacked
  while read -r _ file; do
    file=$sw_apt_archives/${file//:/%3a}
    [[ ! -f $file ]] || files+=("$file")
  done <<<"$sw_text"
  ((${#files[@]} == 0)) || run dpkg "${sw_dpkg_options[@]}" --unpack -- "${files[@]}" ||
    printf 'apt goes on with that\n'
}

# sw_list_half_unpacked: sets sw_text to the packages that dpkg has to unpack anew, a line each, with the name
# of the file that they are of.
sw_list_half_unpacked() {
  sw_text=$(dpkg-query --show --showformat='${db:Status-Eflag} ${binary:Package} ${Package}_${Version}_${Architecture}.deb\n')
  sw_text=$(sed -n 's/^reinstreq //p' <<<"$sw_text")
}

# wait_for_apt_locks: until no other process holds one, or patience ends.
wait_for_apt_locks() {
  sw_outwait sw_find_lock_holder "$sw_apt_patience" 'let go of it'
}

# sw_find_lock_holder: whether another process holds a lock; which one, in the caller's holder.
sw_find_lock_holder() {
  local line pid inode file inodes name
  inodes=$(stat -c %i -- "${sw_apt_locks[@]}" 2>/dev/null) || :
  while IFS= read -r line; do
    # ID: [->] POSIX ADVISORY WRITE PID MAJOR:MINOR:INODE START END; "->" marks one that waits.
    read -r _ _ _ _ pid inode _ <<<"$line"
    [[ $line == *' POSIX '* && $line != *'->'* && $'\n'$inodes$'\n' == *$'\n'${inode##*:}$'\n'* ]] ||
      continue
    for file in "${sw_apt_locks[@]}"; do
      sw_has_open "$pid" "$file" || continue
      name='?'
      read -r name 2>/dev/null <"/proc/$pid/comm" || :
      holder="process $pid ($name) holds $file"
      return 0
    done
  done </proc/locks
  return 1
}

# sw_has_open PID FILE: whether the process has the file open.
sw_has_open() {
  local descriptor
  for descriptor in "/proc/$1/fd/"*; do
    [[ ! $descriptor -ef $2 ]] || return 0
  done
  return 1
}

# startable: the machine starts, and lets its administrator in, even in the midst of an upgrade.

# A library that goes into a package of another name, or gets another name itself, is removed before
# its successor is there, and for that moment nothing that needs it starts. If the power fails just
# then, the machine does not come up again (seen on the way from Debian 12 to 13, where systemd needs
# libcrypto.so.3 of libssl3, then of libssl3t64, and libsystemd-shared-252.so, then -257.so).

# Where the dynamic loader looks last of all. What lies there hides a library that is in place only
# while the loader's cache is of a time when that one was missing.
sw_last_folder=/usr/lib
# What is noted of the copies is every procedure's: one may have to mend what another was cut off in.
sw_library_notes=/var/lib/stepwright/.libraries

# sw_note_libraries kept|restored LINES: notes these, too; lines as of sha256sum.
sw_note_libraries() {
  local notes=$2
  [[ ! -e $sw_library_notes/$1 ]] || notes+=$'\n'$(<"$sw_library_notes/$1")
  notes=$(sort -u <<<"$notes")
  sw_replace "$sw_library_notes/$1" 0600 <<<"$notes"
}

# restore_libraries: a library of which nothing but the copy is left is put back where it was. Else
# ldconfig, when it runs before the successor is there, would have programs take the copy from then
# on; it may have run already. A successor may be in /usr/lib where the library was in /lib, which
# counts more (libgcrypt20 of Debian 10, https://bugs.debian.org/984884).
restore_libraries() {
  local line path copy digest
  local -a notes
  [[ -e $sw_library_notes/kept ]] || return 0
  sw_yield_to_successors
  mapfile -t notes <"$sw_library_notes/kept"
  for line in "${notes[@]}"; do
    path=${line#*  }
    copy=$sw_last_folder/${path##*/}
    [[ -f $copy && -d ${path%/*}/ && ! -e $path ]] || continue
    sw_other_name "$path"
    [[ ! -e $sw_text || $sw_text == "$copy" ]] || continue
    digest=$(sha256sum <"$copy")
    sw_note_libraries restored "${digest%% *}  $path"
    printf 'put back, until its successor is there: %s\n' "$path"
    sw_replace "$path" 0644 <"$copy"
  done
  ldconfig
}

# sw_yield_to_successors: what was put back goes when its successor has come into the other folder.
sw_yield_to_successors() {
  local line succeeded=''
  local -a notes
  [[ -e $sw_library_notes/restored ]] || return 0
  mapfile -t notes <"$sw_library_notes/restored"
  for line in "${notes[@]}"; do
    sw_other_name "${line#*  }"
    [[ ! -e $sw_text || $sw_text -ef ${line#*  } || $sw_text == "$sw_last_folder/${line##*/}" ]] ||
      succeeded+=$line$'\n'
  done
  sw_drop_unchanged "$succeeded"
}

# sw_other_name PATH: sets sw_text to what the same file is called where /lib is a link to /usr/lib.
sw_other_name() {
  case $1 in
    /usr/*) sw_text=${1#/usr} ;;
    *) sw_text=/usr$1 ;;
  esac
}

# sw_drop_unchanged NOTES: removes the files of which NOTES, lines as of sha256sum, still hold. They
# are gone from the disk before the notes are, which may be on another one.
sw_drop_unchanged() {
  local found
  local -a paths
  found=$(sw_list_unchanged "$1")
  [[ -n $found ]] || return 0
  mapfile -t paths <<<"$found"
  rm -f -- "${paths[@]}"
  sync -- "${paths[@]%/*}"
}

# sw_list_unchanged NOTES: prints the paths of those files.
sw_list_unchanged() {
  local line path found
  local -a lines paths=()
  mapfile -t lines <<<"$1"
  for line in "${lines[@]}"; do
    path=${line#*  }
    [[ ! -f $path || -L $path ]] || paths+=("$path")
  done
  ((${#paths[@]} > 0)) || return 0
  found=$(sha256sum -- "${paths[@]}")
  mapfile -t lines <<<"$found"
  for line in "${lines[@]}"; do
    [[ $'\n'$1$'\n' != *$'\n'"$line"$'\n'* ]] || printf '%s\n' "${line#*  }"
  done | sort -u
}

# install: single packages.

# install_packages [suite=NAME] [recommends=yes|no] -- NAME…: after apt_begin.
install_packages() {
  local name
  local -a flags=()
  while [[ $1 != -- ]]; do
    case $1 in
      suite=*) flags+=(--target-release="${1#*=}") ;;
      recommends=yes) flags+=(--install-recommends) ;;
      recommends=no) flags+=(--no-install-recommends) ;;
    esac
    shift
  done
  shift
  (($# > 0)) || return 0
  settle_packages
  for name; do
    sw_require_package "$name"
  done
  run_apt install "${flags[@]}" -- "$@"
}

# sw_require_package NAME: apt knows a package of just this name. It takes a name with a dot in it
# for a pattern, and one that ends in "-" for an order to remove, when it does not.
sw_require_package() {
  local known
  known=$(apt-cache pkgnames -- "${1%%:*}")
  [[ $'\n'$known$'\n' == *$'\n'"${1%%:*}"$'\n'* ]] ||
    fail "there is no package $1 in any source; nothing was changed" "see: apt-cache policy $1"
}

# postgres: PostgreSQL servers, asked as the user that owns them.

sw_postgres_settings=/etc/postgresql
# Where Debian puts PostgreSQL's own programs, in a directory for each version.
sw_postgres_programs=/usr/lib/postgresql
# What every pg_ program and libpq would take from the environment of whoever runs the script.
unset "${!PG@}"

# sw_psql USER CLUSTER DATABASE [OPTION…]: runs standard input there as SQL, as that operating system
# user. CLUSTER: VERSION/NAME; the one that Debian's tools take by default when it is empty.
# A name in PGDATABASE is taken as it stands; as an argument, "a=b" would be read as settings.
# The SQL reads, waits as long as it takes, and meets no function that a user put in front of another.
sw_psql() (
  local user=$1 cluster=$2
  export PGDATABASE=$3 PGCLIENTENCODING=UTF8 PGCONNECT_TIMEOUT=30
  PGOPTIONS='-c default_transaction_read_only=on -c search_path=pg_catalog'
  export PGOPTIONS+=' -c statement_timeout=0 -c lock_timeout=0'
  shift 3
  local -a as=()
  [[ $user == root ]] || as=(runuser -u "$user" --)
  cd / || exit 2
  # psql heeds Ctrl-C, which is for this script to heed.
  setsid --wait "${as[@]}" psql ${cluster:+--cluster "$cluster"} --no-psqlrc --no-password --quiet --no-align \
    --tuples-only --set=ON_ERROR_STOP=1 "$@"
)

# sw_look_at_cluster VERSION NAME: sets the caller's port, state, owner and data to what pg_lsclusters tells
# of that cluster. Status 1: there is none; 2: it does not tell. Older tools list every cluster,
# whatever is asked for. The state is a list: "online,recovery", "down,binaries_missing". Behind the data
# directory comes the log file: where there are more spaces than one, data is empty.
sw_look_at_cluster() {
  local answer version name rest
  port='' state='' owner='' data=''
  sw_has_cluster "$1" "$2" || return 1
  answer=$(pg_lsclusters -h "$1" "$2") || return 2
  while read -r version name port state owner rest; do
    if [[ $version == "$1" && $name == "$2" ]]; then
      data=$rest
      if [[ $data =~ ^(/[^[:space:]]*)' '[^[:space:]]+$ ]]; then data=${BASH_REMATCH[1]}; else data=''; fi
      # An owner without a name is left out, and everything behind it comes a column earlier.
      [[ $port =~ ^[0-9]+$ && $owner == [!/]* ]] && return
      break
    fi
  done <<<"$answer"
  printf 'pg_lsclusters does not tell how cluster %s/%s is: %s\n' "$1" "$2" "$answer"
  return 2
}

# sw_has_cluster VERSION NAME: whether Debian's tools know such a cluster; they go by this file.
sw_has_cluster() {
  local settings=$sw_postgres_settings/$1/$2/postgresql.conf
  [[ -e $settings || -L $settings ]]
}

# sw_is_online STATE
sw_is_online() {
  [[ ,$1, == *,online,* ]]
}

# sw_list_databases USER CLUSTER: sets the caller's databases to the names of all but template0.
# Status 2 when the server does not tell: the list ends with an empty name, which none can have.
sw_list_databases() {
  databases=()
  mapfile -d '' -t databases < <(
    sw_psql "$1" "$2" template1 --record-separator-zero <<'END'
select datname from pg_database where datname <> 'template0' order by datname;
select '';
END
  )
  [[ ${#databases[@]} -gt 0 && -z ${databases[-1]} ]] || return 2
  unset 'databases[-1]'
}

# sw_missing_databases NAME…: sets sw_text to those NAMEs that are not among the caller's databases.
sw_missing_databases() {
  local name found
  sw_text=''
  for name; do
    for found in "${databases[@]}"; do
      [[ $found != "$name" ]] || continue 2
    done
    sw_text+="${sw_text:+, }$name"
  done
  [[ -n $sw_text ]]
}

# cluster_answers VERSION NAME [DATABASE…]: it runs, and each DATABASE can be asked.
# Status 1: it is not there, or is down, or lacks one of them.
cluster_answers() {
  local cluster=$1/$2 database port state owner data sw_text
  local -a databases=()
  sw_look_at_cluster "$1" "$2" || return
  sw_is_online "$state" || return 1
  shift 2
  sw_list_databases "$owner" "$cluster" || return
  ! sw_missing_databases "$@" || return 1
  # It was template1 that told the list.
  for database; do
    [[ $database == template1 ]] || sw_psql "$owner" "$cluster" "$database" <<<'select 1' >/dev/null || return 2
  done
}

# answer_from_cluster VERSION NAME [DATABASE…]: starts it, and waits until it takes connections.
answer_from_cluster() {
  local version=$1 name=$2 port state owner data sw_text
  local -a databases=()
  shift 2
  sw_bring_up "$version" "$name"
  if sw_missing_databases "$@"; then
    fail "the PostgreSQL cluster $version/$name runs, and does not hold: $sw_text" \
      "there is: ${databases[*]}" "if they went to another cluster, see: pg_lsclusters"
  fi
}

# sw_bring_up VERSION NAME: starts it if it is down, and waits until it tells the caller its databases:
# after a crash it has its journal to read first.
sw_bring_up() {
  sw_demand_cluster "$1" "$2"
  if ! sw_is_online "$state"; then
    run pg_ctlcluster "$1" "$2" start
    sw_demand_cluster "$1" "$2"
  fi
  sw_await_answer "$1" "$2"
}

# sw_demand_cluster VERSION NAME: the same as sw_look_at_cluster, where there is no going on without.
sw_demand_cluster() {
  local status=0
  sw_look_at_cluster "$1" "$2" || status=$?
  case $status in
    0) ;;
    1) fail "there is no PostgreSQL cluster $1/$2" "see which there are: pg_lsclusters" ;;
    *) fail "how the PostgreSQL cluster $1/$2 is cannot be told" "see: pg_lsclusters" ;;
  esac
}

# sw_await_answer VERSION NAME [LIST]: waits up to ten minutes until it tells the caller its databases,
# by function LIST.
sw_await_answer() {
  local tries=1
  until "${3:-sw_list_databases}" "$owner" "$1/$2"; do
    ((tries++ < 300)) || fail "the PostgreSQL cluster $1/$2 does not answer" \
      "see: pg_lsclusters; tail /var/log/postgresql/postgresql-$1-$2.log"
    run sleep 2
  done
}

# dump: databases saved to files.

# What was dumped is noted in $sw_state/dumps, a line a file: SIZE INODE TIME of the file, the
# identifier of the cluster that the database was in, and the file's path.

# A dump of a database that is still in use is worth a day.
sw_dump_age=86400

# dump_is_whole FILE DATABASE USER [CLUSTER]: FILE is a dump that this procedure took and read back.
# One of more than a day is of an earlier attempt: it does not count as long as the cluster that it
# came from can serve the database.
dump_is_whole() {
  local file=$1 sw_text now identity='' identifier='' status=0
  [[ -s $file ]] || return 1
  sw_noted_dump "$file" || return
  now=$(stat -c '%s %i %Y' -- "$file") || return 2
  [[ $now == "$identity" ]] || return 1
  sw_find_pg_restore
  "$sw_text" --list -- "$file" >/dev/null || status=$?
  ((status == 0)) || return "$((status == 1 ? 1 : 2))"
  printf -v now '%(%s)T' -1
  ((now - ${identity##* } > sw_dump_age)) || return 0
  sw_is_last_word "${@:2}"
}

# sw_is_last_word DATABASE USER [CLUSTER]: the cluster of the caller's identifier, which its file was
# dumped from, is gone or has handed over to its successor: however old, there is no later dump of it.
# Status 1: it serves, or was made anew under its name. 2: it is silent, and may serve again.
sw_is_last_word() {
  local serving='' cluster=${3:-} sw_text=''
  serving=$(sw_serving_cluster "$@") || serving=''
  [[ $serving != "$identifier" ]] || return 1
  if [[ -z $cluster ]]; then
    [[ -z $serving ]] || return 0
    sw_find_cluster_of "$identifier" || return 0
    cluster=$sw_text
  fi
  sw_has_cluster "${cluster%%/*}" "${cluster#*/}" || return 0
  ! sw_has_handed_over "$cluster" || return 0
  [[ -z $serving ]] || return 1
  printf 'cluster %s does not answer, and %s is of more than a day ago: whether that is the last of it cannot be told\n' \
    "$cluster" "$file"
  printf 'if it was upgraded by hand, or nothing was written since, leave this step out: --skip\n'
  printf 'else wait until it answers, or start it: pg_ctlcluster %s start\n' "${cluster/\// }"
  return 2
}

# sw_find_cluster_of IDENTIFIER: sets sw_text to the cluster that has it, as VERSION/NAME.
sw_find_cluster_of() {
  local settings data found
  for settings in "$sw_postgres_settings"/*/*/postgresql.conf; do
    sw_text=${settings#"$sw_postgres_settings/"}
    sw_text=${sw_text%/*}
    data=$(sw_setting_of "${sw_text%%/*}" "${sw_text#*/}" data_directory 2>/dev/null)
    [[ -n $data ]] || continue
    found=$(sw_system_identifier "$data" 2>/dev/null) || continue
    [[ $found != "$1" ]] || return 0
  done
  return 1
}

# sw_has_handed_over CLUSTER: its copy was begun, or is proved. Who went back to it since has let it
# start at boot again.
sw_has_handed_over() {
  local version=${1%%/*} name=${1#*/} place
  [[ $(sw_start_setting "$version" "$name") == manual ]] || return 1
  for place in "$sw_state/clusters/$version-"*"-$name"; do
    # A name may have hyphens in it, too.
    [[ ${place##*/} =~ ^[0-9.]+-[0-9.]+-(.*)$ && ${BASH_REMATCH[1]} == "$name" ]] || continue
    [[ ! -e $place/begun && ! -e $place/proved ]] || return 0
  done
  return 1
}

# sw_find_pg_restore: sets sw_text to the newest one. The one in PATH asks for the machine's clusters
# first, and fails while the settings of any of them are half written.
sw_find_pg_restore() {
  local path version newest=0
  sw_text=pg_restore
  for path in "$sw_postgres_programs"/*/bin/pg_restore; do
    version=${path#"$sw_postgres_programs"/}
    version=${version%%[./]*}
    [[ -x $path && $version =~ ^[0-9]+$ && $version -ge $newest ]] || continue
    newest=$version
    sw_text=$path
  done
}

# sw_noted_dump FILE: sets the caller's identity and identifier to what the note says of it.
# Status 1: it says nothing.
sw_noted_dump() {
  local line size inode time
  [[ -e $sw_state/dumps ]] || return 1
  while IFS= read -r line; do
    [[ /${line#*/} == "$1" ]] || continue
    read -r size inode time identifier <<<"${line%%/*}"
    identity="$size $inode $time"
    return 0
  done <"$sw_state/dumps"
  return 1
}

# sw_note_dump FILE PART IDENTIFIER: notes PART, which is about to become FILE.
sw_note_dump() {
  local line text='' identity
  identity=$(stat -c '%s %i %Y' -- "$2")
  if [[ -e $sw_state/dumps ]]; then
    while IFS= read -r line; do
      [[ /${line#*/} == "$1" ]] || text+=$line$'\n'
    done <"$sw_state/dumps"
  fi
  printf '%s%s %s %s\n' "$text" "$identity" "$3" "$1" | sw_replace_file "$sw_state/dumps" 0600
}

# sw_serving_cluster DATABASE USER [CLUSTER]: prints the identifier of the cluster that has it now.
sw_serving_cluster() {
  sw_psql "$2" "${3:-}" "$1" <<<'select system_identifier from pg_control_system()'
}

# save_dump FILE DATABASE USER [CLUSTER]: FILE, which only root may read, gets the database. The dump
# is read back before it has that name. A file that has the name already is kept, as FILE.~1~ and so
# on: it may be the only whole dump there is.
save_dump() {
  local file=$1 database=$2 user=$3 cluster=${4:-} identifier sw_text
  local part=$file.part folder=${file%/*}/
  local -a as=()
  [[ $user == root ]] || as=(runuser -u "$user" --)
  [[ ! -d $file ]] || fail "$file is a directory, and is to be the dump of database $database"
  identifier=$(sw_serving_cluster "${@:2}") || sw_fail_to_ask
  [[ -d $folder ]] || run mkdir -p -m 0700 -- "$folder"
  sw_demand_room_for_dump
  rm -f -- "$part"
  run sw_output_to "$part" "${as[@]}" pg_dump ${cluster:+--cluster "$cluster"} --no-password \
    --format=custom --dbname="$database"
  sw_find_pg_restore
  run "$sw_text" --file=/dev/null -- "$part"
  run sync "$part"
  sw_note_dump "$file" "$part" "$identifier"
  run mv --backup=numbered -T -- "$part" "$file"
  run sync "$folder"
}

# sw_output_to FILE COMMAND…: FILE, which must not be there, gets what COMMAND prints. It is opened
# by root: the user that COMMAND runs as needs no rights where it lies.
sw_output_to() (
  umask 077
  set -o noclobber
  exec >"$1"
  shift
  cd /
  sw_run_apart "$@"
)

sw_fail_to_ask() {
  fail "database $database cannot be read as user $user${cluster:+ in cluster $cluster}" \
    "see which databases there are: runuser -u postgres -- psql --list" \
    "see whether the server runs: pg_lsclusters"
}

# sw_demand_room_for_dump: as much as the database takes; its dump takes less.
sw_demand_room_for_dump() {
  local needed free
  needed=$(sw_psql "$user" "$cluster" "$database" \
    <<<'select pg_database_size(current_database())') || sw_fail_to_ask
  free=$(df --output=avail -B 1 -- "$folder" | tail -n 1)
  ((free >= needed)) || fail \
    "$folder has $((free / 1048576)) MiB free, and a dump of $database can take $((needed / 1048576)) MiB" \
    "make room there, or have the dump written elsewhere"
}

# plan_dump FILE DATABASE USER [CLUSTER]
plan_dump() {
  local -a as=()
  [[ $3 == root ]] || as=(runuser -u "$3" --)
  would "${as[@]}" pg_dump ${4:+--cluster "$4"} --no-password --format=custom --dbname="$2"
  would_say "  (its output goes to ${1@Q}, which only root may read, and is read back)"
  [[ ! -e $1 ]] || would_say "  (the file that has this name is kept, as ${1@Q}.~1~ or the next free number)"
}

# dumps_are_whole FOLDER USER CLUSTER DATABASE…: each of them is saved in FOLDER.
dumps_are_whole() {
  local folder=$1 user=$2 cluster=$3 name
  for name in "${@:4}"; do
    dump_is_whole "$folder/$name.dump" "$name" "$user" "$cluster" || return
  done
}

# save_dumps FOLDER USER CLUSTER DATABASE…: saves those that are not.
save_dumps() {
  local folder=$1 user=$2 cluster=$3 name
  local -a missing=()
  for name in "${@:4}"; do
    dump_is_whole "$folder/$name.dump" "$name" "$user" "$cluster" || missing+=("$name")
  done
  for name in "${missing[@]}"; do
    save_dump "$folder/$name.dump" "$name" "$user" "$cluster"
  done
}

# plan_dumps FOLDER USER CLUSTER DATABASE…
plan_dumps() {
  local folder=$1 user=$2 cluster=$3 name
  for name in "${@:4}"; do
    dump_is_whole "$folder/$name.dump" "$name" "$user" "$cluster" ||
      plan_dump "$folder/$name.dump" "$name" "$user" "$cluster"
  done
}

# cluster: PostgreSQL clusters as Debian's tools keep them, started, stopped and set.

# What was found of these tools, and is relied on here:
# - pg_lsclusters, pg_ctlcluster and the others go by /etc/postgresql/VERSION/NAME/postgresql.conf.
# - pg_ctlcluster goes through systemd unless it is given -o; stopping what is down ends with 2.
# - start.conf says auto, manual (not at boot) or disabled; without one it is auto.

# sw_start_setting VERSION NAME: prints when that cluster is started: auto, manual or disabled.
sw_start_setting() {
  local line setting=''
  local file=$sw_postgres_settings/$1/$2/start.conf
  if [[ -e $file ]]; then
    while [[ -z $setting ]] && { IFS= read -r line || [[ -n $line ]]; }; do
      line=${line%%#*}
      setting=${line//[[:space:]]/}
    done <"$file"
  fi
  printf '%s' "${setting:-auto}"
}

# sw_setting_of VERSION NAME SETTING: prints it; nothing when the cluster has no such setting.
sw_setting_of() {
  pg_conftool -s "$1" "$2" show "$3" || :
}

# sw_system_identifier DATA: prints what every cluster has of its own since it was made.
sw_system_identifier() {
  local identifier
  identifier=$(od -A n -t u8 -N 8 -- "$1/global/pg_control") || return
  printf '%s' "${identifier//[[:space:]]/}"
}

# output: what the administrator sees, and the same in the log.

sw_log_open=no sw_log_broken=no sw_live=no
sw_dim='' sw_bold='' sw_red='' sw_green='' sw_yellow='' sw_plain=''

# sw_colour auto|always|never: sets the colours that the terminal's lines are shown in.
sw_colour() {
  case $1 in
    never) return 0 ;;
    auto) [[ -t 1 && -t 2 && ${TERM:-dumb} != dumb && -z ${NO_COLOR:-} ]] || return 0 ;;
  esac
  sw_dim=$'\e[2m' sw_bold=$'\e[1m' sw_red=$'\e[31m' sw_green=$'\e[32m' sw_yellow=$'\e[33m'
  sw_plain=$'\e[0m'
}

# Lines that nobody watches are held back and written many at a time, before whatever comes next.
sw_held_lines='' sw_held_records=''

# sw_flush: what was held back is written.
sw_flush() {
  local now
  [[ -n $sw_held_lines ]] || return 0
  printf '%s' "$sw_held_lines" 2>/dev/null || exec >/dev/null
  if [[ $sw_log_open == yes ]]; then
    printf -v now '# %(%Y-%m-%d %H:%M:%S)T ' -1
    sw_held_records=${sw_held_records%$'\n'}
    printf '%s\n' "$now${sw_held_records//$'\n'/$'\n'"$now"}" 2>/dev/null >&8 || sw_log_broken=yes
  fi
  sw_held_lines='' sw_held_records=''
}

# sw_show TEXT: one line to standard output. Where that is gone, the log is what there is.
sw_show() {
  sw_flush
  printf '%s\n' "$1" 2>/dev/null || exec >/dev/null
}

# sw_record TEXT: one line to the log, marked as this script's own, with the time.
sw_record() {
  sw_flush
  [[ $sw_log_open == yes ]] || return 0
  printf '# %(%Y-%m-%d %H:%M:%S)T %s\n' -1 "$1" 2>/dev/null >&8 || sw_log_broken=yes
}

# say TEXT: one line to standard output and to the log.
say() {
  sw_show "$1"
  sw_record "$1"
}

# warn TEXT: a line that wants attention but stops nothing.
warn() {
  sw_show "${sw_yellow}note:${sw_plain} $1"
  sw_record "note: $1"
}

# sw_complain TEXT [COLOUR]: a line to standard error and to the log.
sw_complain() {
  sw_flush
  printf '%s\n' "${2:-}$1${2:+$sw_plain}" >&2 2>/dev/null || :
  sw_record "$1"
}

# sw_words WORD…: sets sw_text to these words as they would be typed.
sw_words() {
  local word
  sw_text=''
  for word; do
    case $word in
      '' | *[!A-Za-z0-9_./:@%+,=-]*) word=${word@Q} ;;
    esac
    sw_text+=" $word"
  done
  sw_text=${sw_text# }
}

# sw_duration SECONDS: sets sw_text to "4 s", "2 min 5 s" or "1 h 3 min".
sw_duration() {
  if (($1 < 60)); then
    sw_text="$1 s"
  elif (($1 < 3600)); then
    sw_text="$(($1 / 60)) min $(($1 % 60)) s"
  else
    sw_text="$(($1 / 3600)) h $(($1 % 3600 / 60)) min"
  fi
}

# sw_open_log: everything that is recorded from now on goes to $sw_log, which only root may read.
sw_open_log() {
  local directory=${sw_log%/*}
  [[ -d ${directory:-/} ]] || mkdir -p -- "$directory" || return
  [[ -e $sw_log ]] || (umask 077 && : >"$sw_log") || return
  exec 8>>"$sw_log" || return
  # Between two runs; and a command that was cut off may have left its last line without an end.
  [[ ! -s $sw_log ]] || printf '\n' >&8
  sw_log_open=yes
}

# rules: what a value of each type looks like. The compiler has the same rules; a test compares them.

declare -A sw_rule_words=() sw_rule_accepts=() sw_rule_rejects=()
sw_rule_words[path]='an absolute path, without "." or ".." in it'
sw_rule_accepts[path]="^(/[^/]+)+\$"
sw_rule_rejects[path]="/\\.{1,2}(/|\$)"
sw_rule_words[url]='an http or https address'
sw_rule_accepts[url]="^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~:/?#@!&()*+,;=%-]*)?\$"
sw_rule_words['url-or-none']='an http or https address, or nothing'
sw_rule_accepts['url-or-none']="^(https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~:/?#@!&()*+,;=%-]*)?)?\$"
sw_rule_words[identifier]='a name of letters, digits and _ . @ : + -, not beginning with a sign'
sw_rule_accepts[identifier]="^[A-Za-z0-9_][A-Za-z0-9_.@:+-]*\$"
sw_rule_words[identifiers]='names with one space between them'
sw_rule_accepts[identifiers]="^([A-Za-z0-9_][A-Za-z0-9_.@:+-]*( [A-Za-z0-9_][A-Za-z0-9_.@:+-]*)*)?\$"
sw_rule_words[version]='a version: a digit first, then letters, digits and . + ~ : -'
sw_rule_accepts[version]="^[0-9][A-Za-z0-9.+~:-]*\$"
sw_rule_words[integer]='a whole number, zero or more'
sw_rule_accepts[integer]="^(0|[1-9][0-9]{0,14})\$"
sw_rule_words[boolean]='yes or no'
sw_rule_accepts[boolean]="^(yes|no)\$"
sw_rule_words[fingerprint]='the 40 hexadecimal digits of a key fingerprint, in capitals'
sw_rule_accepts[fingerprint]="^[0-9A-F]{40}\$"
sw_rule_words[text]='text without control characters'
sw_rule_accepts[text]="^.*\$"

# parameters: their declaration, their types, and --set.

sw_parameters=()
# Those that --set has given another value than their default or the one on record, with spaces around.
sw_given_anew=' '
declare -A sw_types=() sw_helps=() sw_limits=() sw_origins=()

# parameter NAME TYPE HELP [LIMIT…]: declares variable NAME, which holds the default already.
# LIMIT: the choices of a choice; MINIMUM and MAXIMUM of an integer, "-" for none.
parameter() {
  sw_parameters+=("$1")
  sw_types[$1]=$2
  sw_helps[$1]=$3
  sw_origins[$1]=default
  shift 3
  sw_limits[${sw_parameters[-1]}]=''
  (($# == 0)) || printf -v "sw_limits[${sw_parameters[-1]}]" '%s\n' "$@"
}

# other_parameter NAME TYPE DEFAULT HELP [LIMIT…]: the same for one that only other parts read.
other_parameter() {
  printf -v "$1" '%s' "$3"
  parameter "$1" "$2" "${@:4}"
}

# sw_split_lists: names with spaces between them become arrays, NAME_list.
sw_split_lists() {
  local sw_name sw_rest sw_at
  for sw_name in "${sw_parameters[@]}"; do
    [[ ${sw_types[$sw_name]} == identifiers ]] || continue
    sw_rest=${!sw_name}
    for ((sw_at = 0; ${#sw_rest} > 0; sw_at++)); do
      printf -v "${sw_name}_list[$sw_at]" '%s' "${sw_rest%% *}"
      [[ $sw_rest == *' '* ]] || break
      sw_rest=${sw_rest#* }
    done
  done
}

# sw_is_printable TEXT: whether TEXT shows as what it is: no control or invisible characters.
sw_is_printable() {
  [[ $1 != *[[:cntrl:]]* ]] || return 1
  local LC_ALL=C text=$1
  # As bytes of UTF-8: zero-width and direction marks U+200B-200F, 2028-202E, 2060-2069, and FEFF;
  # the controls U+0080-009F; and surrogates, which are no characters.
  [[ $text != *$'\xe2\x80'[$'\x8b'-$'\x8f'$'\xa8'-$'\xae']* ]] &&
    [[ $text != *$'\xe2\x81'[$'\xa0'-$'\xa9']* && $text != *$'\xef\xbb\xbf'* ]] &&
    [[ $text != *$'\xc2'[$'\x80'-$'\x9f']* && $text != *$'\xed'[$'\xa0'-$'\xbf']* ]]
}

# sw_obeys TYPE TEXT: whether TEXT is a value of TYPE. The patterns are those of the compiler.
sw_obeys() {
  local accept=${sw_rule_accepts[$1]} reject=${sw_rule_rejects[$1]:-} text=$2
  sw_is_printable "$text" && [[ $text =~ $accept ]] && [[ -z $reject || ! $text =~ $reject ]]
}

# sw_tell_values NAME: sets sw_text to what a value of parameter NAME may be.
sw_tell_values() {
  local type=${sw_types[$1]} limits=${sw_limits[$1]%$'\n'}
  case $type:${limits//$'\n'/:} in
    choice:*) sw_text="one of ${limits//$'\n'/, }" ;;
    integer: | integer:-:-) sw_text=${sw_rule_words[integer]} ;;
    integer:*:-) sw_text="a whole number of ${limits%%$'\n'*} or more" ;;
    integer:-:*) sw_text="a whole number of ${limits#*$'\n'} or less" ;;
    integer:*) sw_text="a whole number from ${limits/$'\n'/ to }" ;;
    *) sw_text=${sw_rule_words[$type]} ;;
  esac
}

# sw_why_refused NAME TEXT: sets sw_text to what a value of parameter NAME must be, or to nothing.
sw_why_refused() {
  local type=${sw_types[$1]} limits=${sw_limits[$1]} text=$2
  sw_text=''
  if [[ $type == choice ]]; then
    sw_is_printable "$text" && [[ $'\n'$limits == *$'\n'"$text"$'\n'* ]] && return
    sw_tell_values "$1"
    sw_text="must be $sw_text"
  elif ! sw_obeys "$type" "$text"; then
    sw_text="must be ${sw_rule_words[$type]}"
  elif [[ $type == integer && -n $limits ]]; then
    sw_check_limits "$text" "${limits%%$'\n'*}" "${limits#*$'\n'}"
  fi
}

# sw_check_limits NUMBER MINIMUM MAXIMUM: "-" is no limit.
sw_check_limits() {
  local minimum=$2 maximum=${3%$'\n'}
  if [[ $minimum != - ]] && (($1 < minimum)); then
    sw_text="must be $minimum or more"
  elif [[ $maximum != - ]] && (($1 > maximum)); then
    sw_text="must be $maximum or less"
  fi
}

# sw_set NAME=VALUE ORIGIN: sets a parameter. Hyphens in NAME are as good as underscores.
# Status 1, with the reason in sw_text, when there is no such parameter or the value is not one.
sw_set() {
  local sw_name=${1%%=*} sw_value=${1#*=} sw_origin=$2
  if [[ $1 != *=* ]]; then
    sw_text="--set ${1@Q}: write --set NAME=VALUE"
    return 1
  fi
  sw_name=${sw_name//-/_}
  if [[ -z $sw_name || -z ${sw_types[$sw_name]:-} ]]; then
    sw_words "${1%%=*}"
    sw_text="--set $sw_text: no such parameter; there are: ${sw_parameters[*]:-none}"
    return 1
  fi
  sw_why_refused "$sw_name" "$sw_value"
  if [[ -n $sw_text ]]; then
    sw_text="--set $sw_name: $sw_text, got ${sw_value@Q}"
    return 1
  fi
  [[ $sw_origin != flag || ${!sw_name} == "$sw_value" || $sw_given_anew == *" $sw_name "* ]] ||
    sw_given_anew+="$sw_name "
  printf -v "$sw_name" '%s' "$sw_value"
  sw_origins[$sw_name]=$sw_origin
}

# sw_set_arguments: sets sw_text to the --set arguments that this run was given.
sw_set_arguments() {
  local sw_name
  local -a sw_arguments=()
  for sw_name in "${sw_parameters[@]}"; do
    [[ ${sw_origins[$sw_name]} != flag ]] || sw_arguments+=(--set "$sw_name=${!sw_name}")
  done
  sw_words "${sw_arguments[@]}"
}

# journal: one line an event, kept between runs. It is a hint, and each step looks at the system
# itself; only what cannot be looked at rests on it: steps that are done once, and finished parts.

# A line: seconds since 1970, boot id, part, event, step ("-" for the part itself), detail.
# Events of a part: begin, finished. Of a step: start, done, ok, failed, stopped, skipped. sw_events has
# the last one that counts for each step, sw_outcomes the last of all.
sw_begun=no sw_journal=() sw_journal_broken=no sw_events_known=no
declare -A sw_events=() sw_outcomes=() sw_begun_steps=() sw_part_events=() sw_part_boots=() sw_part_times=()

# sw_boot_id: sets sw_text to the id of the running boot.
sw_boot_id() {
  sw_text=''
  read -r sw_text </proc/sys/kernel/random/boot_id
}

# sw_read_journal: takes in what earlier runs noted. A last line that was cut short does not count.
# Status 1, with the reason in sw_text, when this cannot be the journal of this procedure.
sw_read_journal() {
  local file=$sw_state/journal header
  sw_begun=no sw_journal=() sw_events_known=no
  sw_part_events=() sw_part_boots=() sw_part_times=()
  [[ -e $file ]] || return 0
  { mapfile sw_journal <"$file"; } 2>/dev/null
  header=${sw_journal[0]:-}
  header=${header%$'\n'}
  case $header in
    "stepwright-journal 1 $sw_procedure") sw_read_part_events ;;
    'stepwright-journal 1 '*) sw_text="is the journal of another procedure, ${header##* }" ;;
    'stepwright-journal '*) sw_text='is the journal of another version of stepwright' ;;
    *) sw_text='cannot be read as a journal: it is damaged, or is something else' ;;
  esac
  [[ $header == "stepwright-journal 1 $sw_procedure" ]]
}

# sw_journal_has_grown: whether another run has added to the journal since it was read.
sw_journal_has_grown() {
  local -a now=()
  [[ ! -e $sw_state/journal ]] || mapfile now <"$sw_state/journal"
  ((${#now[@]} != ${#sw_journal[@]}))
}

# sw_read_part_events: the events of the parts, which every run has to know.
sw_read_part_events() {
  local line time boot part event finished=no
  for line in "${sw_journal[@]:1}"; do
    # Most lines are of steps, and tell that one is done.
    case $line in
      *$'\t-\t'*$'\n') ;;
      *$'\tstart\t'*$'\n')
        sw_begun=yes
        [[ $finished == yes ]] || continue
        ;;
      *) continue ;;
    esac
    time=${line%%$'\t'*} line=${line#*$'\t'}
    boot=${line%%$'\t'*} line=${line#*$'\t'}
    part=${line%%$'\t'*} line=${line#*$'\t'}
    event=${line%%$'\t'*} line=${line#*$'\t'}
    [[ $time =~ ^[0-9]+$ && $part =~ ^[0-9]+$ ]] || continue
    if [[ $line != $'-\t'* ]]; then
      # A step that was begun again: until the part comes to its end anew, it is not finished.
      [[ $event != start || -z ${sw_part_events[$part]:-} ]] ||
        sw_part_events[$part]=${sw_part_events[$part]// finished /}
      continue
    fi
    sw_part_events[$part]+=" $event "
    sw_part_times[$part]=$time
    [[ $event != finished ]] || finished=yes sw_part_boots[$part]=$boot
  done
}

# sw_know_events: the last event of each step, into sw_events, and which were begun. Most runs can do
# without.
sw_know_events() {
  local event step
  [[ $sw_events_known == no ]] || return 0
  sw_events_known=yes
  sw_events=() sw_outcomes=() sw_begun_steps=()
  ((${#sw_journal[@]} > 1)) || return 0
  while IFS=$'\t' read -r _ _ _ event step _; do
    [[ ${step:--} == - ]] || sw_take_event "$step" "$event"
  done <"$sw_state/journal"
}

# sw_take_event STEP EVENT: a step that was stopped, or could not tell, while its check was asked was not
# begun, and is done if it was; one that was left out counts as if somebody had done it.
sw_take_event() {
  sw_outcomes[$1]=$2
  [[ $2 != @(failed|stopped) || ${sw_events[$1]:-} != @(done|ok|skipped) ]] || return 0
  sw_events[$1]=$2
  case $2 in start | 'done' | ok | skipped) sw_begun_steps[$1]=yes ;; esac
}

# sw_part_has NUMBER EVENT: whether the journal has that event of that part.
sw_part_has() {
  [[ ${sw_part_events[$1]:-} == *" $2 "* ]]
}

# sw_note EVENT [STEP [DETAIL]]: adds a line to the journal.
sw_note() {
  local detail=${3:-}
  [[ $sw_journal_broken == no ]] || return 1
  [[ -z ${2:-} ]] || sw_know_events
  printf '%(%s)T\t%s\t%s\t%s\t%s\t%s\n' -1 "$sw_boot" "$sw_part" "$1" "${2:--}" \
    "${detail//[[:cntrl:]]/ }" 2>/dev/null >>"$sw_state/journal" || {
    # A line may be there in part: another one behind it would be misread.
    sw_journal_broken=yes
    return 1
  }
  if [[ -n ${2:-} ]]; then
    sw_take_event "$2" "$1"
  else
    sw_part_events[$sw_part]+=" $1 "
    [[ $1 != finished ]] || sw_part_boots[$sw_part]=$sw_boot
  fi
}

# sw_note_safely EVENT [STEP [DETAIL]]: the same, and the line is on the disk when this returns.
sw_note_safely() {
  sw_note "$@" || return
  # Ctrl-C reaches sync too, and this script only afterwards.
  sync "$sw_state/journal" || sync "$sw_state/journal"
}

# sw_open_journal: there is one, and lines can be added to it.
sw_open_journal() {
  local header="stepwright-journal 1 $sw_procedure"$'\n'
  [[ ! -e $sw_state/journal || ${sw_journal[-1]} != *$'\n' ]] || return 0
  # The power failed within a line: what is left of it says nothing, and could say something wrong.
  ((${#sw_journal[@]} == 0)) || unset 'sw_journal[-1]'
  ((${#sw_journal[@]} > 0)) || sw_journal=("$header")
  printf '%s' "${sw_journal[@]}" | sw_replace_file "$sw_state/journal" 0600
}

# sw_was_begun STEP: whether the step was begun, in this run or in an earlier one that may have been cut
# off in it; or was found to be done.
sw_was_begun() {
  sw_know_events
  [[ -n ${sw_begun_steps[$1]:-} ]]
}

# sw_is_done STEP: whether the journal has the step as done.
sw_is_done() {
  sw_know_events
  case ${sw_events[$1]:-} in
    done | ok | skipped) return 0 ;;
  esac
  return 1
}

# state: what is kept between runs: the parameters that were set, and the carried values.

# sw_open_state: makes the folder that the state is kept in, where nobody but root may look.
sw_open_state() {
  [[ -d $sw_state/carried ]] || (umask 077 && mkdir -p -- "$sw_state/carried")
}

# sw_forget NAME…: removes these of the files that a run keeps for itself.
sw_forget() {
  local name
  local -a there=()
  for name; do
    [[ ! -e $sw_state/$name ]] || there+=("$sw_state/$name")
  done
  ((${#there[@]} == 0)) || rm -f -- "${there[@]}"
}

# sw_replace_file FILE MODE: FILE gets standard input as its content, whole or not at all.
sw_replace_file() {
  local part=$1.sw-part
  (umask 077 && exec cat >"$part") &&
    { [[ $2 == 0600 ]] || chmod -- "$2" "$part"; } &&
    sync "$part" &&
    mv -f -T -- "$part" "$1" &&
    sync "${1%/*}"
}

# sw_recall_parameters: parameters that an earlier run was given stay so until they are set anew.
sw_recall_parameters() {
  local sw_line sw_name
  [[ -r $sw_state/parameters ]] || return 0
  while IFS= read -r sw_line; do
    sw_name=${sw_line%%=*}
    [[ -n $sw_name && -n ${sw_types[$sw_name]:-} ]] || continue
    if [[ ${sw_origins[$sw_name]} == flag ]]; then
      sw_given_anew=${sw_given_anew// $sw_name / }
      [[ $sw_line == "$sw_name=${!sw_name}" ]] || sw_given_anew+="$sw_name "
    fi
    [[ ${sw_origins[$sw_name]} == default ]] || continue
    sw_set "$sw_line" recorded ||
      sw_refuse "an earlier run had it so: ${sw_text#--set }" "set it anew: --set $sw_name=VALUE"
  done <"$sw_state/parameters"
}

# sw_keep_parameters: notes for later runs and parts which parameters have been set.
sw_keep_parameters() {
  local sw_name sw_line sw_known='' sw_lines=''
  if [[ -r $sw_state/parameters ]]; then
    while IFS= read -r sw_line; do
      sw_known+=$sw_line$'\n'
      # A parameter that only another build of the procedure has is kept for that one.
      sw_name=${sw_line%%=*}
      [[ -z $sw_name || -n ${sw_types[$sw_name]:-} ]] || sw_lines+=$sw_line$'\n'
    done <"$sw_state/parameters"
  fi
  for sw_name in "${sw_parameters[@]}"; do
    [[ ${sw_origins[$sw_name]} == default ]] || sw_lines+="$sw_name=${!sw_name}"$'\n'
  done
  [[ $sw_known == "$sw_lines" ]] ||
    printf '%s' "$sw_lines" | sw_replace_file "$sw_state/parameters" 0600
}

sw_carried=()
declare -A sw_carried_types=() sw_carried_from=()

# carried NAME TYPE [EARLIER]: declares a carried value; EARLIER: an earlier part has to have set it.
carried() {
  sw_carried+=("$1")
  sw_carried_types[$1]=$2
  sw_carried_from[$1]=${3:-}
}

# is_carried NAME: whether carried value NAME has been learnt and is a value of its type.
is_carried() {
  local file=$sw_state/carried/$1 value=''
  [[ -r $file ]] || return 1
  [[ ${sw_carried_types[$1]} != lines ]] || return 0
  IFS= read -r value <"$file" || return 1
  sw_obeys "${sw_carried_types[$1]}" "$value"
}

# By step: the carried values that it reads. By carried value: the steps that learn it, in order.
declare -A sw_reads=() sw_learners=()

# sw_add_learner ID NAME,NAME: the step with that id learns these carried values.
sw_add_learner() {
  local name
  for name in ${2//,/ }; do
    sw_learners[$name]+="${sw_learners[$name]:+ }$1"
  done
}

# sw_make_plan: the plan, with every title as it is by what has been learnt so far.
sw_make_plan() {
  sw_ids=() sw_titles=() sw_options=() sw_once_ids=() sw_ending=' ' sw_reads=() sw_learners=()
  sw_by_name steps
}

# sw_is_unlearnt ID: whether that step reads a carried value that has not been learnt; the step that
# learns it, in sw_text.
sw_is_unlearnt() {
  local name
  [[ -n ${sw_reads[$1]:-} ]] || return 1
  for name in ${sw_reads[$1]//,/ }; do
    is_carried "$name" && continue
    sw_text=${sw_learners[$name]%% *}
    return 0
  done
  return 1
}

# sw_by_name COMMAND…: runs it with $NAME, for a reader, in the place of each carried value that has not been
# learnt. A list stays empty in a plan: what would be done with each of its items is told otherwise then.
sw_by_name() {
  local sw_name
  for sw_name in "${sw_carried[@]}"; do
    if ! is_carried "$sw_name" && [[ $sw_planning${sw_carried_types[$sw_name]} != yeslines ]]; then
      local "$sw_name=\$$sw_name"
    fi
  done
  "$@"
}

# demand_carried NAME…: stops the step unless each of these carried values has been learnt. A plan is shown
# without.
demand_carried() {
  local name
  [[ $sw_planning == no ]] || return 0
  for name; do
    is_carried "$name" || fail "carried value $name is not known; nothing was changed" \
      'the step that learns it was left out: run the script without --skip, --only and --from'
  done
}

# sw_recall_carried: the carried values that have been learnt, into their variables.
sw_recall_carried() {
  local sw_name
  for sw_name in "${sw_carried[@]}"; do
    is_carried "$sw_name" || continue
    if [[ ${sw_carried_types[$sw_name]} == lines ]]; then
      mapfile -t "$sw_name" <"$sw_state/carried/$sw_name"
    else
      IFS= read -r "${sw_name?}" <"$sw_state/carried/$sw_name"
    fi
  done
}

# carry NAME [VALUE…]: learns carried value NAME; a list has as many values as it has items.
# Stops the step when a value is not of its type.
carry() {
  local name=$1 type=${sw_carried_types[$1]} value content=''
  shift
  if [[ $type == lines ]]; then
    for value; do
      sw_obeys text "$value" ||
        fail "carried value $name: an item must be one line of text, got ${value@Q}"
    done
  elif (($# != 1)) || ! sw_obeys "$type" "$1"; then
    sw_words "$@"
    fail "carried value $name: must be ${sw_rule_words[$type]}, got $sw_text"
  fi
  (($# == 0)) || printf -v content '%s\n' "$@"
  printf '%s' "$content" | sw_replace_file "$sw_state/carried/$name" 0600
}

# learn NAME TEXT: the same for what a command printed; a list has an item a line.
learn() {
  local -a items=()
  if [[ ${sw_carried_types[$1]} != lines ]]; then
    carry "$1" "$2"
    return
  fi
  [[ -z $2 ]] || mapfile -t items <<<"$2"
  carry "$1" "${items[@]}"
}

# lock: one run at a time on a machine, whatever its procedure.

# Nobody else may open it: who can read a file can lock it.
sw_lock=/run/stepwright.lock

# sw_take_lock: holds the lock, as descriptor 9, until this shell and its step have ended.
# Status 4 when another run has it, 3 when there is no having it.
sw_take_lock() {
  umask 077
  if ! { exec 9>>"$sw_lock"; } 2>/dev/null; then
    sw_complain "$sw_script: the lock $sw_lock cannot be written; nothing was changed."
    sw_complain '  See: ls -ld /run; findmnt /run; df /run'
    return 3
  fi
  umask 022
  # Whoever only looks at the lock has it for a moment.
  flock -w 1 9 || sw_lock_is_held || return
  printf '%s\t%s\t%s\n' "$$" "$sw_folder/$sw_script" "$sw_log" 2>/dev/null >"$sw_lock" || :
}

# sw_leave_lock: this run has ended by itself: who looks at the lock sees that without trying it.
sw_leave_lock() {
  : 2>/dev/null >"$sw_lock" || :
}

# sw_look_at_lock: whether another run has the lock, without leaving a trace. Status 4 when one has.
sw_look_at_lock() {
  sw_lock_is_free || sw_lock_is_held
}

# sw_lock_is_free: who has had it and has ended by itself has left the file empty.
sw_lock_is_free() {
  [[ ! -s $sw_lock || ! -r $sw_lock ]] || (exec 9<"$sw_lock" && flock -n -s 9) 2>/dev/null
}

# sw_lock_is_held: tells whose it is, as far as that was noted.
sw_lock_is_held() {
  local pid='' script='' log=''
  { IFS=$'\t' read -r pid script log <"$sw_lock"; } 2>/dev/null || :
  sw_complain "$sw_script: another run holds the lock $sw_lock; nothing was changed."
  [[ -n $log ]] || return 4
  if [[ -e /proc/$pid ]]; then
    sw_complain "  It is $script, process $pid. Follow it: tail -f $log"
  else
    sw_complain "  It was $script. It was killed, and the command that it ran still runs."
    sw_complain "  Wait until that has ended, then try again. Follow it: tail -f $log"
  fi
  return 4
}

# options: the command line.

sw_mode=run sw_from='' sw_only='' sw_yes=no sw_reboot=ask sw_allow_ssh=no sw_colour_wanted=auto
sw_skip=() sw_wrong=()

sw_help_options='
  --check           say what would keep this script from starting, and its steps
  --dry-run         say for each step whether it is done, and with which commands it would be
  --list            list the steps
  --status          tell what earlier runs did
  --set NAME=VALUE  set a parameter; later runs and parts remember it
  --yes             do not ask before the first change
  --reboot          reboot without asking when everything is done
  --from STEP       begin with this step
  --only STEP       run this step alone
  --skip STEP       leave this step out
  --allow-ssh       start on an SSH session outside of tmux and screen
  --log FILE        write the log there
  --color WHEN      auto, always or never
  --version         say which procedure and part this is
  --help            show this'

sw_help_statuses='
Exit status: 0 done; 1 a step failed; 2 wrong usage; 3 refused before anything was changed;
4 another run holds the lock; 10 done, reboot needed; 130, 143 stopped on request.'

sw_usage() {
  local sw_name sw_remark sw_help=$sw_help_options
  # Where nothing restarts the machine, there is nothing to ask.
  [[ " ${sw_options[*]} " == *' reboot '* ]] || sw_help=${sw_help/$'\n  --reboot '*'everything is done'/}
  printf 'Use: bash %s [OPTION…]\n\n%s\n%s\n' "$sw_script" "$sw_title" "$sw_help"
  for sw_name in "${!sw_more_options[@]}"; do
    printf '  %-17s %s\n' "$sw_name" "${sw_more_options[$sw_name]}"
  done
  ((${#sw_parameters[@]} == 0)) || printf '\nParameters:\n'
  for sw_name in "${sw_parameters[@]}"; do
    sw_remark=''
    [[ ${sw_origins[$sw_name]} != recorded ]] || sw_remark='  (as an earlier run had it)'
    sw_words "${!sw_name}"
    printf '  %s=%s%s\n      %s\n' "$sw_name" "$sw_text" "$sw_remark" "${sw_helps[$sw_name]}"
    sw_tell_values "$sw_name"
    printf '      (%s)\n' "$sw_text"
  done
  printf '%s\n' "$sw_help_statuses"
}

# sw_take_options ARGUMENT…: reads the command line; what is wrong with it goes to sw_wrong.
sw_take_options() {
  local sw_option sw_value
  while (($# > 0)); do
    sw_option=$1 sw_value=''
    shift
    case $sw_option in
      --set | --from | --only | --skip | --log | --color | --colour)
        if (($# == 0)); then
          sw_wrong+=("$sw_option needs a value")
          return 0
        fi
        sw_value=$1
        shift
        ;;
      --set=* | --from=* | --only=* | --skip=* | --log=* | --color=* | --colour=*)
        sw_value=${sw_option#*=}
        sw_option=${sw_option%%=*}
        ;;
    esac
    sw_take_option "$sw_option" "$sw_value"
  done
}

sw_take_option() {
  case $1 in
    --check | --dry-run | --list | --status | --version | --help) sw_take_mode "${1#--}" ;;
    -h) sw_take_mode help ;;
    --set) sw_set "$2" flag || sw_wrong+=("$sw_text") ;;
    --yes | -y) sw_yes=yes ;;
    --reboot) sw_reboot=yes ;;
    --allow-ssh) sw_allow_ssh=yes ;;
    --from) sw_name_step "$1" "$2" && sw_from=$2 ;;
    --only) sw_name_step "$1" "$2" && sw_only=$2 ;;
    --skip) sw_name_step "$1" "$2" && sw_skip+=("$2") ;;
    --log) sw_take_log "$2" ;;
    --color | --colour)
      case $2 in
        auto | always | never) sw_colour_wanted=$2 ;;
        *) sw_wrong+=("$1 must be auto, always or never, got ${2@Q}") ;;
      esac
      ;;
    -*)
      if [[ -n ${sw_more_options[$1]:-} ]]; then
        sw_taken_options+=("$1")
      else
        sw_wrong+=("no such option: ${1@Q}")
      fi
      ;;
    *) sw_wrong+=("nothing but options is taken, got ${1@Q}") ;;
  esac
}

# sw_take_mode MODE: --help goes before all others; two others at once are one too many.
sw_take_mode() {
  case $sw_mode:$1 in
    run:* | *:help | "$1:$1") sw_mode=$1 ;;
    help:*) ;;
    *) sw_wrong+=("either --$sw_mode or --$1, not both") ;;
  esac
}

# sw_name_step OPTION VALUE: the names themselves are looked at when the steps are known.
sw_name_step() {
  [[ -n $2 ]] || sw_wrong+=("$1 needs the name of a step (see --list)")
}

sw_take_log() {
  if ! sw_obeys path "$1"; then
    sw_wrong+=("--log must be an absolute path, got ${1@Q}")
  elif [[ -e $1 && ! -f $1 ]]; then
    sw_wrong+=("--log must be a plain file, and ${1@Q} is none")
  else
    sw_log=$1
  fi
}

# sw_check_step_names: the steps that the options name have to be there.
sw_check_step_names() {
  local name
  for name in "$sw_from" "$sw_only" "${sw_skip[@]}"; do
    if [[ -z $name ]]; then
      continue
    elif [[ -z ${sw_index_of[$name]:-} ]]; then
      sw_wrong+=("no such step: ${name@Q} (see --list)")
    elif [[ ${sw_options[sw_index_of[$name]]} == *' reboot '* ]]; then
      sw_wrong+=("$name is the reboot at the end: it can be neither left out nor run by itself")
    fi
  done
  [[ -z $sw_only || -z $sw_from${sw_skip[*]} ]] ||
    sw_wrong+=('--only runs one step alone: leave out --from and --skip')
}

# sw_usage_errors: tells what is wrong with the command line, all at once. Status 2 when anything is.
sw_usage_errors() {
  ((${#sw_wrong[@]} > 0)) || return 0
  local what
  for what in "${sw_wrong[@]}"; do
    sw_complain "$sw_script: $what"
  done
  sw_complain "Try: bash $sw_script --help"
  return 2
}

# session: whether what this script runs in would take the sight of it along when it drops.

sw_proc=/proc

# sw_find_session: sets sw_text to "ssh" when an SSH server is above this process and nothing that
# outlives it is in between. Variables do not tell: sudo takes them away.
sw_find_session() {
  local pid=$$ parent name line
  sw_text=''
  while ((pid > 1)); do
    name='' parent=0
    while IFS= read -r line; do
      case $line in
        Name:*) name=${line#Name:?} ;;
        PPid:*)
          parent=${line#PPid:?}
          break
          ;;
      esac
    done 2>/dev/null <"$sw_proc/$pid/status" || return 0
    case $name in
      tmux* | screen* | SCREEN* | mosh-server | dtach | abduco | zellij*) return 0 ;;
      sshd* | dropbear*)
        sw_text=ssh
        return 0
        ;;
    esac
    pid=$parent
  done
}

# sw_require_session: a bare SSH session takes the screen along when it drops. What is only looked at
# is told, and no more.
sw_require_session() {
  local what='this is an SSH session outside of tmux and screen'
  [[ $sw_allow_ssh == no ]] || return 0
  sw_find_session
  [[ $sw_text == ssh ]] || return 0
  if [[ $sw_mode == run ]]; then
    sw_refuse "$what" \
      "run it in tmux or screen; or say --allow-ssh: it goes on when the session drops, and can be followed with: tail -f $sw_log"
  else
    warn "$what: a run has to be told --allow-ssh"
  fi
}

# sw_require_consent: somebody has said yes, or can be asked.
sw_require_consent() {
  [[ $sw_yes == yes || -t 0 ]] ||
    sw_refuse 'there is no terminal to ask on' 'say --yes to go on without being asked'
}

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

# steps: the plan, and each step's way from "not yet" to "done".

sw_ids=() sw_titles=() sw_options=() sw_once_ids=() sw_left_ids=()
declare -A sw_index_of=() sw_answers=() sw_counts=()
# Steps whose beginning ends the need for others, with a space around each.
sw_ending=' '
# The step that could not tell whether it holds still, where that was asked for another one's sake.
sw_doubt=''
sw_status=0

# step ID TITLE [OPTION…]: adds a step to the plan. Options: once; reboot; until=ID; until-begun=ID;
# needs=ID,ID; follows=ID (that step can be the reason to do this one again); opposite=ID (that step
# is the reason to do this one again); when=VALUE is=WANTED (the step is wanted only where they are
# the same); learns=NAME,NAME (carried values that steps of this part read); reads=NAME,NAME (carried
# values that steps of this part learn).
step() {
  sw_index_of[$1]=${#sw_ids[@]}
  sw_ids+=("$1")
  sw_titles+=("$2")
  sw_options+=(' ')
  (($# == 2)) || sw_add_options "$@"
}

# sw_add_options ID TITLE OPTION…
sw_add_options() {
  local id=$1 option value='' options=' '
  for option in "${@:3}"; do
    case $option in
      when=*) value=${option#when=} ;;
      until-begun=*)
        options+="$option "
        sw_ending+="${option#*=} "
        ;;
      is=*) [[ ${option#is=} == "$value" ]] || options+='left-out ' ;;
      reads=*) sw_reads[$id]=${option#reads=} ;;
      learns=*)
        options+="$option "
        sw_add_learner "$id" "${option#learns=}"
        ;;
      *) options+="$option " ;;
    esac
  done
  sw_options[-1]=$options
  [[ $options != *' once '* ]] || sw_once_ids+=("$id")
}

# sw_option NAME: sets sw_text to the value of option NAME=VALUE of the current step.
sw_option() {
  local options=${sw_options[sw_index]}
  sw_text=''
  [[ $options == *" $1="* ]] || return 1
  sw_text=${options##*" $1="}
  sw_text=${sw_text%% *}
}

# sw_has WORD: whether the current step has that option.
sw_has() {
  [[ ${sw_options[sw_index]} == *" $1 "* ]]
}

# sw_look: asks whether the current step is done. Sets sw_status: 0 it is, 1 it is not, else unknown.
sw_look() {
  local sw_id=${sw_ids[sw_index]}
  sw_status=0 sw_doubt=''
  case ${sw_options[sw_index]} in
    *' until='*)
      ! sw_is_over && [[ -z $sw_doubt ]] || return 0
      sw_status=0
      ;;&
    *' until-begun='*) ! sw_is_past || return 0 ;;&
    *' once '*) if sw_is_done "$sw_id"; then sw_status=0; else sw_status=1; fi ;;
    *) sw_ask "$sw_id" ;;
  esac
}

# sw_is_over: whether the step that ends the need for the current one was done, and holds still. Where that
# cannot be told, it stands in sw_doubt: a service is not stopped for a database that is slow to answer.
sw_is_over() {
  local sw_until
  sw_option until && sw_is_done "$sw_text" || return 1
  sw_until=$sw_text
  [[ ${sw_events[$sw_until]} != skipped ]] || return 0
  [[ ${sw_options[sw_index_of[$sw_until]]} != *' once '* ]] || return 0
  sw_ask "$sw_until"
  sw_answers[$sw_until]=$sw_status
  ((sw_status <= 1)) || sw_doubt=$sw_until
  ((sw_status == 0))
}

# sw_is_past: whether the step whose beginning ends the need for the current one was begun.
sw_is_past() {
  sw_option until-begun && sw_was_begun "$sw_text"
}

# sw_ask ID: asks the check of that step, unless it has answered and nothing was changed since. A check that
# reads what nobody has learnt could not tell: it would take that for empty.
sw_ask() {
  sw_status=0
  if [[ ${#sw_reads[@]} != 0 ]] && sw_is_unlearnt "$1"; then
    sw_status=2
    return 0
  fi
  if [[ ${#sw_answers[@]} != 0 && -n ${sw_answers[$1]:-} ]]; then
    sw_status=${sw_answers[$1]}
    return 0
  fi
  "${1//-/_}__check" >&7 2>&1 9>&- || sw_status=$?
}

# sw_left_out: whether the current step is not to be run, and why, in sw_text.
sw_left_out() {
  local id=${sw_ids[sw_index]}
  if [[ ${sw_options[sw_index]} == *' left-out '* ]]; then
    sw_text='not wanted'
  elif [[ -n $sw_only && $sw_only != "$id" ]]; then
    sw_text=--only
  elif [[ -n $sw_from ]] && ((sw_index < sw_index_of[$sw_from])); then
    sw_text=--from
  elif [[ " ${sw_skip[*]} " == *" $id "* ]]; then
    sw_text=--skip
  else
    return 1
  fi
}

# sw_leave_out: passes over the current step, for the reason in sw_text.
sw_leave_out() {
  local id=${sw_ids[sw_index]}
  [[ $sw_text == 'not wanted' ]] || sw_left_ids+=("$id")
  [[ $sw_text != --only ]] || return 0
  sw_line skipped "$sw_dim" "$sw_text"
  [[ $sw_text != --skip ]] || sw_is_done "$id" || sw_note skipped "$id" || :
}

# sw_line OUTCOME COLOUR [REMARK]: the progress line of the current step.
sw_line() {
  local id=${sw_ids[sw_index]} number=$((sw_index + 1)) total=${#sw_ids[@]} line
  printf -v line '[%*d/%d] %s%-8s%s %s%s%s  %s%s\n' "${#total}" "$number" "$total" \
    "$2" "$1" "$sw_plain" "$sw_bold" "$id" "$sw_plain" "${sw_titles[sw_index]}" "${3:+  ($3)}"
  sw_held_lines+=$line
  sw_held_records+="[$number/$total] $1 $id${3:+  ($3)}"$'\n'
  sw_counts[$1]+=+
  [[ $1 == ok && $sw_live == no && ${#sw_held_lines} -lt 2000 ]] || sw_flush
}

# sw_ok_line: the same for the outcome that most steps have, "ok".
sw_ok_line() {
  local id=${sw_ids[sw_index]} total=${#sw_ids[@]} number
  printf -v number '%*d' "${#total}" "$((sw_index + 1))"
  sw_held_lines+="[$number/$total] ${sw_green}ok      $sw_plain $sw_bold$id$sw_plain  ${sw_titles[sw_index]}"$'\n'
  sw_held_records+="[${number##* }/$total] ok $id"$'\n'
  sw_counts[ok]+=+
  [[ $sw_live == no && ${#sw_held_lines} -lt 2000 ]] || sw_flush
}

# sw_note_ok: notes, where that is not known already, that the current step's check holds.
sw_note_ok() {
  sw_is_done "${sw_ids[sw_index]}" || sw_note ok "${sw_ids[sw_index]}" || :
}

# sw_bring_about: the current step's check did not say that it holds. Status 0: the plan can go on.
sw_bring_about() {
  if [[ -n $sw_stop ]]; then
    # What was asked may have been stopped as well: its answer is none.
    sw_stopped
    return 1
  elif ((sw_status != 1)); then
    sw_fail_to_tell
    return 1
  fi
  sw_change
}

# sw_tell_doubt: sets sw_text to whose check has not told what was to be known of the current step.
sw_tell_doubt() {
  if [[ -z $sw_doubt ]] && sw_is_unlearnt "${sw_ids[sw_index]}"; then
    sw_text="it depends on what $sw_text learns, which is not known (was that left out? run the script without --skip, --only and --from)"
    return 0
  fi
  sw_text="its check could not tell (status $sw_status)"
  [[ -z $sw_doubt ]] || sw_text="whether $sw_doubt still holds, which ends the need for it, could not be told (status $sw_status)"
}

# sw_fail_to_tell: fails for that. What the check has said stands in the log before the lines that were held
# back: asked once more, it is behind them, with nobody else's words.
sw_fail_to_tell() {
  local sw_answered=$sw_status
  if [[ -n $sw_held_lines ]]; then
    sw_flush
    sw_answers=()
    sw_ask "${sw_doubt:-${sw_ids[sw_index]}}"
    sw_status=$sw_answered
  fi
  sw_tell_doubt
  sw_fail "$sw_text"
}

# sw_change: applies the current step.
sw_change() {
  local sw_id=${sw_ids[sw_index]} sw_since=$SECONDS sw_noting=sw_note
  sw_once=no
  if sw_has once; then
    sw_once=yes sw_noting=sw_note_safely
  fi
  [[ $sw_ending != *" $sw_id "* ]] || sw_noting=sw_note_safely
  if ! "$sw_noting" start "$sw_id"; then
    sw_fail "nothing of it was done: $sw_state/journal cannot be written (is the disk full? see: df $sw_state)"
    return 1
  fi
  sw_record "--- $sw_id: ${sw_titles[sw_index]}"
  [[ $sw_live != yes ]] || sw_show "$sw_dim${sw_titles[sw_index]} …$sw_plain"
  sw_apply "${sw_id//-/_}__apply"
  sw_settle "$sw_id" "$sw_since"
}

# sw_settle ID BEGUN: what came of a step that was applied. Only its check's answer counts.
sw_settle() {
  local sw_applied=$sw_status
  sw_recall_carried
  if [[ -n $sw_stop ]] && sw_ended_on_request "$sw_applied"; then
    sw_stopped
    return 1
  elif ((sw_applied != 0)); then
    sw_fail '' "$sw_applied"
    return 1
  fi
  [[ ${sw_options[sw_index]} != *' learns='* ]] || sw_make_plan
  [[ $sw_once == yes ]] || sw_look
  if [[ -n $sw_stop ]] && ((sw_status != 0)); then
    sw_stopped
    return 1
  elif ((sw_status != 0)); then
    sw_fail 'its commands ended without an error, and yet its check does not hold'
    return 1
  fi
  if [[ $sw_once == yes ]]; then
    sw_events[$1]='done'
  elif ! sw_note_safely 'done' "$1"; then
    sw_fail "it is done, but $sw_state/journal cannot be written (is the disk full? see: df $sw_state)"
    return 1
  fi
  sw_duration "$((SECONDS - $2))"
  sw_line changed "$sw_yellow" "$sw_text"
}

# sw_stopped: the current step was stopped on request.
sw_stopped() {
  sw_note stopped "${sw_ids[sw_index]}" || :
  sw_line stopped "$sw_yellow" 'on request'
}

# sw_run_steps: the plan from top to bottom, until a step fails or a stop is asked for.
# The reboot is not among them: it comes when everything else is done.
sw_run_steps() {
  local sw_went sw_was_finished=no sw_selected=$sw_only$sw_from${sw_skip[*]}
  ! sw_part_has "$sw_part" finished || sw_was_finished=yes
  for sw_index in "${!sw_ids[@]}"; do
    [[ -z $sw_stop ]] || return 1
    # Bash copies a function each time it is called: a step with nothing special about it needs two.
    if [[ ${sw_options[sw_index]}$sw_selected == ' ' ]]; then
      sw_ask "${sw_ids[sw_index]}"
    elif [[ ${sw_options[sw_index]} == *' reboot '* ]]; then
      continue
    elif sw_left_out; then
      sw_leave_out
      continue
    else
      sw_look
    fi
    if ((sw_status == 0)); then
      sw_ok_line
      [[ $sw_was_finished == yes ]] || sw_note_ok
    else
      # Asked for in an `if` or before `||`, a step would not stop at a command that fails.
      sw_bring_about
      sw_went=$?
      ((sw_went == 0)) || return 1
    fi
  done
  [[ -z $sw_stop ]]
}

# apply: a step's changes, made in a shell of their own in which a failing command stops the step.

sw_stop='' sw_woken=no sw_planning=no sw_asking=no sw_once=no sw_child='' sw_shell='' sw_command=()
# Where run notes its commands: in a step's own shell, the log itself, wherever the output of the step goes.
sw_trace=1

# run COMMAND [ARGUMENT…]: notes the command in the log and runs it. Between two commands is where an
# asked-for stop happens, but not within a step that can be done only once.
run() {
  local sw_text
  if [[ $sw_planning == yes ]]; then
    would "$@"
    return 0
  fi
  sw_words "$@"
  if [[ $sw_once == no ]] && sw_has_to_stop; then
    printf 'stopped before: %s\n' "$sw_text" >&"$sw_trace"
    # The shells around this one take it for a failure.
    : 2>/dev/null >"$sw_state/stopped" || :
    exit 143
  fi
  sw_command=("$@")
  # Noted by a shell that only looked, and that nobody minded. One beside the step's own forgets nothing.
  [[ $BASHPID != "$sw_shell" ]] || sw_forget failure
  printf '+ %s\n' "$sw_text" >&"$sw_trace"
  case $1 in
    # What is for this shell.
    cd | pushd | popd | umask | ulimit | export | unset | set | shopt | eval | . | source | wait) "$@" ;;
    # Of a name that no function can have, declare says more.
    *) if declare -F -- "$1" &>/dev/null; then "$@"; else sw_run_apart "$@"; fi ;;
  esac
}

# sw_run_apart COMMAND…: runs it out of the terminal's reach: apt has what it starts heed Ctrl-C again,
# whatever was ignored before, and a package's own script would end half-way. The shell around it keeps
# the lock, should all others be killed, and waits for it, should all be told to end; the command does
# not: a daemon that it starts must not hold the lock.
sw_run_apart() {
  setsid --wait "$BASH" -p -c 'trap : TERM; "$@" 9>&-; exit' bash "$@"
}

# sw_has_to_stop: whether a stop was asked for, or the script above has been killed. A shell within the
# step's own is not told by the signal; the file tells it.
sw_has_to_stop() {
  [[ -n $sw_stop || -e $sw_state/stop ]] || ! kill -0 "$$" 2>/dev/null
}

# sw_outwait FIND SECONDS DOES: waits as long as function FIND finds somebody at work, whom it names in
# holder, and heeds a stop meanwhile. Stops the step when they did not DOES in so many seconds.
sw_outwait() {
  local holder='' waited=0
  while "$1"; do
    ((waited < $2)) || fail "$holder, and did not $3 within $2 seconds" \
      "let it finish, or end it; then run this script again"
    ((waited % 30 > 0)) || printf 'waiting: %s\n' "$holder"
    # Which stops the step.
    ! sw_has_to_stop || run true
    sleep 2
    waited=$((waited + 2))
  done
}

# fail TEXT…: ends the step with a message; each TEXT is a line of it, and the first one the reason.
# Where it is only asked whether something would fail, they are printed.
fail() {
  if [[ $sw_asking == yes ]]; then
    printf '%s\n' "$@"
    exit 1
  fi
  if [[ $sw_planning == yes ]]; then
    would_say "stop: $1"
    exit 1
  fi
  printf '%s\n' "$@" >&2
  printf '%s\n' 1 '' "$@" >"$sw_state/failure"
  exit 1
}

# sw_note_failure STATUS COMMAND: which command failed, for the report. A shell inside of the step's
# own has noted it already, and knows it better.
sw_note_failure() {
  local noted='' command=$2
  trap - ERR
  [[ ! -r $sw_state/failure ]] || IFS= read -r noted <"$sw_state/failure" || :
  if [[ $noted != "$1" ]]; then
    if [[ $command == '"$@"' || $command == 'setsid '* ]]; then
      sw_words "${sw_command[@]}"
      command=$sw_text
    fi
    printf '%s\n%s\n' "$1" "${command//$'\n'/ }" >"$sw_state/failure"
  fi
  exit "$1"
}

# sw_apply FUNCTION: runs it with its output in the log. Sets sw_status.
# The shell that it runs in keeps the lock: should this script be killed, the next one waits until
# the command that is under way has ended.
sw_apply() {
  local sw_function=$1 sw_start=0 sw_follower=''
  sw_answers=()
  sw_forget failure stop stopped
  [[ $sw_live != yes ]] || sw_log_size sw_start
  (
    # Ctrl-C reaches every shell of the terminal; the script above passes it on as a TERM.
    trap 'sw_stop=yes' TERM
    trap '' HUP INT QUIT
    trap - PIPE
    sw_shell=$BASHPID sw_trace=8
    set -eE
    shopt -s inherit_errexit
    trap 'sw_note_failure "$?" "$BASH_COMMAND"' ERR
    "$sw_function"
    [[ $sw_once == no ]] || sw_note_once
  ) </dev/null >&8 2>&1 6>&- &
  sw_child=$!
  # Asked for before the child was known by its number.
  [[ -z $sw_stop || -e $sw_state/stop ]] || sw_pass_stop_on
  [[ $sw_live != yes ]] || sw_follow "$sw_start" "$sw_child"
  sw_await "$sw_child"
  sw_child=''
  [[ -z $sw_follower ]] || wait "$sw_follower" 2>/dev/null || :
}

# sw_note_once: the step that cannot look was done, and what it did is on the disks before that is noted.
sw_note_once() {
  sync
  sw_note_safely 'done' "${sw_ids[sw_index]}" ||
    fail "it is done, but $sw_state/journal cannot be written (is the disk full? see: df $sw_state)"
}

# sw_await PID: waits until it has ended, whatever signals come meanwhile. Sets sw_status.
sw_await() {
  while :; do
    sw_woken=no sw_status=0
    wait "$1" 2>/dev/null || sw_status=$?
    [[ $sw_woken == yes ]] || return 0
  done
}

# sw_see_end PID: waits for a shell that the step has started. Sets the caller's status to how it ended.
sw_see_end() {
  while :; do
    status=0
    wait "$1" || status=$?
    # Else a signal may have ended the wait, and not what is waited for.
    ((status > 128)) || return 0
    if ! kill -0 "$1" 2>/dev/null; then
      # It may have ended in the same moment: bash has kept how.
      status=0
      wait "$1" 2>/dev/null || status=$?
      return 0
    fi
  done
}

# sw_log_size NAME: sets variable NAME to the bytes that the log has.
sw_log_size() {
  local sw_log_bytes=0
  [[ ! -e $sw_log ]] || sw_log_bytes=$(stat -L -c %s -- "$sw_log")
  printf -v "$1" '%s' "$sw_log_bytes"
}

# sw_follow OFFSET PID: shows what is added to the log after OFFSET, dimmed, until PID has ended.
# Sets the caller's sw_follower to the process that does.
sw_follow() {
  local line
  {
    tail -c "+$(($1 + 1))" -s 0.1 -f --pid="$2" -- "$sw_log" 2>/dev/null |
      while IFS= read -r line; do
        printf '%s\n' "         $sw_dim${line//[[:cntrl:]]/ }$sw_plain" || break
      done
  } 9>&- 2>/dev/null &
  sw_follower=$!
}

# sw_asked_to_stop SIGNAL: a stop was asked for: the command that runs is let finish first.
sw_asked_to_stop() {
  sw_stop=$1 sw_woken=yes
  [[ -z $sw_child ]] || sw_pass_stop_on
}

# sw_pass_stop_on: tells the step's shells, and whoever asked.
sw_pass_stop_on() {
  local what='the command that runs now'
  : 2>/dev/null >"$sw_state/stop" || :
  kill -TERM "$sw_child" 2>/dev/null || :
  [[ $sw_once == no ]] || what="step ${sw_ids[sw_index]}"
  say "SIG$sw_stop: stopping as soon as $what has ended (see $sw_log)"
}

# sw_ended_on_request STATUS: whether a step that was applied ended between two of its commands, or while
# it looked at something: Ctrl-C reaches what only looks.
sw_ended_on_request() {
  [[ $sw_once == no && $sw_stop == INT && $1 == 130 ]] && return
  (($1 == 143)) && [[ -e $sw_state/stopped || ! -e $sw_state/failure ]]
}

# plan: what a run would do, told without doing it.

# would COMMAND…: a command of the step, as it would be run.
would() {
  local sw_text
  sw_words "$@"
  sw_show "           $sw_text"
}

# would_say TEXT: what is done, where no single command tells it.
would_say() {
  sw_show "           $1"
}

# would_write FILE LINE…: the content that a file would get.
would_write() {
  local line sw_text
  sw_words "$1"
  sw_show "           write $sw_text:"
  shift
  for line; do
    sw_show "             | $line"
  done
}

# would_do FUNCTION: the bash of the step itself, where it is the procedure's own. What bash puts
# around it when it prints a function is taken away.
would_do() {
  local line text
  text=$(declare -f "$1" | sed -e '1,2d' -e '$d' -e 's/^    //')
  # One shell around all of it, or two beside each other.
  [[ $text != '( '*' )' || $text == *' );'* ]] || text=${text:2:-2}
  while IFS= read -r line; do
    [[ $line != *[!\;]\; ]] || line=${line%;}
    # It is asked before anything is done, and nobody would type it.
    [[ $line != 'demand_carried '* ]] || continue
    sw_show "           $line"
  done <<<"$text"
}

# sw_show_plan: what the current step would do. A step that only runs commands shows these itself.
sw_show_plan() {
  local sw_function=${sw_ids[sw_index]//-/_}
  (
    sw_planning=yes
    if [[ $(type -t "${sw_function}__plan") == function ]]; then
      sw_by_name "${sw_function}__plan"
    else
      sw_by_name "${sw_function}__apply"
    fi
  ) </dev/null || :
}

# Steps that the dry run found to be not done, or could not tell; of these, the ones that it could.
sw_pending_ids=() sw_certain_ids=' '

# sw_pending NAME…: whether one of these steps is still to be done; its name in sw_text.
sw_pending() {
  local name
  for name; do
    [[ " ${sw_pending_ids[*]} " == *" $name "* ]] || continue
    sw_text=$name
    return 0
  done
  return 1
}

# sw_pending_needs: whether a step that the current one needs is not done; its name in sw_text.
sw_pending_needs() {
  local name
  sw_option needs || return 1
  for name in ${sw_text//,/ }; do
    ! sw_pending "$name" || return 0
  done
  return 1
}

# sw_pending_opposite: whether a step that undoes the current one is not done; its name in sw_text.
sw_pending_opposite() {
  sw_option opposite && sw_pending "$sw_text"
}

# sw_depends: whether the current step reads what a step that is not done learns; that step, in sw_text.
sw_depends() {
  local name learner id=${sw_ids[sw_index]}
  [[ -n ${sw_reads[$id]:-} ]] || return 1
  # What was done once, or is over, is not asked for again.
  if ((sw_status == 0)); then
    ! sw_has once && ! sw_is_over && ! sw_is_past || return 1
    sw_status=0 sw_doubt=''
  fi
  for name in ${sw_reads[$id]//,/ }; do
    for learner in ${sw_learners[$name]}; do
      ! sw_pending "$learner" || return 0
    done
  done
  ((sw_status != 0)) && sw_is_unlearnt "$id"
}

# sw_dry_would: the current step is to be done for certain.
sw_dry_would() {
  sw_line would "$sw_yellow"
  sw_certain_ids+="${sw_ids[sw_index]} "
}

# sw_dry_step: one step of the dry run.
sw_dry_step() {
  if sw_left_out; then
    [[ $sw_text == --only ]] || sw_line skipped "$sw_dim" "$sw_text"
    return 0
  fi
  if sw_pending_needs; then
    sw_line unknown "$sw_yellow" "cannot tell until $sw_text has run"
  elif sw_look && sw_depends; then
    sw_line unknown "$sw_yellow" "depends on what $sw_text learns"
  else
    case $sw_status in
      0)
        # What is done now need not be done any more when that step has run.
        if sw_pending_opposite && [[ $sw_certain_ids == *" $sw_text "* ]]; then
          sw_dry_would
        elif sw_pending_opposite || { sw_option follows && sw_pending "$sw_text"; }; then
          sw_line unknown "$sw_yellow" "cannot tell until $sw_text has run"
        else
          sw_line ok "$sw_green"
          return 0
        fi
        ;;
      1) sw_dry_would ;;
      *) sw_dry_unknown ;;
    esac
  fi
  sw_pending_ids+=("${sw_ids[sw_index]}")
  sw_show_plan
}

# sw_dry_unknown: a check that cannot tell waits for the first step that is still to be done; where
# there is none, what it says is shown.
sw_dry_unknown() {
  local sw_output sw_id=${sw_doubt:-${sw_ids[sw_index]}}
  if ((${#sw_pending_ids[@]} > 0)); then
    sw_line unknown "$sw_yellow" "cannot tell until ${sw_pending_ids[0]} has run"
    return 0
  fi
  sw_tell_doubt
  sw_line unknown "$sw_red" "$sw_text"
  while IFS= read -r sw_output; do
    sw_show "           | ${sw_output//[[:cntrl:]]/ }"
  done < <("${sw_id//-/_}__check" 2>&1 | tail -n 20)
}

sw_dry_run() {
  for sw_index in "${!sw_ids[@]}"; do
    if ! sw_has reboot; then
      sw_dry_step
    elif sw_rebooted; then
      sw_line ok "$sw_green"
    else
      sw_line would "$sw_yellow"
    fi
  done
  say "Dry run: nothing was changed. Of ${#sw_ids[@]} steps, ${#sw_pending_ids[@]} are still to be done."
}

# status: what this script is made of, and how far earlier runs have come.

sw_list() {
  local total=${#sw_ids[@]}
  for sw_index in "${!sw_ids[@]}"; do
    sw_full_title
    printf '%*d  %s  %s\n' "${#total}" "$((sw_index + 1))" "${sw_ids[sw_index]}" "$sw_text"
  done
}

# sw_full_title: sets sw_text to the title of the current step, and where it reads what has not been learnt
# yet, to that.
sw_full_title() {
  sw_text=''
  ! sw_is_unlearnt "${sw_ids[sw_index]}" || sw_text="  (depends on what $sw_text learns)"
  sw_text=${sw_titles[sw_index]}$sw_text
}

# sw_tell_status: what the journal holds of this part and the others.
sw_tell_status() {
  local name part=0
  sw_know_events
  printf '%s: %s\n' "$sw_procedure" "$sw_title"
  for name in "${sw_scripts[@]}"; do
    part=$((part + 1))
    sw_part_state "$part"
    printf '  %s: %s\n' "$name" "$sw_text"
  done
  printf '\nSteps of %s:\n' "$sw_script"
  for sw_index in "${!sw_ids[@]}"; do
    name=${sw_ids[sw_index]}
    sw_full_title
    sw_has reboot || printf '  %-9s %s  %s\n' "${sw_outcomes[$name]:--}" "$name" "$sw_text"
  done
  sw_lock_is_free || printf '\nA run holds the lock now, of this procedure or another: see %s\n' "$sw_lock"
  printf '\nJournal: %s\nLog: %s\n' "$sw_state/journal" "$sw_log"
  sw_call_hooks status
}

# sw_part_state NUMBER: sets sw_text to how far that part has come.
sw_part_state() {
  sw_text='not begun'
  [[ -n ${sw_part_times[$1]:-} ]] || return 0
  if sw_part_has "$1" finished; then sw_text=finished; else sw_text=begun; fi
  printf -v sw_text '%s, last run %(%Y-%m-%d %H:%M)T' "$sw_text" "${sw_part_times[$1]}"
}

# report: the end of a run, in words that tell how to go on.

sw_failed=no

# sw_fail REASON [STATUS]: the current step failed. Notes and tells everything that helps.
# STATUS: what its commands ended with; they have noted the rest.
sw_fail() {
  local reason=$1 id=${sw_ids[sw_index]}
  local -a failure=() output=()
  sw_failed=yes
  [[ -z ${2:-} || ! -r $sw_state/failure ]] || mapfile -t failure <"$sw_state/failure"
  if [[ -z $reason ]]; then
    sw_tell_end "${failure[0]:-$2}"
    reason=${failure[2]:-$sw_text}
  fi
  sw_take_output "$((${#failure[@]} > 2 ? ${#failure[@]} - 2 : 0))"
  sw_note_safely failed "$id" "$reason" || :
  sw_line failed "$sw_red"
  sw_complain ''
  sw_complain "Step $id failed: ${reason//[[:cntrl:]]/ }" "$sw_red"
  ((${#failure[@]} < 4)) || sw_tell_lines '  ' "${failure[@]:3}"
  [[ -z ${failure[1]:-} ]] || sw_complain "  command: ${failure[1]//[[:cntrl:]]/ }"
  if ((${#output[@]} > 0)); then
    sw_tell '  its last output:'
    sw_tell_lines '    | ' "${output[@]}"
  fi
  [[ $sw_once == no ]] || sw_complain "  the next run does it again from its beginning; to leave it out: --skip $id"
  sw_tell_undo
}

# sw_tell_end STATUS: sets sw_text to what a command with that status came to.
sw_tell_end() {
  sw_text="a command ended with status $1"
  (($1 <= 128 || $1 > 192)) || sw_text="a command was ended by signal $(kill -l "$1") (status $1)"
}

# sw_take_output COUNT: sets the caller's output to the last lines that came of the step, without
# the last COUNT ones. What this script itself writes to the log begins with "# " and the time.
sw_take_output() {
  local line
  while IFS= read -r line; do
    if [[ $line == '# '????-??-??' '??:??:??' '* ]]; then
      output=()
    else
      output+=("$line")
    fi
  done 2>/dev/null < <(tail -n "$((20 + $1))" -- "$sw_log")
  (($1 == 0 || ${#output[@]} < $1)) || output=("${output[@]:0:${#output[@]}-$1}")
}

# sw_tell TEXT: one line to standard error, of what the log has already.
sw_tell() {
  printf '%s\n' "$1" >&2 2>/dev/null || :
}

# sw_tell_lines PREFIX LINE…
sw_tell_lines() {
  local line prefix=$1
  shift
  for line; do
    sw_tell "$prefix${line//[[:cntrl:]]/ }"
  done
}

# sw_tell_undo: the step's own advice on how to take it back.
sw_tell_undo() {
  local sw_advice=${sw_ids[sw_index]//-/_}__undo
  [[ $(type -t "$sw_advice") != function ]] || "$sw_advice"
}

# advise TEXT: how a step is taken back.
advise() {
  sw_complain "  to take it back: $1"
}

# sw_tell_how_to_go_on WHEN: the exact command.
sw_tell_how_to_go_on() {
  local sw_id sw_arguments
  local -a sw_line=(bash "$sw_folder/$sw_script")
  sw_set_arguments
  sw_arguments=${sw_text:+ $sw_text}
  for sw_id in "${sw_skip[@]}"; do
    sw_line+=(--skip "$sw_id")
  done
  [[ -z $sw_only ]] || sw_line+=(--only "$sw_only")
  [[ -z $sw_from ]] || sw_line+=(--from "$sw_from")
  [[ $sw_log == "$sw_default_log" ]] || sw_line+=(--log "$sw_log")
  [[ $sw_allow_ssh == no ]] || sw_line+=(--allow-ssh)
  [[ $sw_yes == no ]] || sw_line+=(--yes)
  [[ $sw_reboot != yes ]] || sw_line+=(--reboot)
  sw_words "${sw_line[@]}" "${sw_taken_options[@]}"
  [[ -z ${SUDO_USER:-} ]] || sw_text="sudo $sw_text"
  sw_complain "  the whole log: $sw_log"
  [[ $sw_log_broken == no ]] || sw_complain "  not all of it could be written: is the disk full? see: df $sw_log"
  sw_complain "  to go on$1: $sw_text$sw_arguments"
}

# finish: the end of a run, however it came to it.

# Whether the end has been told.
sw_over=no

# sw_ended_unexpectedly: this shell ends in the middle of a run, which it never should.
sw_ended_unexpectedly() {
  [[ $sw_over == no ]] || return 0
  sw_over=yes
  # It may have ended where these go to the log.
  exec 1>&6 2>&6
  sw_call_hooks end
  sw_complain "$sw_script ended in the middle of step ${sw_ids[sw_index]:-}; this is a fault of the script." "$sw_red"
  sw_tell_how_to_go_on ''
}

# sw_end_early: a step failed, or a stop was asked for.
sw_end_early() {
  sw_over=yes
  sw_forget stop stopped
  sw_call_hooks end
  sw_complain ''
  if [[ $sw_failed == yes ]]; then
    sw_call_hooks early
    sw_tell_how_to_go_on ', when the cause is mended'
    return 1
  fi
  sw_complain 'Stopped on request, between two commands.'
  sw_call_hooks early
  sw_tell_how_to_go_on ''
  if [[ $sw_stop == TERM ]]; then return 143; else return 130; fi
}

# sw_finish: the part is finished unless steps of it were left out by this run and done by none.
sw_finish() {
  local last=no open
  ((sw_part < ${#sw_scripts[@]})) || last=yes
  sw_over=yes
  if ! sw_is_complete; then
    open=$sw_text
    sw_call_hooks end
    sw_summary
    say "$sw_script is not finished. Still to be done: $open"
    return 0
  fi
  if ! sw_part_has "$sw_part" finished || [[ -n ${sw_counts[changed]:-} ]]; then
    # The next part believes that note: what was done is on the disks before.
    [[ -z ${sw_counts[changed]:-} ]] || sync || sync
    sw_note_safely finished || sw_fail_to_finish || return
  fi
  [[ $last == yes ]] || sw_reboot_line
  sw_call_hooks end
  sw_summary
  if [[ $last == yes ]]; then
    say "$sw_title: done."
  else
    sw_keep_digests
    sw_end_with_reboot
  fi
}

# sw_is_complete: whether the steps that this run left out were done by earlier ones. Those that
# were not, in sw_text.
sw_is_complete() {
  local id
  local -a open=()
  for id in "${sw_left_ids[@]}"; do
    sw_is_done "$id" || open+=("$id")
  done
  sw_text=${open[*]}
  ((${#open[@]} == 0))
}

sw_fail_to_finish() {
  sw_call_hooks end
  sw_complain "Every step is done, but that cannot be noted in $sw_state/journal." "$sw_red"
  sw_complain "  Is the disk full? See: df $sw_state; df -i $sw_state"
  sw_tell_how_to_go_on ', when there is room'
  return 1
}

# sw_summary: one line on what was done.
sw_summary() {
  local changed=${sw_counts[changed]:-} ok=${sw_counts[ok]:-} skipped=${sw_counts[skipped]:-}
  sw_duration "$SECONDS"
  say "${#changed} changed, ${#ok} ok, ${#skipped} skipped, in $sw_text"
  sw_call_hooks summary
}

# reboot: the end of a part that another part comes after.

# Whether the run was begun by somebody who can be asked.
sw_terminal=no
# Whether nobody may get in after the reboot, as far as is known; it was told why.
sw_locked_out=no

# sw_rebooted: whether this part has finished under another boot than the running one.
sw_rebooted() {
  sw_part_has "$sw_part" finished && [[ ${sw_part_boots[$sw_part]} != "$sw_boot" ]]
}

# sw_reboot_line: the progress line of the reboot.
sw_reboot_line() {
  for sw_index in "${!sw_ids[@]}"; do
    ! sw_has reboot || break
  done
  if sw_rebooted; then sw_line ok "$sw_green"; else sw_line reboot "$sw_yellow" needed; fi
}

# sw_end_with_reboot: reboots, or asks, or tells. Its status is the script's exit status.
sw_end_with_reboot() {
  local next=${sw_scripts[sw_part]} answer='' command
  sw_words bash "$sw_folder/$next"
  command=${SUDO_USER:+sudo }$sw_text
  if sw_rebooted; then
    say "The machine was rebooted already: go on with: $command"
    return 0
  fi
  case $sw_folder/ in
    /tmp/* | /run/* | /dev/shm/*) warn "the reboot empties ${sw_folder@Q}: copy the scripts to /root before" ;;
  esac
  if [[ $sw_reboot == ask && $sw_terminal == yes ]]; then
    # In a shell that Ctrl-C ends: here, the question would only be waited for anew.
    answer=$(sw_ask_on_terminal 'Reboot now? [y/N] ') || answer=''
    [[ $answer != [yY]* ]] || sw_reboot=yes
  fi
  if [[ $sw_reboot == yes ]]; then
    sw_reboot_now "$next" "$command"
  else
    say "Reboot the machine now (systemctl reboot). Then run: $command"
  fi
  return 10
}

# sw_ask_on_terminal QUESTION: prints what is answered; status 1 without a terminal, or behind it (&), where a
# question would stop the script for ever.
sw_ask_on_terminal() {
  local answer
  trap '' TTIN TTOU
  { printf '%s' "$1" >/dev/tty && read -r answer </dev/tty; } 2>/dev/null && printf '%s' "$answer"
}

# sw_reboot_now NEXT COMMAND: COMMAND is the one that runs NEXT.
sw_reboot_now() {
  if [[ $sw_locked_out == yes ]]; then
    sw_complain 'Not rebooted: nobody may get in after that, see above. Mend it, and run this script again;'
    sw_complain "or reboot all the same (systemctl reboot). Then run: $2"
    return
  fi
  if [[ -n $sw_stop ]] || ! sw_call_hooks reboot; then
    sw_complain "Not rebooted. Reboot by hand (systemctl reboot). Then run: $2"
    return
  fi
  if sw_taken --resume; then
    say "Rebooting. $1 goes on by itself after that. Follow it then: tail -f $sw_log"
  else
    say "Rebooting. Then run: $2"
  fi
  # A moment in which it can still be stopped. What was installed for the next boot stays: it is due then.
  sync
  if [[ -n $sw_stop ]]; then
    sw_complain 'Not rebooted, as was asked: reboot by hand (systemctl reboot).'
    return
  fi
  systemctl reboot 9>&- || sw_complain 'The reboot did not begin: reboot by hand (systemctl reboot).'
}

# builds: whether the scripts of a procedure were made together.

# sw_keep_digests: notes the digests of this script, and of those that come after it and lie beside it,
# unless they are the ones that were noted.
sw_keep_digests() {
  local script new=no
  local -a present=()
  for script in "${sw_scripts[@]:sw_part-1}"; do
    [[ -f $sw_folder/$script ]] || continue
    present+=("./$script")
    [[ ! $sw_folder/$script -nt $sw_state/scripts ]] || new=yes
  done
  [[ $new == yes ]] || return 0
  (cd -- "$sw_folder" && sha256sum -- "${present[@]}") | sw_replace_file "$sw_state/scripts" 0600
}

# sw_is_known_build: whether this script is the one that was noted, or none was.
sw_is_known_build() {
  local line digest=''
  [[ -r $sw_state/scripts && -f $sw_folder/$sw_script ]] || return 0
  while IFS= read -r line; do
    [[ ${line#*  ./} != "$sw_script" ]] || digest=${line%% *}
  done <"$sw_state/scripts"
  [[ -n $digest ]] || return 0
  line=$(sha256sum <"$sw_folder/$sw_script") || return 0
  [[ ${line%% *} == "$digest" ]]
}

# sw_compare_digest: tells when this script is not the one that lay beside the part before it.
sw_compare_digest() {
  ((sw_part > 1)) || return 0
  sw_is_known_build ||
    warn "this $sw_script is of another build than ${sw_scripts[sw_part - 2]}, which ran here before"
}

# perform: a whole run, from the command line to the exit status.

# procedure ID TITLE BASH: BASH is the oldest version that the script runs with.
procedure() {
  sw_procedure=$1
  sw_title=$2
  sw_bash=$3
  sw_state=/var/lib/stepwright/$1
  sw_default_log=/var/log/stepwright/$1.log
  sw_log=$sw_default_log
  sw_script=${0##*/}
  sw_folder=.
  [[ $0 != */* ]] || sw_folder=${0%/*}/
  { cd -P -- "$sw_folder" && sw_folder=${PWD%/}; } 2>/dev/null || :
}

# part NUMBER SCRIPT…: which of the procedure's scripts this is.
part() {
  sw_part=$1
  shift
  sw_scripts=("$@")
}

# perform ARGUMENT…: the exit status is the script's.
perform() {
  require_bash "$sw_bash"
  sw_refused || return
  sw_settle_shell
  parameters
  sw_take_options "$@"
  sw_colour "$sw_colour_wanted"
  sw_recall
  sw_split_lists
  sw_make_plan
  sw_check_step_names
  sw_usage_errors || return
  case $sw_mode in
    help) sw_usage ;;
    version) printf '%s, %s\n' "$sw_procedure" "${sw_scripts[sw_part - 1]}" ;;
    list) sw_list ;;
    *) sw_perform ;;
  esac
}

# sw_settle_shell: nothing depends on how the caller had set things.
sw_settle_shell() {
  { : <&0; } 2>/dev/null || exec </dev/null
  { : >&1; } 2>/dev/null || exec >/dev/null
  { : >&2; } 2>/dev/null || exec 2>/dev/null
  # -h: what a step puts in front of a program, or moves, is found there by the check after it.
  set +aefhkmC -u -o pipefail
  umask 022
  export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  export HOME=${HOME:-/root}
  export -n SHELLOPTS BASHOPTS
  # TMOUT would have bash give up reading what a command is slow to say.
  unset BASH_ENV ENV CDPATH LANGUAGE POSIXLY_CORRECT GREP_OPTIONS GREP_COLORS TAR_OPTIONS GZIP TMOUT
  unset LD_PRELOAD LD_LIBRARY_PATH
  [[ -n ${TMPDIR:-} && -d $TMPDIR && -w $TMPDIR ]] || unset TMPDIR
  # Up to 5.0 bash keeps each here-string in a file, and errexit does not see that a loop had to do
  # without: not on a disk that may be full. Programs are not told.
  [[ -v TMPDIR || ! -w /run ]] || TMPDIR=/run
}

# sw_recall: what earlier runs left, before the plan is made. A reader who may not see it, or asks
# for a text that does not depend on it, does without.
sw_recall() {
  sw_boot_id
  sw_boot=$sw_text
  sw_read_journal ||
    sw_refuse "$sw_state/journal $sw_text" "look at it; when it is of no use, move it away: then every step looks at the \
system anew, what can be done only once is done again, and no part counts as finished"
  sw_recall_parameters
  sw_recall_carried
}

sw_perform() {
  exec 7>/dev/null
  [[ ! -t 1 ]] || sw_live=yes
  require_root
  if [[ $sw_mode == status ]]; then
    sw_refused || return
    sw_tell_status
    return
  fi
  sw_look_at_lock || return
  if sw_is_behind; then
    sw_tell_behind
    return
  fi
  sw_preflight
  sw_refused || return
  sw_compare_digest
  case $sw_mode in
    check)
      say 'Nothing keeps this script from starting. Its steps:'
      sw_list
      ;;
    dry-run) sw_dry_run </dev/null ;;
    run) sw_run ;;
  esac
}

# sw_is_behind: whether a later part of the procedure has begun. What this part had brought about
# may rightly have been undone there.
sw_is_behind() {
  local later
  for ((later = sw_part + 1; later <= ${#sw_scripts[@]}; later++)); do
    ! sw_part_has "$later" begin || return 0
  done
  return 1
}

# sw_tell_behind: that nothing is left to do; status 3 when there may be: the whole procedure was brought
# to its end by another build of it, or it went on with other parameters than are given now.
sw_tell_behind() {
  local other='' went="has gone on past $sw_script"
  ! sw_part_has "${#sw_scripts[@]}" finished || went='is finished'
  if [[ $sw_given_anew != ' ' ]]; then
    other="with other values of:${sw_given_anew% }"
  elif [[ $went == 'is finished' ]] && ! sw_is_known_build; then
    other="by another build of $sw_script"
  fi
  if [[ -z $other ]]; then
    say "$sw_procedure has gone on past $sw_script on this machine: nothing is left to do here."
    return 0
  fi
  sw_complain "$sw_script: $sw_procedure $went on this machine, $other; nothing was changed."
  sw_complain "  To have every step looked at anew: mv $sw_state/journal $sw_state/journal.old"
  return 3
}

sw_preflight() {
  sw_require_parts
  sw_require_settled
  sw_require_session
  if [[ $sw_mode == run ]]; then
    sw_require_consent
    sw_require_notes
  fi
  preflight
  sw_call_hooks require
}

# sw_run: the run proper. Its exit status is the script's.
sw_run() {
  local sw_went
  sw_begin || return
  # Not in an `if`: there a failing command would not stop its step.
  sw_run_steps
  sw_went=$?
  if ((sw_went == 0)); then
    sw_finish
  else
    sw_end_early
  fi
  sw_went=$?
  sw_leave_lock
  return "$sw_went"
}

# sw_begin: the lock, somebody's consent, the log and the journal, in that order.
sw_begin() {
  sw_take_lock || return
  if sw_journal_has_grown; then
    sw_complain "$sw_script: another run was here just now, and has ended; nothing was changed."
    sw_complain "  See how far it came: bash $sw_script --status"
    return 4
  fi
  sw_ask_consent || return
  [[ ! -t 0 ]] || sw_terminal=yes
  exec </dev/null
  cd / || return 3
  SECONDS=0
  sw_open_notes || return
  exec 6>&2 7>&8
  trap '' HUP
  trap : PIPE
  trap 'sw_asked_to_stop INT' INT QUIT
  trap 'sw_asked_to_stop TERM' TERM
  trap sw_ended_unexpectedly EXIT
  sw_call_hooks begin || sw_cannot_note
}

# sw_ask_consent: status 3 when it is not given.
sw_ask_consent() {
  local answer=''
  [[ $sw_yes == no ]] || return 0
  printf -v sw_text '%s\n%d steps. Go on? [y/N] ' "$sw_title" "${#sw_ids[@]}"
  # Whoever answers sits at a terminal, wherever the output goes.
  if [[ -t 1 ]] || ! { printf '%s' "$sw_text" >/dev/tty; } 2>/dev/null; then
    printf '%s' "$sw_text"
  fi
  read -r answer || answer=''
  [[ $answer != [yY]* ]] || return 0
  sw_complain 'Nothing was changed.'
  return 3
}

# sw_open_notes: the state, the log and the journal can be written, and are.
sw_open_notes() {
  if ! { sw_open_state && sw_open_journal && sw_keep_parameters && sw_open_log; } 2>/dev/null; then
    sw_cannot_note
    return
  fi
  sw_set_arguments
  sw_record "=== $sw_procedure, $sw_script, boot $sw_boot${sw_text:+, $sw_text}"
  if [[ $sw_log_broken == yes ]] || ! sw_note begin; then
    sw_cannot_note
  fi
}

# sw_cannot_note: what has to be noted for a run that may be cut off cannot be. Status 3.
sw_cannot_note() {
  sw_over=yes
  sw_complain "$sw_script: $sw_state or $sw_log cannot be written; nothing was changed."
  sw_complain "  Is the disk full? See: df $sw_state $sw_log; df -i $sw_state $sw_log"
  return 3
}

if [[ ${BASH_SOURCE[0]##*/} == "${0##*/}" ]]; then
  main "$@"
  exit
fi
# End of the script.
