# images: which container images docker and podman have.

# What the last look at a storage did not find.
sw_lacking=()
# How many the last check found, in words.
sw_progress=''

# list_is_known NAME: whether that carried list was learnt. What depends on it could not tell else.
list_is_known() {
  is_carried "$1" && return
  printf 'the list %s has not been learnt yet\n' "$1"
  return 2
}

# docker_images LABEL: prints the names of docker's images that have LABEL, one a line; of all images
# when it is empty. Fails when docker does not answer: that is never "no images".
docker_images() {
  local -a filter=()
  [[ -z $1 ]] || filter=(--filter "label=$1")
  docker image ls "${filter[@]}" --format '{{.Repository}}:{{.Tag}}' | sed -e '/<none>/d' -e '/^$/d'
}

# images_are_present STORAGE PREFIX NAME…: whether STORAGE has them all; for STORAGE and PREFIX see
# images_missing.
images_are_present() {
  local status=0
  images_missing "$@" || status=$?
  ((status == 0 || status == 3)) || return "$status"
  sw_progress="$(($# - 2 - ${#sw_lacking[@]})) of $(($# - 2)) images"
  ((${#sw_lacking[@]} > 0)) || return 0
  printf '%s: %s; missing: %s\n' "$1" "$sw_progress" "${sw_lacking[*]}"
  return 1
}

# images_missing STORAGE PREFIX NAME…: sets sw_lacking to those of the images that STORAGE does not
# have: docker, podman, or docker-or-podman, where either will do. podman has them with PREFIX before
# their name. Status 2 when that could not be told; 3 when docker is silent, and podman does not have these.
images_missing() {
  local storage=$1 prefix=$2 silent=no
  shift 2
  sw_lacking=("$@")
  case $storage in
    docker) sw_pass_docker || return 2 ;;
    podman) sw_pass_podman "$prefix" || return 2 ;;
    docker-or-podman)
      sw_pass_docker || silent=yes
      if type -P podman >/dev/null; then sw_pass_podman "$prefix" || return 2; fi
      [[ $silent == no || ${#sw_lacking[@]} -eq 0 ]] || {
        type -P podman >/dev/null && return 3
        return 2
      }
      ;;
  esac
}

# sw_pass_docker: takes what docker has out of sw_lacking. Where docker is not installed it has none.
sw_pass_docker() {
  local names name
  local -a lacking=()
  type -P docker >/dev/null || return 0
  if ! names=$(docker_images ''); then
    printf '%s\n' 'docker does not answer. Does it run? systemctl start docker; journalctl -u docker' \
      'A docker that lost its storage driver does not start: docker-ce 24 and later have no aufs.'
    return 2
  fi
  for name in "${sw_lacking[@]}"; do
    [[ $'\n'$names$'\n' == *$'\n'"$name"$'\n'* ]] || lacking+=("$name")
  done
  sw_lacking=("${lacking[@]}")
}

# sw_pass_podman PREFIX: takes what podman has out of sw_lacking. Its status 1 is "no", more is trouble.
sw_pass_podman() {
  local name status
  local -a lacking=()
  for name in "${sw_lacking[@]}"; do
    status=0
    podman image exists -- "$1$name" || status=$?
    if ((status > 1)); then
      printf 'podman could not tell whether it has %s (status %d)\n' "$1$name" "$status"
      return 2
    fi
    ((status == 0)) || lacking+=("$name")
  done
  sw_lacking=("${lacking[@]}")
}

# sw_tell_lists NAME…: sets sw_text to the carried lists that have one of these images, as files.
sw_tell_lists() {
  local name found
  local -a words=()
  for name; do
    words+=(-e "$name")
  done
  found=$(grep -l -x -F "${words[@]}" -- "$sw_state/carried/"*) || found=$sw_state/carried
  sw_text=${found//$'\n'/ and }
}

sw_no_inventory() {
  fail 'docker does not answer: which container images there are could not be told' \
    'Start it (systemctl start docker; see journalctl -u docker), then run this script again.'
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
