import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('a project without types of its own can check its host.ts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-types-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/stepwright'));
  writeFileSync(
    join(folder, 'host.ts'),
    "import { makeWorld } from 'stepwright/simulate';\nexport default makeWorld({ releases: ['bookworm'] });\n",
  );
  const compilerOptions = { module: 'nodenext', strict: true, noEmit: true, types: [] };
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['host.ts'] }),
  );
  const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  // What its declarations refer to is installed with it.
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: object;
  };
  expect(dependencies).toHaveProperty(['@types/node']);
});
