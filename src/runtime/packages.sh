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

# sw_name_plainly ARRAY: its names become those that apt prints: without the architecture of the machine itself,
# which dpkg adds to some.
sw_name_plainly() {
  local -n sw_names=$1
  local sw_own
  [[ ${sw_names[*]} == *:* ]] || return 0
  sw_own=$(dpkg --print-architecture) || return
  sw_names=("${sw_names[@]%":$sw_own"}")
  sw_names=("${sw_names[@]%:all}")
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

# packages_are_absent NAME…: none is there; what a removed one has left in /etc does not count.
packages_are_absent() {
  local -a sw_present=()
  sw_find_present "$@" || return
  ((${#sw_present[@]} == 0))
}

# sw_find_present NAME…: sets the caller's sw_present to those that are there, whole or in part. They
# have their architecture where apt would take the name alone for another one's.
sw_find_present() {
  local sw_found state name architecture
  sw_present=()
  (($# > 0)) || return 0
  sw_ask_dpkg "$@" || return
  while IFS='|' read -r state name architecture _; do
    case $state in
      '' | ?n* | ?c*) ;;
      *)
        [[ $sw_found != *"|$name|"*"|$name|"* && " $* " != *" $name:$architecture "* ]] ||
          name+=:$architecture
        sw_present+=("$name")
        ;;
    esac
  done <<<"$sw_found"
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
