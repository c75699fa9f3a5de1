/**
 * What a Debian server has from its essential packages (coreutils, util-linux, findutils, sed, grep,
 * tar, gzip, mawk, diffutils, procps) and runs for real, because a model of it would be worth
 * less: a script that calls anything else is told "command not found".
 */
export const REAL_PROGRAMS: readonly string[] = [
  ...'[ arch awk b2sum base32 base64 basename bash bunzip2 bzip2 cat chgrp chmod chown cksum'.split(
    ' ',
  ),
  ...'cmp comm cp csplit cut date dd diff dir dirname du echo env expand expr factor false'.split(
    ' ',
  ),
  ...'find flock fmt fold getopt grep egrep fgrep gunzip gzip head hostname id install'.split(' '),
  ...'join kill link ln logger logname ls mawk md5sum mkdir mkfifo mktemp mountpoint mv nice'.split(
    ' ',
  ),
  ...'nl nohup nproc numfmt od paste pathchk perl pgrep pkill pr printenv printf ps ptx pwd'.split(
    ' ',
  ),
  ...'readlink realpath rev rm rmdir run-parts sed seq setsid sha1sum sha224sum'.split(' '),
  ...'sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum tac'.split(
    ' ',
  ),
  ...'tail tar tee test timeout touch tr true truncate tsort tty unexpand uniq unlink users'.split(
    ' ',
  ),
  ...'wc which who whoami xargs yes zcat'.split(' '),
];

/**
 * Of these, the ones that can change files. They run for real too, and each call is told to the
 * host first, so that a run can be cut off before it or made to fail at it.
 */
export const CHANGING_PROGRAMS: readonly string[] = [
  ...'chgrp chmod chown cp dd install link ln mkdir mkfifo mv rm rmdir shred split tar tee'.split(
    ' ',
  ),
  ...'touch truncate unlink'.split(' '),
];

/** These run for real by way of `edit`, which tells the host of the calls that concern it. */
export const EDITING_PROGRAMS: readonly string[] = ['sed', 'stat'];

/** What has a handler of its own for SIGINT, or has what it starts heed it, though it was ignored. */
export const HEEDS_CTRL_C: ReadonlySet<string> = new Set(
  'apt-get dpkg pg_dump pg_restore pg_upgradecluster psql vacuumdb'.split(' '),
);
