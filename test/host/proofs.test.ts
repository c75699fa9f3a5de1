import { describe, expect, test } from 'vitest';
import { shell } from '../../src/index.ts';
import type { ProcedureInput } from '../../src/model/procedure.ts';
import { MATRICES, proveAll, PROOFS, type ProofName } from '../../src/simulate/proofs/prove.ts';
import type { Finding, Report } from '../../src/simulate/proofs/report.ts';
import type { Subject } from '../../src/simulate/proofs/subject.ts';
import { spoilt, subjectOf } from '../support/subject.ts';
import { after, model, own, right, twoParts } from './subjects/small.ts';

function toldOf({ kind, what, wrong }: Finding): string {
  return `${kind}: ${what}\n${wrong}`;
}

function told({ findings }: Report): string {
  return findings.map(toldOf).join('\n\n');
}

/** What `proof` finds wrong, as far as it has to go to say what it has to. */
async function findingOf(subject: Subject, proof: ProofName, says: RegExp): Promise<string> {
  const suffices = (finding: Finding): boolean => says.test(toldOf(finding));
  return told(await proveAll(subject, { proofs: [proof], suffices }));
}

describe('a procedure that is right', () => {
  test('stands every proof there is', { timeout: 1_500_000 }, async () => {
    const report = await proveAll(await subjectOf('small.ts', twoParts(right, after), model));
    expect(told(report)).toBe('');
    expect(report.line()).toMatch(/points \d\d+, .*: 0 lost, 0 diverged$/);
  });
});

/** It takes many commands, and does not begin a second time. */
const fragile = own(
  'fragile',
  'test -e /etc/fragile.12',
  'test ! -e /etc/fragile.1\nfor number in {1..12}; do run touch "/etc/fragile.$number"; done',
);
const once = shell({
  id: 'told-once',
  title: 'it is told',
  why: 'it has to be',
  once: true,
  apply: 'printf "told\\n" >>/etc/told',
});

/** Procedures that are wrong, each with the proof that has to notice it, and what it says. */
const WRONG: readonly (readonly [string, ProcedureInput, ProofName, RegExp])[] = [
  [
    'a line added again by each run',
    twoParts(
      [
        right,
        own(
          'line-added',
          'test -e /etc/added-done',
          'printf "x\\n" >>/etc/added\nrun touch /etc/added-done',
        ),
      ],
      after,
    ),
    'kills',
    /diverged: killed[\s\S]*\/etc\/added: /,
  ],
  [
    'a file that was not synced before it is relied on',
    twoParts([right, own('file-there', 'test -e /srv/copy', 'cp /srv/list /srv/copy')], after),
    'power',
    /diverged: power lost[\s\S]*\/srv\/copy: /,
  ],
  [
    'a list emptied before its copy is whole',
    twoParts(
      [
        right,
        own(
          'list-moved',
          'test -e /srv/moved',
          'cat /srv/list >/tmp/kept\n: >/srv/list\nrun touch /srv/begun\ncat /tmp/kept >/srv/list\nrun touch /srv/moved',
        ),
      ],
      after,
    ),
    'second-run',
    /lost: on the way[\s\S]*first/,
  ],
  [
    'a check that changes something',
    twoParts(
      [
        right,
        own('looked-at', 'touch /etc/looked && test -e /etc/thing.d', 'run mkdir -p /etc/thing.d'),
      ],
      after,
    ),
    'looks',
    /broken: --dry-run[\s\S]*it touched \/etc\/looked/,
  ],
  [
    'a step that never finds itself done',
    twoParts(
      [
        right,
        own(
          'never-done',
          // The start time of the script's own process.
          'test "$(cat /etc/never)" = "$(cut -d " " -f 22 "/proc/$$/stat")"',
          'cut -d " " -f 22 "/proc/$$/stat" >/etc/never\nrun sync /etc/never',
        ),
      ],
      after,
    ),
    'second-run',
    /diverged: part 1 run a second time[\s\S]*never-done/,
  ],
  [
    'a command whose failure does not matter to the step',
    twoParts(right, [
      after,
      own(
        'careless',
        'test -e /etc/careless',
        'systemctl stop ssh || true\nrun touch /etc/careless',
      ),
    ]),
    'faults',
    /diverged: made to exit 1[\s\S]*ssh\.service/,
  ],
  [
    'a step that changes what an earlier check has seen',
    twoParts(
      [
        right,
        own('list-there', 'test -e /etc/there', 'run touch /etc/there'),
        own('list-seen', 'test ! -e /etc/there -o -e /etc/seen', 'run touch /etc/seen'),
      ],
      after,
    ),
    'promises',
    /diverged: --dry-run before part 1\nit did list-seen, and had not said so/,
  ],
  [
    'a step that cannot go on where it was killed',
    twoParts([right, fragile], after),
    'real-kills',
    /broken: killed for real[\s\S]*fragile/,
  ],
  [
    'a full disk that is taken for none',
    twoParts(
      [
        right,
        own(
          'copy-made',
          'test -e /srv/made',
          'head -c 200000 /dev/zero >/srv/copy || true\nrun touch /srv/made',
        ),
      ],
      after,
    ),
    'disks',
    /diverged: part 1 with \d+ pages left on the disk[\s\S]*\/srv\/copy: /,
  ],
  [
    'something that is done once, and cannot be told to be done',
    twoParts([right, once], after),
    'journals',
    /(diverged|broken): journal cut/,
  ],
];

describe('a procedure that is wrong is found out', () => {
  test.each(WRONG)('%s', { timeout: 1_500_000 }, async (_, input, proof, says) => {
    const subject = await subjectOf('small.ts', input, model);
    expect(await findingOf(subject, proof, says)).toMatch(says);
  });
});

/** One text of a script, and another in its place that makes it wrong. */
type Spoilt = readonly [what: string, from: string, to: string, proof: ProofName, says: RegExp];

const SPOILT: readonly Spoilt[] = [
  [
    'nothing is said of another build',
    'warn "this $sw_script is of another build',
    ': "this $sw_script is of another build',
    'builds',
    /broken: \S+ of another build\nit ended with 0/,
  ],
  [
    'another build is refused',
    'warn "this $sw_script is of another build',
    'exit 3 "this $sw_script is of another build',
    'builds',
    /broken: \S+ of another build\nit ended with [1-9]/,
  ],
  [
    'the lock is not taken',
    'flock -w 1 9 ||',
    'true ||',
    'two-at-once',
    /broken: two runs at once\nthe second ended with (?!4)/,
  ],
  [
    'a restart is not waited for',
    'sw_refuse "the machine was not rebooted',
    ': "the machine was not rebooted',
    'refusals',
    /broken: refused part 2 before the restart\nit ended with 0 instead of 3/,
  ],
  [
    'a refusal comes after a change',
    '((${#sw_refusals[@]} > 0)) || return 0',
    'touch /etc/changed\n((${#sw_refusals[@]} > 0)) || return 0',
    'refusals',
    /broken: refused on another release\nit called: touch \/etc\/changed/,
  ],
  [
    'a look at /var leaves a trace',
    '[[ -w $sw_text ]] ||',
    'touch /etc/found && [[ -w $sw_text ]] ||',
    'read-only',
    /broken: a read-only \/var\nit touched \/etc\/found/,
  ],
  [
    'a value is executed',
    `printf -v "$sw_name" '%s' "$sw_value"`,
    'eval "$sw_name=\\"$sw_value\\"" 2>/dev/null',
    'hostile',
    /broken: hostile values, \S+\na value was executed/,
  ],
  [
    'a value loses its last blank',
    `printf -v "$sw_name" '%s' "$sw_value"`,
    `printf -v "$sw_name" '%s' "\${sw_value% }"`,
    'hostile',
    /broken: hostile values, \S+\nnotes=".* " became \[/,
  ],
  [
    'Ctrl-C ends a command half-way',
    "trap '' HUP INT QUIT",
    ':',
    'signals',
    /broken: SIGINT[\s\S]*step fragile/,
  ],
  [
    'something is done as it is read',
    '\n',
    '\ntouch /etc/read\n',
    'half-scripts',
    /broken: the first \d+ characters of \S+\n[\s\S]*it touched \/etc\/read/,
  ],
  [
    'a journal that was cut is refused',
    'header=${sw_journal[0]:-}\n',
    "header=${sw_journal[0]:-}\n[[ ${sw_journal[-1]} == *$'\\n' ]] || header=''\n",
    'journals',
    /broken: journal cut[\s\S]*it ended with 3/,
  ],
];

describe('a script that is wrong is found out', () => {
  test.each(SPOILT)('%s', { timeout: 1_500_000 }, async (_, from, to, proof, says) => {
    const subject = await subjectOf('small.ts', twoParts([right, fragile], after), model);
    const wrong = spoilt(subject, from, to);
    expect(await findingOf(wrong, proof, says)).toMatch(says);
  });
});

test('each proof has been seen to find something', () => {
  const found = [...WRONG.map(([, , proof]) => proof), ...SPOILT.map(([, , , proof]) => proof)];
  expect(new Set(found)).toEqual(new Set([...Object.keys(PROOFS), ...Object.keys(MATRICES)]));
});
