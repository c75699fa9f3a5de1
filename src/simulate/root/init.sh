#!/.model/bin/bash
# PID 1 of the simulated host: runs a command in a process group of its own and ends as it ends.
set -m
cd /
"$@" &
wait "$!"
