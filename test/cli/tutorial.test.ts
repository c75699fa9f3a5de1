import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { follow, tutorialOf } from '../support/tutorial.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = join(ROOT, 'README.md');

/** With UPDATE_GOLDEN=1 the outputs are written into the README, for a review of the difference. */
test("the README's tutorial prints what it shows", { timeout: 1_500_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-tutorial-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['home', 'own']) mkdirSync(join(folder, name));
  const tarball = execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const readme = readFileSync(README, 'utf8');
  const tutorial = tutorialOf(readme);
  const today = follow(tutorial, join(folder, 'own'), join(folder, 'home'), join(folder, tarball));
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(
      README,
      readme.replace(tutorial, () => today),
    );
  }
  expect(tutorialOf(readFileSync(README, 'utf8'))).toBe(today);
});
