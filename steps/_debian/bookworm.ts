import { requires } from 'stepwright';

/**
 * Debian 12 has systemd-resolved in a package of its own, which an upgrade does not bring: a server that
 * asks it for names has none after the reboot. The link may lead to what it writes, or to what
 * systemd's package of Debian 11 has; a file may name it as well.
 */
export const namesWithoutResolved = requires.holds({
  check: `local found
found=$(dpkg-query --show --showformat='\${db:Status-Status}' systemd-resolved 2>/dev/null) || found=none
[[ $found != installed ]] || return 0
found=$(readlink -m -- /etc/resolv.conf)
case $found in
  /run/systemd/resolve/* | */lib/systemd/resolv.conf) ;;
  *) [[ $(sed -n 's/^[[:space:]]*nameserver[[:space:]]*//p' /etc/resolv.conf) == 127.0.0.53 ]] || return 0 ;;
esac
printf '%s\\n' "$found"
return 1`,
  found: 'FILE',
  refusal:
    '/etc/resolv.conf (FILE) has names looked up by systemd-resolved, which is in a package of its own in Debian 12 that the upgrade does not install: there would be none after the reboot',
  remedy:
    'let the server ask the name servers themselves: cp --remove-destination /run/systemd/resolve/resolv.conf /etc/resolv.conf; package systemd-resolved can be installed after the upgrade',
});
