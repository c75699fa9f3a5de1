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

# remove_packages [--keep NAME…] -- NAME…: removes those that are there, after apt_begin. Their settings
# and data stay.
remove_packages() {
  local -a keep=() sw_present=()
  while [[ $1 != -- ]]; do
    [[ $1 == --keep ]] || keep+=("$1")
    shift
  done
  shift
  settle_packages
  sw_find_present "$@"
  ((${#sw_present[@]} > 0)) || return 0
  keep_packages remove "${sw_present[@]}" -- "${keep[@]}"
  run_apt remove -- "${sw_present[@]}"
}

# would_remove_packages NAME…: tells what remove_packages would do.
would_remove_packages() {
  local -a sw_present=()
  sw_find_present "$@"
  would apt-get --yes remove -- "${sw_present[@]}"
}
