import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers } from '../../support/modules.ts';

test('what is shown can be typed, and nothing is done', () => {
  const host = temporaryHost();
  const untouched = host.snapshot();
  expectAnswers(host, [
    ["would touch 'a b' '$(x)' '' -n", 0, "           touch 'a b' '$(x)' '' -n\n"],
    ["would_say 'a  * $(x) \\n'", 0, '           a  * $(x) \\n\n'],
    [
      "would_write '/d e/x' 'one  ' '' '-n $(x)'",
      0,
      "           write '/d e/x':\n             | one  \n             | \n             | -n $(x)\n",
    ],
    ['would_write /empty', 0, '           write /empty:\n'],
    [
      'f() { run touch \'a  b\'; (cd /; g "$1"); }; would_do f',
      0,
      '           run touch \'a  b\'\n           ( cd /\n           g "$1" )\n',
    ],
    ['f() (run x); would_do f', 0, '           run x\n'],
    ['f() (cd /; (run x)); would_do f', 0, '           cd /\n           ( run x )\n'],
    ['f() { (run x); (run y); }; would_do f', 0, '           ( run x )\n           ( run y )\n'],
    ['f() (demand_carried a; run x); would_do f', 0, '           run x\n'],
  ]);
  expect(host.snapshot()).toEqual(untouched);
});

/** Steps whose checks answer $answer_ID; b follows a, c needs b. */
const PLAN = `answer_a=0 answer_b=0 answer_c=0
a__check() { return "$answer_a"; }; a__apply() { run do a; echo never; fail no; }
b__check() { return "$answer_b"; }; b__apply() { run do b; }; b__plan() { would plan b; }
c__check() { echo "why  *"; return "$answer_c"; }; c__apply() { run do c; }
step a A; step b B follows=a; step c C needs=b; step r R reboot
dry() { exec 7>/dev/null; sw_dry_run; }
`;

const last = (pending: number): string =>
  `Dry run: nothing was changed. Of 4 steps, ${pending} are still to be done.\n`;

test('each step is asked, and those that are not done are shown', () => {
  const done = {
    a: '[1/4] ok       a  A\n',
    b: '[2/4] ok       b  B\n',
    c: '[3/4] ok       c  C\n',
    r: '[4/4] would    r  R\n',
  };
  const planA = '[1/4] would    a  A\n           do a\nnever\n           stop: no\n';
  expectAnswers(
    temporaryHost(),
    [
      ['dry', 0, done.a + done.b + done.c + done.r + last(0)],
      [
        'sw_part_events=([1]=" finished ") sw_part_boots=([1]=x); dry',
        0,
        `${done.a + done.b + done.c}[4/4] ok       r  R\n${last(0)}`,
      ],
      [
        'answer_a=1; dry',
        0,
        `${planA}[2/4] unknown  b  B  (cannot tell until a has run)\n           plan b\n[3/4] unknown  c  C  (cannot tell until b has run)\n           do c\n${done.r}${last(3)}`,
      ],
      [
        'step d D needs=a,b; d__check() { :; }; d__apply() { run do d; }; answer_b=1; dry | grep " d "',
        0,
        '[5/5] unknown  d  D  (cannot tell until b has run)\n',
      ],
      [
        'answer_c=2; dry',
        0,
        `${done.a}${done.b}[3/4] unknown  c  C  (its check could not tell (status 2))\n           | why  *\n           do c\n${done.r}${last(1)}`,
      ],
      [
        'answer_b=1; sw_only=b; dry',
        0,
        `[2/4] would    b  B\n           plan b\n${done.r}${last(1)}`,
      ],
      [
        'answer_b=1; sw_skip=(b); dry',
        0,
        `${done.a}[2/4] skipped  b  B  (--skip)\n${done.c}${done.r}${last(0)}`,
      ],
      [
        'answer_a=1; sw_pending_ids=(x); sw_pending y x; echo "$sw_text"; sw_pending "*" || echo no',
        0,
        'x\nno\n',
      ],
    ],
    { before: PLAN },
  );
});

const unknown = (value: string): string =>
  `[2/2] unknown  b  B ${value}  (depends on what a learns)\n           use `;

test('what depends on a value that is to be learnt first is unknown', () => {
  const before = `carried v text; v=old; answer=0
a__check() { return "$answer"; }; a__apply() { run learn v; }
b__check() { echo asked; return "$answer"; }; b__apply() { demand_carried v; run use "$v"; }
steps() { step a A learns=v; step b "B $v" reads=v; }
dry() { exec 7>&1; sw_make_plan; sw_dry_run | grep ' b \\|use\\|asked' || :; }
`;
  expectAnswers(
    temporaryHost(),
    [
      ['sw_skip=(a); dry', 0, `${unknown('$v')}'$v'\n`],
      ['answer=1; dry', 0, `${unknown('$v')}'$v'\n`],
      ['carry v old; dry', 0, 'asked\n[2/2] ok       b  B old\n'],
      // It may be another one by then.
      ['carry v old; answer=1; dry', 0, `asked\n${unknown('old')}old\n`],
      // What was done once, or is over, is not done again, whatever it would be.
      [
        'steps() { step a A learns=v; step b "B $v" once reads=v; }; carry v old; sw_events_known=yes; sw_take_event b done; answer=1; dry',
        0,
        '[2/2] ok       b  B old\n',
      ],
      [
        'steps() { step a A learns=v; step b "B $v" reads=v until=c; step c C once; }; c__apply() { :; }; carry v old; sw_events_known=yes; sw_take_event c done; answer=1; dry',
        0,
        '[2/3] ok       b  B old\n',
      ],
    ],
    { before },
  );
});
