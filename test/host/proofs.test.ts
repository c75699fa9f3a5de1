import { describe, expect, test } from 'vitest';
import type { StartState } from '../../src/simulate/define.ts';
import { MATRICES, proveAll, PROOFS, type ProofName } from '../../src/simulate/proofs/prove.ts';
import type { Finding, Report } from '../../src/simulate/proofs/report.ts';
import type { Subject } from '../../src/simulate/proofs/subject.ts';
import { spoilt, subjectOf } from '../support/subject.ts';
import { after, model, right, twoParts } from './subjects/small.ts';
import { SPOILT } from './subjects/spoilt.ts';
import { fragile, WRONG } from './subjects/wrong.ts';

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

describe('a procedure that is wrong is found out', () => {
  test.each(WRONG)('%s', { timeout: 1_500_000 }, async (_, input, proof, says) => {
    const subject = await subjectOf('small.ts', input, model);
    expect(await findingOf(subject, proof, says)).toMatch(says);
  });
});

describe('a script that is wrong is found out', () => {
  test.each(SPOILT)('%s', { timeout: 1_500_000 }, async (_, from, to, proof, says) => {
    const subject = await subjectOf('small.ts', twoParts([right, fragile], after), model);
    const wrong = spoilt(subject, from, to);
    expect(await findingOf(wrong, proof, says)).toMatch(says);
  });
});

test('a refusal after a change is found out', { timeout: 1_500_000 }, async () => {
  const refused = { ...model.states['server'], stops: { status: 3, says: /not here/ } };
  const states = { server: refused as StartState };
  const subject = await subjectOf('small.ts', twoParts(right, after), { ...model, states });
  const late = 'touch /etc/changed; systemctl stop ssh; sw_refuse "not here" "go away"';
  const wrong = spoilt(subject, '  sw_require_parts\n', `  ${late}\n`);
  const { findings } = await proveAll(wrong, { proofs: [] });
  expect(findings.map(({ wrong: one }) => one)).toEqual([
    expect.stringMatching(/^it touched \/etc\/changed$/),
    expect.stringMatching(/^state\.units\.ssh\.service\.active: "active" and "inactive"$/),
  ]);
});

test('each proof has been seen to find something', () => {
  const found = [...WRONG.map(([, , proof]) => proof), ...SPOILT.map(([, , , proof]) => proof)];
  expect(new Set(found)).toEqual(new Set([...Object.keys(PROOFS), ...Object.keys(MATRICES)]));
});
