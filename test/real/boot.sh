#!/bin/bash
# boot.sh ROOT PIDFILE: boots the Debian in folder ROOT in a container, again after each reboot that it
# asks for. PIDFILE gets the process id of systemd-nspawn. It needs no systemd outside: a mount
# namespace of its own has the one cgroup tree that the guest wants, and a /run.
set -u
root=$1 pidfile=$2
[[ -n ${in_namespace:-} ]] ||
  in_namespace=yes exec unshare --mount --propagation private -- "$0" "$root" "$pidfile"
umount -R /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 1
mount -t tmpfs -o mode=755 tmpfs /run || exit 1
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
# What nspawn ends with when the guest wants to be started again.
status=133
while ((status == 133)); do
  systemd-nspawn -q --boot --directory="$root" --register=no --keep-unit --machine=guest \
    --resolv-conf=off --link-journal=no --timezone=off --console=pipe </dev/null &
  echo "$!" >"$pidfile"
  status=0
  wait "$!" || status=$?
done
exit "$status"
