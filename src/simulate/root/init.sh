#!/.model/bin/bash
# PID 1 of the simulated host: runs a command in FOLDER, in a process group of its own, and tells the
# host how it ended, while what it ran on is still mounted.
exec 2>/dev/null
set -m
cd -- "$1" || exit 125
shift
"$@" 2>&4 4>&- &
wait "$!"
exec /.model/shim finished "$?"
