import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { HostModel } from '../../src/simulate/define.ts';
import { proveAll, QUICK } from '../../src/simulate/proofs/prove.ts';
import { subjectOf } from '../support/subject.ts';

const FOLDER = fileURLToPath(new URL('../../steps/examples', import.meta.url));

async function loaded(path: string): Promise<unknown> {
  return ((await import(`${FOLDER}/${path}`)) as { default: unknown }).default;
}

test.each(readdirSync(FOLDER))(
  'example %s on simulated servers',
  { timeout: 1_500_000 },
  async (name) => {
    const model = (await loaded(`${name}/host.ts`)) as HostModel;
    const steps = await loaded(`${name}/index.ts`);
    const subject = await subjectOf(`steps/examples/${name}/index.ts`, steps, model);
    const report = await proveAll(subject, { proofs: QUICK });
    expect(report.findings).toEqual([]);
    expect(report.line()).toMatch(/second runs [12]/);
  },
);
