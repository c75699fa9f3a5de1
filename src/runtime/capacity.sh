# capacity: whether container images that are to be saved, and copied into podman, fit on this machine.

sw_podman_storage=/var/lib/containers

# demand_room_for_images DIRECTORY PREFIX NAME…: stops the step unless there is room for those of docker's
# images that have no whole file in DIRECTORY yet, and for those that podman does not have yet; they have
# PREFIX before their name there. Where DIRECTORY is empty they are not to be saved.
demand_room_for_images() {
  local directory=$1 prefix=$2 save=0 copy=0
  local -A docker_ids=() wants=() room=() mounts=()
  shift 2
  sw_list_docker_ids
  if [[ -n $directory ]]; then
    sw_find_unsaved "$directory" "$@"
    sw_sum_sizes "${sw_lacking[@]}"
    # An archive has up to a tenth more than its image for the headers of its files.
    save=$((sw_text + sw_text / 10))
    sw_find_existing "$directory"
    sw_want_room "$sw_text" "$save"
  fi
  sw_lacking=("$@")
  if type -P podman >/dev/null; then images_missing podman "$prefix" "$@"; fi
  sw_sum_sizes "${sw_lacking[@]}"
  sw_cap_by_layers "$sw_text"
  copy=$sw_text
  sw_find_existing "$sw_podman_storage"
  sw_want_room "$sw_text" "$copy"
  sw_demand_capacity
}

# sw_sum_sizes NAME…: sets sw_text to the bytes of those of the images that are among the caller's docker_ids.
sw_sum_sizes() {
  local name size found sum=0
  local -a there=() sizes=()
  for name; do
    [[ -z ${docker_ids[$name]:-} ]] || there+=("$name")
  done
  if ((${#there[@]} > 0)); then
    found=$(docker image inspect --format '{{.Size}}' -- "${there[@]}")
    mapfile -t sizes <<<"$found"
  fi
  for size in "${sizes[@]}"; do
    sum=$((sum + size))
  done
  sw_text=$sum
}

# sw_cap_by_layers BYTES: sets sw_text to these, or to what docker says that all of its images take, where
# that is less: images share layers, and podman has each of them once.
sw_cap_by_layers() {
  local type size bytes
  sw_text=$1
  while read -r type size; do
    [[ $type == Images && $size =~ ^([0-9]{1,4})(\.[0-9]+)?([kMGT]?B)$ ]] || continue
    # Told in four figures.
    bytes=$(awk -v size="$size" 'BEGIN {
      factor["kB"] = 1e3; factor["MB"] = 1e6; factor["GB"] = 1e9; factor["TB"] = 1e12
      unit = size; gsub(/[0-9.]/, "", unit)
      printf "%.0f", 1.01 * size * (unit in factor ? factor[unit] : 1) }')
    ((bytes >= sw_text)) || sw_text=$bytes
  done < <(docker system df --format '{{.Type}} {{.Size}}' 2>/dev/null)
}

# sw_demand_capacity: each file system has the room that the caller wants there.
sw_demand_capacity() {
  local system told="$((copy >> 20)) MiB to be copied into $sw_podman_storage"
  [[ -z $directory ]] || told="$((save >> 20)) MiB to be saved in $directory, $told"
  for system in "${!wants[@]}"; do
    ((room[$system] >= wants[$system])) || fail \
      "${mounts[$system]} has $((room[$system] >> 20)) MiB free, and the container images need $((wants[$system] >> 20)) MiB there" \
      "($told)" \
      "Make room there (docker image prune; du -xh --max-depth=2 ${mounts[$system]@Q} | sort -h), give one of these directories another disk, or choose another directory (--help shows the parameters)."
  done
}
