#!/bin/bash
# enter.sh ROOT TABLE COMMAND…: in namespaces of its own, mounts what TABLE lists and runs COMMAND
# in ROOT as on a machine of its own.
set -eu
root=$1 table=$2
shift 2
mount --all --fstab "$table"
# Root of the simulated host, and of nothing else: what would reach the machine is taken away.
exec chroot "$root" /.model/bin/setpriv --inh-caps=-all \
  --bounding-set=-all,+chown,+dac_override,+dac_read_search,+fowner,+fsetid,+kill,+setgid,+setuid -- \
  /.model/bin/bash /.model/init "$@"
