#!/bin/bash
# build-rootfs.sh SUITE [OUT [PACKAGE…]]: a small Debian root file system with systemd, PostgreSQL and
# further packages, for a container, in the tar archive OUT, whatever its name; takes 30 to 55 s
# without these. Without OUT: whether the mirrors have SUITE. Needs root, mmdebstrap.
set -euo pipefail
suite=$1 out=${2:-}
more=$(printf ',%s' "${@:3}")
more=${more#,}
case $suite in
  bullseye) postgresql=13 ;;
  bookworm) postgresql=15 ;;
  trixie) postgresql=17 ;;
  *)
    echo "unknown suite $suite" >&2
    exit 2
    ;;
esac

# The mirrors are those of this machine.
main='' security=''
while read -r release address; do
  case $release in
    *-security | */updates) security=${security:-$address} ;;
    *-*) ;;
    *) main=${main:-$address} ;;
  esac
done < <(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 'Component: main')
if [[ -z $main || -z $security ]]; then
  echo "apt's sources name no mirror, or none of security updates" >&2
  exit 1
fi

if [[ -z $out ]]; then
  answer=$(mktemp)
  trap 'rm -f -- "$answer"' EXIT
  for release in "${main}dists/$suite" "${security}dists/$suite-security"; do
    /usr/lib/apt/apt-helper download-file "$release/InRelease" "$answer"
  done
  exit
fi

sources=$(mktemp)
trap 'rm -f -- "$sources"' EXIT
cat >"$sources" <<LIST
deb $main $suite main
deb $main $suite-updates main
deb $security $suite-security main
LIST
settings='Acquire::Languages "none"; APT::Install-Recommends "false"; Acquire::Check-Valid-Until "false";'
mmdebstrap --variant=minbase --format=tar \
  --include="systemd-sysv,udev,dbus,postgresql-$postgresql,python3,iproute2,netbase,ca-certificates,procps,locales${more:+,$more}" \
  --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
  --aptopt='Acquire::Check-Valid-Until "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='force-unsafe-io' \
  --keyring=/usr/share/keyrings \
  --customize-hook='rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
  --customize-hook="printf '%s\n' '$settings' >\"\$1/etc/apt/apt.conf.d/00test\"" \
  --customize-hook='echo guest >"$1/etc/hostname"; printf "127.0.0.1 localhost guest\n" >"$1/etc/hosts"' \
  "$suite" "$out" "$sources"
