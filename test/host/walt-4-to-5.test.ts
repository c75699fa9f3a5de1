import { describe, expect, test } from 'vitest';
import { MATRICES, proveAll, QUICK, type ProofName } from '../../src/simulate/proofs/prove.ts';
import model from '../../steps/walt-4-to-5/host.ts';
import walt from '../../steps/walt-4-to-5/index.ts';
import { subjectOf } from '../support/subject.ts';

/** Of what is tried at every point, what every machine has the time for; and the rest. */
const ALWAYS: readonly ProofName[] = ['kills', 'looks', 'journals', 'half-scripts', 'hostile'];
const REST = (Object.keys(MATRICES) as ProofName[]).filter((name) => !ALWAYS.includes(name));
/** Seconds for the former, beyond which the latter would take longer than a test run may. */
const SLOW = 95;
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

let took = Infinity;

test('walt-4-to-5 is cut off at every point, and looked at', { timeout: 2_400_000 }, async () => {
  const begun = performance.now();
  const report = await proveAll(await subject, { states: ['healthy'], proofs: ALWAYS });
  console.log(report.line());
  expect(report.findings).toEqual([]);
  expect(report.counts.get('points')).toBeGreaterThan(300);
  took = (performance.now() - begun) / 1000;
});

test(
  'walt-4-to-5 fails, loses power and room, and is stopped, at every point',
  {
    timeout: 2_400_000,
  },
  async ({ skip }) => {
    skip(
      took > SLOW,
      `this machine takes ${Math.round(took)} s for the test before: the rest is proved by stepwright simulate walt-4-to-5 --everything`,
    );
    const report = await proveAll(await subject, { states: ['healthy'], proofs: REST });
    console.log(report.line());
    expect(report.findings).toEqual([]);
    for (const what of ['real kills', 'power losses', 'faults', 'signals', 'full disks'])
      expect(report.counts.get(what), what).toBeGreaterThan(50);
  },
);
