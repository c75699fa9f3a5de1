import { describe, expect, test } from 'vitest';
import type { ProcedureInput } from '../../src/model/procedure.ts';
import { proveAll, type ProofName } from '../../src/simulate/proofs/prove.ts';
import type { Report } from '../../src/simulate/proofs/report.ts';
import { subjectOf } from '../support/subject.ts';
import { after, model, own, right, twoParts } from './subjects/small.ts';

async function prove(input: ProcedureInput, ...proofs: ProofName[]): Promise<Report> {
  const options = proofs.length === 0 ? {} : { proofs };
  return proveAll(await subjectOf('small.ts', input, model), options);
}

function told({ findings }: Report): string {
  return findings.map(({ kind, what, wrong }) => `${kind}: ${what}\n${wrong}`).join('\n\n');
}

describe('a procedure that is right', () => {
  test('stands every proof there is', { timeout: 300_000 }, async () => {
    const report = await prove(twoParts(right, after));
    expect(told(report)).toBe('');
    expect(report.line()).toMatch(/points \d\d+, .*: 0 lost, 0 diverged$/);
  });
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
];

describe('a procedure that is wrong is found out', () => {
  test.each(WRONG)('%s', { timeout: 120_000 }, async (_, input, proof, says) => {
    const report = await prove(input, proof);
    expect(told(report)).toMatch(says);
  });
});
