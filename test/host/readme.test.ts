import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stepwrightIn } from '../support/command-line.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test("README's host.ts simulates the procedure that `new` makes", { timeout: 1_500_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const example = /<!-- simulate example -->\s*```ts\n(.*?)```/s.exec(README)?.[1] ?? '';
  expect(stepwrightIn(folder, ['new', 'nginx-upgrade']).status).toBe(0);
  writeFileSync(join(folder, 'steps/nginx-upgrade/host.ts'), example);
  const { status, stdout, stderr } = stepwrightIn(folder, ['simulate', 'nginx-upgrade']);
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toMatch(/start states 3, second runs 4, .*: 0 lost, 0 diverged$/m);
});
