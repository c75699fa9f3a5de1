#!/bin/bash
# build-rootfs.sh SUITE OUT.tar — a small Debian root file system with systemd and PostgreSQL, for a container.
# Needs: mmdebstrap (Debian package), root. Takes 35 to 55 s; keep the tar and reuse it.
set -euo pipefail
suite=$1 out=$2
# The mirror is the one this machine already uses: never written down anywhere.
mirror=$(sed -n 's#^URIs: http://\([^/]*\)/debian$#\1#p' /etc/apt/sources.list.d/debian.sources | head -1)
case $suite in bullseye) pg=13 ;; bookworm) pg=15 ;; trixie) pg=17 ;; *)
  echo "unknown suite $suite" >&2
  exit 2
  ;;
esac
sources=$(mktemp)
trap 'rm -f "$sources"' EXIT
cat >"$sources" <<S
deb http://$mirror/debian $suite main
deb http://$mirror/debian $suite-updates main
deb http://$mirror/debian-security $suite-security main
S
mmdebstrap --variant=minbase \
  --include=systemd-sysv,udev,dbus,postgresql-$pg,python3,iproute2,netbase,ca-certificates,procps,locales \
  --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
  --aptopt='Acquire::Check-Valid-Until "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='force-unsafe-io' \
  --keyring=/usr/share/keyrings \
  --customize-hook='rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
  --customize-hook='printf "%s\n" "Acquire::Languages \"none\";" "APT::Install-Recommends \"false\";" "Acquire::Check-Valid-Until \"false\";" >"$1/etc/apt/apt.conf.d/00test"' \
  --customize-hook='echo guest >"$1/etc/hostname"; printf "127.0.0.1 localhost guest\n" >"$1/etc/hosts"' \
  "$suite" "$out" "$sources"
