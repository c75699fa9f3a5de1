import { requires, shell } from 'stepwright';

/**
 * It is read where 99-sysctl.conf was, the link to /etc/sysctl.conf that Debian 12 has and Debian 13
 * takes away: what came after that one, and had the last word, still has it.
 */
const SYSCTL = '/etc/sysctl.d/99-sysctl.conf-kept.conf';

/** Debian 13 does not read /etc/sysctl.conf, and may put it aside: it is copied while it is there. */
export const sysctlKept = shell({
  id: 'sysctl-settings-kept',
  title: `what /etc/sysctl.conf sets stands in ${SYSCTL}`,
  why: 'Debian 13 reads the settings of the kernel from /etc/sysctl.d alone: from the reboot on, those of /etc/sysctl.conf would be gone',
  undo: `remove ${SYSCTL}; /etc/sysctl.conf is as it was`,
  sentence: `Copies /etc/sysctl.conf, where it sets anything, to ${SYSCTL}.`,
  // All that is neither empty nor a comment sets something.
  check: `[[ -f ${SYSCTL} ]] && cmp -s -- /etc/sysctl.conf ${SYSCTL} ||
  ! grep -qs '^[[:space:]]*[^#;[:space:]]' /etc/sysctl.conf`,
  // Nothing is read there whose name does not end in .conf.
  apply: `run mkdir -p -- /etc/sysctl.d
run cp -- /etc/sysctl.conf ${SYSCTL}.new
run mv -T -- ${SYSCTL}.new ${SYSCTL}`,
});

/** What unlocks encrypted volumes at boot is in a package of its own, which systemd only recommends. */
const cryptsetupComes = requires.holds({
  check: `local found
grep -qs '^[[:space:]]*[^#[:space:]]' /etc/crypttab || return 0
found=$(dpkg-query --show --showformat='\${db:Status-Status}' systemd-cryptsetup 2>/dev/null) || found=none
[[ $found != installed ]] || return 0
found=$(apt-config shell recommends APT::Install-Recommends/b) || return 1
[[ $found != *false* ]]`,
  refusal:
    '/etc/crypttab names encrypted volumes, and apt is set not to install what is recommended: Debian 13 unlocks them at boot by package systemd-cryptsetup, which would not come',
  remedy: `let apt install what is recommended: echo 'APT::Install-Recommends "true";' >>/etc/apt/apt.conf; take that line out after the upgrade; where the packages are those of Debian 13 already: apt-get install systemd-cryptsetup`,
});

/**
 * What such a volume does not say of itself is taken from defaults, and these have changed; that of hash
 * counts for a passphrase alone, and would spoil the key in a file. One whose key is another at each boot
 * has nothing to lose.
 */
const plainVolumesTold = requires.holds({
  check: `local name key options names=''
[[ -r /etc/crypttab ]] || return 0
while read -r name _ key options _ || [[ -n $name ]]; do
  [[ $name != '#'* && ,$options, == *,plain,* && $key != /dev/*random ]] || continue
  [[ ,$options == *,cipher=* && (,$options == *,hash=* || ! $key =~ ^(none|-|)$) ]] || names+=" $name"
done </etc/crypttab
[[ -z $names ]] || {
  printf '%s\\n' "\${names# }"
  return 1
}`,
  found: 'NAMES',
  refusal:
    'volumes of type plain in /etc/crypttab do not say how they are encrypted, and the defaults are others in Debian 13, with which what they hold cannot be read: NAMES',
  remedy:
    'add to the options of each, in /etc/crypttab, what it lacks of cipher=aes-cbc-essiv:sha256,size=256 and, where a passphrase opens it, and no key file, of hash=ripemd160 (the defaults before Debian 13; where it was made with others: these)',
});

/** What Debian 13 needs of a server that is to start again. */
export const startsEncrypted = [cryptsetupComes, plainVolumesTold];
