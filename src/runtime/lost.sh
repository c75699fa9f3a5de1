# lost: container images that are not where they have to be, and the ways to have them back.

# wake_docker UNIT: has docker's unit started where docker does not answer. That it does not start is no
# failure yet: podman may have the images, or be given what was saved of them.
wake_docker() {
  type -P docker >/dev/null || return 0
  ! docker_images '' >/dev/null 2>&1 || return 0
  run systemctl start -- "$1" || printf '%s does not start; see: journalctl -u %s\n' "$1" "$1"
}

# sw_images_are_lost STORAGE DIRECTORY DRIVER TOTAL: stops the step with the images in sw_lacking, and
# with the ways out that there are.
sw_images_are_lost() {
  local storage=${1//-/ }
  local -a words=("$storage lacks ${#sw_lacking[@]} of $4 container images that were there before the upgrade:")
  words+=("${sw_lacking[@]/#/  }")
  [[ -z $2 ]] || words+=("None of these has a whole saved file in $2.")
  [[ $storage == podman ]] || sw_add_docker_ways "$3"
  sw_tell_lists "${sw_lacking[@]}"
  words+=("- Load them from copies that were made with docker save: ${storage/ */} load --input FILE."
    "- An image that is not wanted any more: take its line out of $sw_text.")
  fail "${words[@]}" 'Then run this script again.'
}

# sw_add_docker_ways DRIVER: adds to the caller's words how docker shows again what it had with DRIVER.
sw_add_docker_ways() {
  local now
  now=$(docker info --format '{{.Driver}}' 2>/dev/null) || now=''
  [[ -z $1 || $1 == unknown ]] || words+=("The storage driver of docker was $1, and is ${now:-unknown} now.")
  words+=('What docker had is still where it kept it (/var/lib/docker): do not delete that. Ways out:')
  # What docker 24 has begun with another driver lies there, too: 20.10 refuses to choose between the two.
  [[ $1 != aufs && ! -d /var/lib/docker/aufs ]] || words+=(
    '- docker-ce 24 and later have no aufs. Install docker-ce 20.10 and what aufs needs, and name the driver:'
    "  apt-get install --allow-downgrades 'docker-ce=5:20.10*' 'docker-ce-cli=5:20.10*' aufs-dkms linux-headers-amd64"
    '  write {"storage-driver": "aufs"} into /etc/docker/daemon.json; systemctl restart docker')
  [[ -z $1 || $1 == unknown || $1 == aufs || $1 == "$now" ]] ||
    words+=("- Have docker use $1 again: {\"storage-driver\": \"$1\"} in /etc/docker/daemon.json; systemctl restart docker")
}
