import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers } from '../../support/modules.ts';

const PLAN = `export TZ=UTC0; sw_scripts=(one.sh two.sh three.sh) sw_part=2 sw_script=two.sh sw_lock="$sw_state/lock"
for ((i = 1; i < 10; i++)); do step "s$i" "Step $i"; done; step last 'The  * last'
`;

test('the list of steps', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_list | sed -n "1p;9,10p"', 0, ' 1  s1  Step 1\n 9  s9  Step 9\n10  last  The  * last\n'],
      ['sw_ids=(); sw_list', 0, ''],
      [
        'carried v text; step a A learns=v; step b B reads=v; sw_list | tail -n 1; carry v x; sw_list | tail -n 1',
        0,
        '12  b  B  (depends on what a learns)\n12  b  B\n',
      ],
    ],
    { before: PLAN },
  );
});

const part = (number: string): string => `sw_part_state ${number}; printf '%s' "$sw_text"`;

test('how far each part and each step has come', () => {
  const journal = String.raw`printf '%s\n' 'stepwright-journal 1 test-procedure' $'0\tb\t1\tbegin\t-\t' $'60\tb\t1\tfinished\t-\t' $'3600\tb\t2\tbegin\t-\t' $'1\tb\t2\tdone\ts1\t' $'1\tb\t2\tfailed\tlast\tx' >"$sw_state/journal"; sw_read_journal`;
  expectAnswers(
    temporaryHost(),
    [
      [part('1'), 0, 'not begun'],
      [`${journal}; ${part('1')}`, 0, 'finished, last run 1970-01-01 00:01'],
      [`${journal}; ${part('2')}`, 0, 'begun, last run 1970-01-01 01:00'],
      [`${journal}; ${part('3')}`, 0, 'not begun'],
      [
        `${journal}; sw_tell_status | sed -e '/ s[2-9]  /d'`,
        0,
        'test-procedure: A test\n  one.sh: finished, last run 1970-01-01 00:01\n  two.sh: begun, last run 1970-01-01 01:00\n  three.sh: not begun\n' +
          '\nSteps of two.sh:\n  done      s1  Step 1\n  failed    last  The  * last\n\nJournal: HOST/state/journal\nLog: HOST/log\n',
      ],
      [
        'sw_lock_is_free() { return 1; }; hook() { echo hooked; }; sw_hooks_status=(hook); sw_tell_status | tail -n 5',
        0,
        expect.stringMatching(/^A run holds the lock now[^]*\nhooked\n$/),
      ],
    ],
    { before: PLAN },
  );
});
