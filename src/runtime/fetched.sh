# fetched: packages that lie ready, so that nothing has to be fetched when it matters.

# What was fetched is noted in $sw_state/fetched-packages: what was asked for, the stamp of
# apt's plan, "GROW KERNEL" as sw_ask_room sets them, then "SIZE NAME" of each file in apt's archives.

# packages_are_fetched STEP SUITE [--keep NAME…] [--install NAME…]: all that an upgrade to SUITE, and an
# installation of these packages, would fetch is here; none of the kept packages would be removed.
packages_are_fetched() {
  local -a sw_keep=() sw_upgrade=()
  ! lies_ahead "$1" "$2" || return 1
  sw_take_wanted "${@:3}"
  release_comes_from "$2" && sw_nothing_to_fetch && sw_nothing_kept_goes "${sw_upgrade[@]}"
}

# sw_take_wanted WORD…: into the caller's sw_keep, and its sw_upgrade: what apt-get is asked for. An upgrade
# takes names of packages, too (apt 0.9.11); in an installation of its own each would be planned as on
# the old release.
sw_take_wanted() {
  local word list=''
  local -a install=()
  for word; do
    case $word,$list in
      --*) list=$word ;;
      *,--keep) sw_keep+=("$word") ;;
      *,--install) install+=("$word") ;;
    esac
  done
  sw_upgrade=(dist-upgrade)
  ((${#install[@]} == 0)) || sw_upgrade+=(-- "${install[@]}")
}

sw_nothing_to_fetch() {
  sw_lies_as_noted || sw_has_fetched "${sw_upgrade[@]}"
}

# sw_lies_as_noted: whether all that was fetched lies there at its size, and apt would plan the same
# still. Then it need not be asked, which takes its time over a whole release.
sw_lies_as_noted() {
  local -a sw_noted=()
  sw_recall_fetched && [[ ${sw_noted[0]} == "${sw_upgrade[*]@Q}" ]]
}

# sw_recall_fetched: the same for whatever was asked for. Sets the caller's sw_noted to what is noted.
sw_recall_fetched() {
  local stamp lying wanted
  [[ -e $sw_state/fetched-packages ]] || return
  mapfile -t sw_noted <"$sw_state/fetched-packages"
  stamp=$(sw_stamp_plan)
  [[ ${sw_noted[1]:-} == "$stamp" ]] || return
  ((${#sw_noted[@]} > 3)) || return 0
  lying=$(sw_list_fetched "${sw_noted[@]:3}")
  printf -v wanted '%s\n' "${sw_noted[@]:3}"
  [[ $lying == "${wanted%$'\n'}" ]]
}

# packages_were_fetched: what is here was fetched by the lists that are here, less than a week ago: it can
# be installed by them, and no network is needed with the service down.
packages_were_fetched() {
  local found
  [[ -e $sw_state/indexes && ! -e $sw_state/indexes-due ]] || return 1
  found=$(find "$sw_state" -maxdepth 1 -name fetched-packages -newer "$sw_state/indexes" -mmin -10080)
  [[ -n $found ]]
}

# sw_list_fetched NOTE…: prints "SIZE NAME" of each package file that lies there; a NOTE is the same of
# one that should.
sw_list_fetched() {
  cd -- "$sw_apt_archives" 2>/dev/null || return 0
  stat -c '%s %n' -- "${@#* }" 2>/dev/null || :
}

# sw_has_fetched ARGUMENT…: what this apt-get needs is here. It reads what a file: source has in its
# place.
sw_has_fetched() {
  local missing
  missing=$(apt-get -qq --print-uris "$@") || return 1
  missing=$(sed -e "/^'file:/d" <<<"$missing")
  [[ -z $missing ]]
}

# sw_nothing_kept_goes ARGUMENT…: a simulated apt-get removes none of sw_keep. Tells those it would.
sw_nothing_kept_goes() {
  local plan name status=0
  ((${#sw_keep[@]} > 0)) || return 0
  sw_name_plainly sw_keep
  plan=$(apt-get -s -o APT::Get::AutomaticRemove=false "$@") || return 1
  for name in "${sw_keep[@]}"; do
    [[ $'\n'$plan != *$'\n'@(Remv|Purg)" $name"[\ :]* ]] || {
      printf 'apt would remove %s\n' "$name"
      status=1
    }
  done
  return "$status"
}

# keep_packages ARGUMENT… -- NAME…: stops the step when that apt-get would remove one of the named.
keep_packages() {
  local -a sw_keep=() words=()
  while [[ $1 != -- ]]; do
    words+=("$1")
    shift
  done
  sw_keep=("${@:2}")
  sw_demand_kept "${words[@]}"
}

# sw_demand_kept ARGUMENT…: the same for sw_keep.
sw_demand_kept() {
  sw_nothing_kept_goes "$@" ||
    fail 'apt would remove packages that have to stay, or cannot tell; nothing was changed' \
      "see: apt-get -s $*"
}

# fetch_packages SUITE [--keep NAME…] [--install NAME…]: fetches them, when there is room for them here,
# and for what they are once they are installed.
fetch_packages() {
  local stamp get grow kernel wanted
  local -a sw_keep=() sw_upgrade=()
  sw_take_wanted "${@:2}"
  packages_are_installed -- "${sw_keep[@]}" ||
    fail "not all of the packages that have to stay are installed: ${sw_keep[*]}" \
      'is each name written as dpkg has it? See: dpkg --get-selections'
  refresh_indexes "$1"
  sw_demand_kept "${sw_upgrade[@]}"
  stamp=$(sw_stamp_plan)
  sw_ask_room "${sw_upgrade[@]}"
  sw_demand_room 'nothing was changed' 'apt-get clean; '
  run_apt --download-only "${sw_upgrade[@]}"
  printf '%s\n' "${sw_upgrade[*]@Q}" "$stamp" "$grow $kernel" ${wanted:+"$wanted"} | sw_replace_file "$sw_state/fetched-packages" 0600
}

# sw_bytes NUMBER UNIT: sets sw_text to the bytes that apt writes so: "1,234 kB", "59.5 MB", "0 B".
sw_bytes() {
  local number=${1//,/} factor
  case $2 in
    k*) factor=1000 ;;
    M*) factor=1000000 ;;
    G*) factor=1000000000 ;;
    T*) factor=1000000000000 ;;
    *) factor=1 ;;
  esac
  # One figure behind the point is all that apt shows.
  [[ $number == *.* ]] || number+=.0
  sw_text=$((${number%.*} * factor + ${number#*.} * factor / 10))
}

# sw_ask_room ARGUMENT…: sets the caller's get and grow to the bytes that are to be fetched and that
# apt says it needs then, kernel to whether one comes, and wanted to a line "SIZE NAME" for each package
# file, fetched or not.
sw_ask_room() {
  local sw_text answer notes lying
  local -a files
  sw_ask_plan "$@" || fail 'apt cannot plan what is to be installed' "see: apt-get -s $*"
  answer=$sw_text
  notes=$(sed -E -n -e "/^'file:/d" -e "s/^'[^']*' ([^ ]+) ([0-9]+) .*/\2 \1/p" <<<"$answer")
  get=0 grow=0 kernel=no wanted=$notes
  if [[ -n $notes ]]; then
    mapfile -t files <<<"$notes"
    lying=$(sw_list_fetched "${files[@]}")
    get=$(awk 'NR == FNR { lies[$0] = 1; next } !($0 in lies) { sum += $1 } END { printf "%.0f", sum }' \
      <(printf '%s\n' "$lying") <(printf '%s\n' "$notes"))
  fi
  if [[ $answer =~ 'After this operation, '([0-9.,]+)' '([kMGT]?B)' of additional' ]]; then
    sw_bytes "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    grow=$sw_text
  fi
  [[ $answer != *"'"*/linux-image-[0-9]* ]] || kernel=yes
}

# demand_room_to_upgrade: whatever has come onto the disks since packages were fetched, an upgrade of all
# of them fits still. apt is asked unless it was noted then.
demand_room_to_upgrade() {
  local get=0 grow kernel wanted
  local -a sw_noted=()
  if sw_recall_fetched; then
    read -r grow kernel <<<"${sw_noted[2]}"
  else
    sw_ask_room dist-upgrade
  fi
  # What was fetched has to stay: it is what the upgrade goes by.
  sw_demand_room 'nothing was upgraded by this run' ''
}

# sw_demand_room SO_FAR CLEAN: enough is free, on each file system, for the caller's get, grow and kernel.
# Where it is not, SO_FAR is told, and command CLEAN with the remedies. Beside apt's own figures: a package
# lies unpacked beside the one that it replaces, and dpkg notes what it does; a kernel needs room in /boot.
sw_demand_room() {
  local system mount path remedy
  local -A wants=() room=() mounts=()
  for path in "$sw_apt_archives=$get" "/usr=$((grow + 200000000))" /var=50000000 /boot=150000000; do
    [[ ${path%=*} != /boot || $kernel == yes ]] || continue
    [[ -d ${path%=*} ]] || continue
    sw_want_room "${path%=*}" "${path#*=}"
  done
  for system in "${!wants[@]}"; do
    ((room[$system] >= wants[$system])) || {
      mount=${mounts[$system]}
      remedy="make room: ${2}journalctl --vacuum-size=100M; see: du -xh --max-depth=2 ${mount@Q} | sort -h"
      [[ $mount != /boot ]] ||
        remedy="make room: purge old kernels, not the one that runs ($(uname -r)); see: dpkg --list 'linux-image-*'"
      fail "$mount has $((room[$system] / 1000000)) MB free, and the packages need $((wants[$system] / 1000000)) MB there; $1" \
        "$remedy"
    }
  done
}
