import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stepwrightIn, type Ended } from '../support/command-line.ts';

const STEPS = `import { parameter, procedure, service, shell } from 'stepwright';
const wanted = parameter.boolean('wanted', { default: 'no', help: 'whether it is wanted' });
export default procedure({
  id: 'nginx-upgrade', title: 'T', summary: 'S.',
  from: { release: 'bookworm', name: 'Debian 12' }, to: { release: 'bookworm', name: 'Debian 12' },
  parameters: [wanted],
  steps: [
    service.started({ id: 'first', why: 'x', unit: 'one' }),
    service.stopped({
      id: 'stopped', why: 'x', unit: 'nginx', when: wanted, needs: ['first'], until: 'told',
    }),
    shell({ id: 'told', title: 'told', why: 'x', check: 'ls /x', apply: 'run touch /x' }),
  ],
});
`;

let folder: string;
const run = (...words: string[]): Ended => stepwrightIn(folder, words);
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepwright-advice-'));
  write('my steps/web.ts', STEPS);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const OTHER = ['--steps', 'my steps'] as const;

describe('a command that is advised', () => {
  test('has the folders of the one that advises it', () => {
    const out = [...OTHER, '--out', 'made'];
    const advised = "--steps 'my steps' --out made`";
    expect(run('compile', '--no-lint', '--check', ...out).stderr).toContain(
      `npx stepwright compile ${advised} writes them`,
    );
    expect(run('docs', '--check', ...out).stderr).toContain(`npx stepwright docs ${advised}`);
    expect(run('new', 'other', ...OTHER).stdout).toContain(
      "npx stepwright compile other --steps 'my steps'\n",
    );
  });

  test('is short for the usual folders', () => {
    write('steps/web.ts', STEPS);
    const { stderr } = run('compile', '--no-lint', '--check');
    expect(stderr).toContain('`npx stepwright compile` writes them');
  });
});

test('a procedure is found by its id, too, as `list` tells it', () => {
  const [id = ''] = run('list', ...OTHER).stdout.split(' ');
  expect(id).toBe('nginx-upgrade');
  expect(run('show', id, ...OTHER).status).toBe(0);
  expect(run('show', 'nginx-upgrad', ...OTHER).stderr).toContain('there are: web');
});

test('--prune is refused beside a name: it could not know what is of none', () => {
  const { status, stderr } = run('compile', 'web', '--prune', ...OTHER);
  expect(status).toBe(2);
  expect(stderr).toContain('--prune: what no procedure makes is known when all are compiled');
});

test('show tells when a step is wanted, what it needs and what ends it', () => {
  expect(run('show', 'web', 'stopped', ...OTHER).stdout).toContain(`  Why: x
  Only if $wanted is yes.
  Its check can tell when first is done.
  Not done again when told is done.
`);
  const { conditions, options } = JSON.parse(
    run('show', 'web', 'stopped', '--json', ...OTHER).stdout,
  ) as { conditions: string[]; options: unknown };
  expect(conditions).toHaveLength(3);
  expect(options).toMatchObject({ unit: 'nginx', needs: ['first'], until: 'told' });
});

test('embed names every file that cannot be read', () => {
  mkdirSync(join(folder, 'folder.md'));
  const { status, stderr } = run('embed', 'folder.md', 'none.rst', ...OTHER);
  expect(status).toBe(2);
  expect(stderr).toBe(
    'folder.md: it is a folder, and a file is due\n  name a file that can be read\n' +
      'none.rst: there is no such file or folder\n  name a file that can be read\n',
  );
});

test('diff compares with one folder what the steps make now', () => {
  run('compile', '--no-lint', ...OTHER);
  expect(run('diff', 'dist-scripts', ...OTHER)).toMatchObject({
    status: 0,
    stdout: '0 changes since dist-scripts, no risk\n',
  });
  write('my steps/web.ts', STEPS.replace('run touch /x', 'run touch /y'));
  const { status, stdout } = run('diff', 'dist-scripts', ...OTHER);
  expect(status).toBe(1);
  expect(stdout).toContain('apply changed: told');
});
