#!/.model/bin/bash
# init FOLDER COMMAND…: PID 1 of the simulated host. Starts what runs there, then COMMAND in FOLDER, in
# a process group of its own, and tells the host how it ended, while what it ran on is still mounted;
# again as often as the host says so.
exec 2>/dev/null
while IFS= read -r -d '' id && IFS= read -r -d '' folder; do
  /.model/daemon "$id" "$folder"
done </.boot/daemons
set -m
cd -- "$1" || exit 125
shift
while :; do
  "$@" 2>&4 4>&- &
  wait "$!"
  status=$?
  /.model/shim finished "$status" || exit "$status"
done
