# inventory: the container images that there were before the upgrade.

# images_are_inventoried NAME LABEL: whether the list NAME was learnt, and docker has got no other
# image since. When docker is gone or silent, what was learnt from it stays true.
images_are_inventoried() {
  local names name known=''
  is_carried "$1" || return 1
  type -P docker >/dev/null || return 0
  names=$(docker_images "$2" 2>/dev/null) || return 0
  IFS= read -r -d '' known <"$sw_state/carried/$1" || :
  while IFS= read -r name; do
    [[ -z $name || $'\n'$known == *$'\n'"$name"$'\n'* ]] || return 1
  done <<<"$names"
}

# inventory_images NAME LABEL PREFIX [DATABASE QUERY]: learns the list NAME: docker's images that
# have LABEL, and those that QUERY names, which docker or podman has to have, unless docker is gone. What the list holds
# already stays in it: once docker was replaced it shows none of its old images.
inventory_images() {
  local name=$1 label=$2 prefix=$3 names='' line
  local -a rows=() all=()
  shift 3
  if type -P docker >/dev/null; then
    names=$(docker_images "$label") || sw_no_inventory
  elif (($# == 0)); then
    fail 'docker is not installed: nothing tells which container images there were' \
      'If there were none, leave this step out with --skip.'
  fi
  if (($# > 0)); then
    sw_expected_images "$prefix" "$@"
  fi
  [[ ! -e $sw_state/carried/$name ]] || names+=$'\n'$(<"$sw_state/carried/$name")
  printf -v line '%s\n' "$names" "${rows[@]}"
  line=$(sort -u <<<"$line" | sed '/^$/d')
  [[ -z $line ]] || mapfile -t all <<<"$line"
  printf '%d container images:\n' "${#all[@]}"
  ((${#all[@]} == 0)) || printf '  %s\n' "${all[@]}"
  carry "$name" "${all[@]}"
}

sw_no_inventory() {
  fail 'docker does not answer: which container images there are could not be told' \
    'Start it (systemctl start docker; see journalctl -u docker), then run this script again.'
}

# sw_expected_images PREFIX DATABASE QUERY: sets rows to the images that QUERY names, with their tags.
sw_expected_images() {
  local found
  local -a names
  found=$(PGOPTIONS='-c default_transaction_read_only=on' psql --no-psqlrc --quiet --no-align \
    --tuples-only --set ON_ERROR_STOP=1 --dbname "$2" --command "$3") ||
    fail "database $2 could not be asked for its container images" "Try it: psql ${2@Q} -c ${3@Q}"
  mapfile -t names <<<"$found"
  for found in "${names[@]}"; do
    [[ -n $found ]] || continue
    # Without a tag, docker and podman take "latest". A colon before a slash is part of a host.
    [[ ${found##*/} == *[:@]* ]] || found+=:latest
    rows+=("$found")
  done
  images_missing docker-or-podman "$1" "${rows[@]}"
  ((${#sw_lacking[@]} > 0)) || return 0
  if ! type -P docker >/dev/null; then
    # Its images may lie on the disk all the same; they are looked for once docker is back.
    printf 'docker is not installed, and podman does not have:\n'
    printf '  %s\n' "${sw_lacking[@]}"
    return 0
  fi
  fail \
    "database $2 names ${#sw_lacking[@]} container images that neither docker nor podman has:" \
    "${sw_lacking[@]/#/  }" \
    'Get them back (docker pull, docker load), or take their rows out of the database; then run this script again.'
}

# record_driver NAME: learns the name of docker's storage driver. `docker info` ends with status 0
# even when docker does not answer, but says nothing then.
record_driver() {
  local driver=unknown
  if type -P docker >/dev/null; then
    driver=$(docker info --format '{{.Driver}}')
    [[ -n $driver ]] || sw_no_inventory
  fi
  printf 'storage driver of docker: %s\n' "$driver"
  carry "$1" "$driver"
}
