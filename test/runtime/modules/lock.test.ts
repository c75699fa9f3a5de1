import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers } from '../../support/modules.ts';

const AT = { before: 'sw_lock="$sw_state/a lock" sw_folder=/root\n' };

/** Holds the lock in another shell while `then` is done. */
const held = (then: string): string => `(sw_take_lock; ${then}) 8>&1`;

test('the lock is taken, seen, and left', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_lock_is_free', 0, ''],
      ['sw_look_at_lock; [[ ! -e $sw_lock ]]', 0, ''],
      [
        'sw_take_lock; umask; stat -c %a "$sw_lock"; cut -f 2- "$sw_lock"',
        0,
        '0022\n600\n/root/upgrade.sh\tHOST/log\n',
      ],
      // Its holder has ended without leaving it.
      ['sw_lock_is_free', 0, ''],
      ['sw_take_lock; sw_lock_is_free', 1, ''],
      ['sw_take_lock; sw_leave_lock; sw_lock_is_free; stat -c %s "$sw_lock"', 0, '0\n'],
      [
        'sw_lock=/nowhere/lock; sw_take_lock',
        3,
        'upgrade.sh: the lock /nowhere/lock cannot be written; nothing was changed.\n  See: ls -ld /run; findmnt /run; df /run\n',
      ],
    ],
    AT,
  );
});

test('whose lock it is, is told as far as that was noted', () => {
  const refused =
    'upgrade.sh: another run holds the lock HOST/state/a lock; nothing was changed.\n';
  expectAnswers(
    temporaryHost(),
    [
      [
        held('(exec 9>&-; flock() { return 1; }; sw_take_lock)'),
        4,
        expect.stringMatching(/It is \/root\/upgrade.sh, process \d+. Follow it: tail -f /),
      ],
      [held('(sw_look_at_lock)'), 4, expect.stringContaining('It is /root/upgrade.sh, process')],
      [
        held('printf \'999999999\\t/r/s.sh\\t/l\\n\' >"$sw_lock"; (sw_look_at_lock)'),
        4,
        `${refused}  It was /r/s.sh. It was killed, and the command that it ran still runs.\n  Wait until that has ended, then try again. Follow it: tail -f /l\n`,
      ],
      ['sw_lock_is_held', 4],
      [': >"$sw_lock"; sw_lock_is_held', 4, refused],
      ['printf \'1\\tcut\' >"$sw_lock"; sw_lock_is_held', 4, refused],
      ['rm "$sw_lock"; sw_lock_is_held', 4, refused],
    ],
    AT,
  );
});
