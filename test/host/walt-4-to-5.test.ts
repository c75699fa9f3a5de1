import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { proveAll } from '../../src/simulate/proofs/prove.ts';
import model from '../../steps/walt-4-to-5/host.ts';
import walt from '../../steps/walt-4-to-5/index.ts';

/** Each of the start states in full takes too long here: `stepwright simulate walt-4-to-5` does it. */
describe('walt-4-to-5 on simulated servers', () => {
  test.each(['healthy', 'by-hand-4'])('%s', { timeout: 300_000 }, async (state) => {
    const { procedure, scripts } = await compile('steps/walt-4-to-5/index.ts', walt);
    const report = await proveAll(
      { id: procedure.id, scripts, model },
      { states: [state], proofs: ['second-run', 'promises', 'refusals', 'two-at-once'] },
    );
    expect(report.findings).toEqual([]);
    expect(report.line()).toContain('second runs 2');
  });
});
