import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { stepwrightIn } from '../support/command-line.ts';

function steps(id: string, why = 'it must be quiet'): string {
  return `import { procedure, service } from 'stepwright';
export default procedure({
  id: '${id}',
  title: 'The procedure ${id}',
  summary: 'A small one.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'bookworm', name: 'Debian 12' },
  steps: [service.stopped({ id: 'stopped', why: '${why}', unit: 'nginx' })],
});
`;
}

let folder = '';

function stepwright(...args: readonly string[]) {
  return stepwrightIn(folder, args);
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepwright-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'steps'));
  write('steps/one.ts', steps('one'));
  write('steps/two.ts', steps('two'));
});

test('a page for each procedure, beside its scripts; written again, it stays as it is', () => {
  expect(stepwright('docs')).toEqual({
    status: 0,
    stdout: `new      dist-scripts/one/README.md
new      dist-scripts/two/README.md
2 of 2 pages written
`,
    stderr: '',
  });
  expect(read('dist-scripts/one/README.md')).toContain('# The procedure one\n');
  expect(stepwright('docs').stdout).toBe('0 of 2 pages written\n');
});

test('--check writes nothing, and exits with 1 and a diff when a page is out of date', () => {
  expect(stepwright('docs', '--check', 'one').status).toBe(1);
  expect(existsSync(join(folder, 'dist-scripts'))).toBe(false);
  stepwright('docs');
  expect(stepwright('docs', '--check')).toEqual({ status: 0, stdout: '', stderr: '' });
  write('steps/one.ts', steps('one', 'it should be quiet'));
  const { status, stdout, stderr } = stepwright('docs', '--check');
  expect(status).toBe(1);
  expect(stdout).toContain('-| `stopped` | Stops the service nginx. | it must be quiet |\n');
  expect(stdout).toContain('+| `stopped` | Stops the service nginx. | it should be quiet |\n');
  expect(stdout).not.toContain('dist-scripts/two');
  expect(stderr).toBe('1 of 2 pages out of date; `npx stepwright docs` writes them\n');
});

test('--html writes one file that needs nothing else, --out elsewhere', () => {
  const { status, stdout } = stepwright('docs', 'one', '--html', '--out', 'public');
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: 'new      public/one/index.html\n1 of 1 pages written\n',
  });
  expect(read('public/one/index.html')).toMatch(/^<!doctype html>/);
  expect(existsSync(join(folder, 'dist-scripts'))).toBe(false);
});

test('compile takes the pages of no procedure for leftovers, and of the others for none', () => {
  stepwright('compile', '--no-lint');
  stepwright('docs');
  stepwright('docs', '--html');
  expect(stepwright('compile', '--no-lint', '--check').status).toBe(0);
  rmSync(join(folder, 'steps/two.ts'));
  const { stderr } = stepwright('compile', '--no-lint', '--prune');
  expect(stderr).toContain('dist-scripts/two/README.md: removed');
  expect(stderr).toContain('dist-scripts/two/index.html: removed');
  expect(existsSync(join(folder, 'dist-scripts/two'))).toBe(false);
});

test('a copied run is part of the page; one of other steps is refused', () => {
  write(
    'steps/one.transcript.txt',
    'root@server:~# bash upgrade.sh\n[1/1] ok  stopped  it is so\n',
  );
  expect(stepwright('docs', 'one').status).toBe(0);
  expect(read('dist-scripts/one/README.md')).toContain('[1/1] ok  stopped  it is so\n');
  write('steps/one.transcript.txt', '[1/1] ok  halted  it is so\n');
  expect(stepwright('docs')).toEqual({
    status: 2,
    stdout: '',
    stderr: `steps/one.transcript.txt: it tells of steps that are no more: halted
  record it anew: npx stepwright docs one --record SERVER
steps/one.transcript.txt: it does not tell of these steps: stopped
  record it anew: npx stepwright docs one --record SERVER
`,
  });
});

test('what is wrong with a procedure is told, and no page is written', () => {
  write('steps/two.ts', steps('two').replace('unit:', 'united:'));
  const { status, stderr } = stepwright('docs');
  expect(status).toBe(2);
  expect(stderr).toContain('step stopped');
  expect(existsSync(join(folder, 'dist-scripts'))).toBe(false);
});
