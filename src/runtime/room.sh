# room: what has to fit on the file systems of this machine, all that goes to one of them together.

# sw_want_room PATH BYTES: so much more is wanted where PATH is: adds it to the caller's wants, and sets
# its room and mounts, each by file system.
sw_want_room() {
  local available system mount
  {
    read -r _
    read -r available system mount
  } < <(df -B 1 --output=avail,source,target -- "$1")
  # Two mounts of one device are one; what has no device is known by its mount.
  [[ $system == /* ]] || system=$mount
  room[$system]=$available
  mounts[$system]=${mounts[$system]:-$mount}
  wants[$system]=$((${wants[$system]:-0} + $2))
}
