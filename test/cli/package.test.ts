import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const HELLO = `import { parameter, path, procedure, file } from 'stepwright';
const dir = parameter.path('dir', { default: '/etc/hello', help: 'where it goes' });
export default procedure({
  id: 'hello', title: 'Hello', summary: 'Says hello.',
  from: { release: 'bookworm', name: 'Debian 12' }, to: { release: 'bookworm', name: 'Debian 12' },
  parameters: [dir],
  steps: [file.content({ id: 'greeting', why: 'it is polite', path: path(dir, 'greeting'), lines: ['hello'] })],
});
`;

/** The package as its users get it: packed, installed in an empty folder, used by its name. */
describe('as a package', () => {
  let folder: string;

  const run = (file: string, ...words: string[]): string =>
    execFileSync(file, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stepwright-package-'));
    // Without its scripts: another test may read dist while this one runs.
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    run('npm', 'install', '--no-audit', '--no-fund', `./${packed.trim()}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('a step file of one folder compiles into scripts that run', () => {
    mkdirSync(join(folder, 'steps'));
    writeFileSync(join(folder, 'steps/hello.ts'), HELLO);
    run('npx', 'stepwright', 'compile');
    const script = join(folder, 'dist-scripts/hello/upgrade.sh');
    expect(readFileSync(script, 'utf8')).toContain('greeting__check()');
    expect(run('bash', script, '--list')).toContain('greeting');
    expect(run('npx', 'stepwright', 'compile', '--check')).toBe('');
  });

  test('its pages need no other file', () => {
    run('npx', 'stepwright', 'docs', '--html', 'hello');
    const page = readFileSync(join(folder, 'dist-scripts/hello/index.html'), 'utf8');
    // Styles and script are in the page: they were found in the package.
    expect(page).toMatch(/<style>[^<]{1000}/);
    expect(page).toMatch(/<script type="module">[^<]{100}/);
    expect(page).not.toMatch(/<(?:link[^>]+rel="stylesheet"|script[^>]+src=)/);
  });

  test('a new procedure compiles as it is', () => {
    expect(run('npx', 'stepwright', 'new', 'mine')).toContain('steps/mine/index.ts: written');
    expect(run('npx', 'stepwright', 'compile', 'mine')).toContain(
      'dist-scripts/mine/pre-reboot.sh',
    );
  });

  test('no file of it names the folder that it was made in', () => {
    expect(() => run('grep', '-rlF', ROOT, 'node_modules/stepwright')).toThrow();
  });
});
