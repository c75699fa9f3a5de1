import { shell } from 'stepwright';

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
