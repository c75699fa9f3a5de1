import { describe, expect, test } from 'vitest';
import { proveAll, QUICK, type ProofName } from '../../src/simulate/proofs/prove.ts';
import model from '../../steps/walt-4-to-5/host.ts';
import walt from '../../steps/walt-4-to-5/index.ts';
import { subjectOf } from '../support/subject.ts';

/** Of what is tried at every point, as much as there is time for. */
const EVERYWHERE: readonly ProofName[] = ['kills', 'looks', 'journals', 'half-scripts', 'hostile'];
const subject = subjectOf('steps/walt-4-to-5/index.ts', walt, model);

/**
 * From every server to the end and again, as the dry run says it; from a healthy one with all that
 * takes seconds.
 */
describe.concurrent('walt-4-to-5 on simulated servers', () => {
  test.each(Object.keys(model.states))('%s', { timeout: 1_500_000 }, async (state) => {
    const proofs = state === 'healthy' ? QUICK : (['second-run', 'promises'] as const);
    const report = await proveAll(await subject, { states: [state], proofs });
    expect(report.findings).toEqual([]);
    const parts = model.states[state]?.stops === undefined ? 2 : 0;
    expect(report.counts.get('second runs') ?? 0).toBe(parts);
  });
});

/**
 * What takes longer, such as every command that fails and every loss of power, does
 * `stepwright simulate walt-4-to-5 --everything`.
 */
test('walt-4-to-5 is cut off at every point, and looked at', { timeout: 2_400_000 }, async () => {
  const report = await proveAll(await subject, { states: ['healthy'], proofs: EVERYWHERE });
  console.log(report.line());
  expect(report.findings).toEqual([]);
  expect(report.counts.get('points')).toBeGreaterThan(300);
});
