#!/bin/bash
# enter.sh ROOT TABLE DISK: in namespaces of its own, mounts what TABLE lists and starts ROOT as a
# machine of its own, which does what the host tells it to. DISK: the bytes of the disk that its files
# are moved to first; 0 leaves them where they are.
set -eu
root=$1 table=$2 disk=$3
if ((disk > 0)); then
  mkdir "$root/.disk"
  mount -t tmpfs -o "size=$disk,mode=755" tmpfs "$root/.disk"
  for folder in etc home opt root srv tmp usr var; do
    [[ -d $root/$folder ]] || continue
    cp -a -- "$root/$folder" "$root/.disk/$folder"
    mount --bind "$root/.disk/$folder" "$root/$folder"
  done
fi
mount --all --fstab "$table"
# What mount, chroot and the first process have to say is nobody's standard error; a command's own is.
exec 4>&2
# Root of the simulated host, and of nothing else: what would reach the machine is taken away.
exec chroot "$root" /.model/bin/setpriv --inh-caps=-all \
  --bounding-set=-all,+chown,+dac_override,+dac_read_search,+fowner,+fsetid,+kill,+setgid,+setuid -- \
  /.model/bin/bash /.model/shim init
