import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { stepwrightIn } from '../support/command-line.ts';

const STEPS = `import { procedure, service } from 'stepwright';
export default procedure({
  id: 'small',
  title: 'Small',
  summary: 'A small one.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'bookworm', name: 'Debian 12' },
  steps: [service.stopped({ id: 'stopped', why: 'it must be quiet', unit: 'nginx' })],
});
`;
const REGION = '<!-- stepwright:begin manual small/upgrade.sh -->\n<!-- stepwright:end -->\n';

let folder = '';

function stepwright(...args: readonly string[]) {
  return stepwrightIn(folder, args);
}

function write(name: string, text: string | Buffer): void {
  writeFileSync(join(folder, name), text);
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepwright-embed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'steps'));
  write('steps/small.ts', STEPS);
});

test('files are filled, and filled again stay as they are', () => {
  write('a.md', `one\n\n${REGION}two`);
  write('b.rst', '.. stepwright:begin step small/stopped\n\n.. stepwright:end\n');
  const first = stepwright('embed', 'a.md', 'b.rst');
  expect(first).toEqual({
    status: 0,
    stdout: 'changed  a.md\nchanged  b.rst\n2 regions in 2 files, 2 written\n',
    stderr: '',
  });
  expect(read('a.md')).toBe(
    'one\n\n<!-- stepwright:begin manual small/upgrade.sh -->\n\n```bash\n# the service nginx is stopped\nsystemctl stop -- nginx\n```\n\n<!-- stepwright:end -->\ntwo',
  );
  expect(stepwright('embed', 'a.md', 'b.rst').stdout).toBe('2 regions in 2 files, 0 written\n');
});

test('--check writes nothing, and exits with 1 and a diff when something is out of date', () => {
  write('a.md', REGION);
  const { status, stdout, stderr } = stepwright('embed', '--check', 'a.md');
  expect(status).toBe(1);
  expect(stdout).toContain('--- a/a.md\n+++ b/a.md\n');
  expect(stdout).toContain('+systemctl stop -- nginx\n');
  expect(stderr).toBe('1 file out of date; `npx stepwright embed a.md` fills them\n');
  expect(read('a.md')).toBe(REGION);
  stepwright('embed', 'a.md');
  expect(stepwright('embed', '--check', 'a.md')).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('problems of all files are told together, and none is written', () => {
  write('a.md', `${REGION}<!-- stepwright:begin steps small/x.sh -->\n<!-- stepwright:end -->\n`);
  write('b.md', 'b\n<!-- stepwright:end -->\n');
  write('c.txt', '');
  write('d.md', Buffer.from([0x61, 0xff, 0x62]));
  expect(stepwright('embed', 'a.md', 'b.md', 'c.txt', 'd.md')).toEqual({
    status: 2,
    stdout: '',
    stderr: `b.md:2: no region ends here
  take it out, or put its beginning above
c.txt: its name does not say how it is written
  name a file that ends in .md or .rst
d.md: it is no UTF-8 text
  save it as UTF-8
a.md:3: there is no script "small/x.sh"
  there are: small/upgrade.sh
`,
  });
  expect(read('a.md').startsWith(REGION)).toBe(true);
});

test('a file that is not there is told', () => {
  expect(stepwright('embed', 'none.md')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'none.md: there is no such file or folder\n  name a file that can be read\n',
  });
});

test('mode, byte order mark and links are kept, and nothing is left beside the file', () => {
  write('real.md', `\ufeffa\n\n${REGION}`);
  chmodSync(join(folder, 'real.md'), 0o664);
  symlinkSync('real.md', join(folder, 'link.md'));
  expect(stepwright('embed', 'link.md', 'real.md').stdout).toBe(
    'changed  link.md\n1 region in 1 file, 1 written\n',
  );
  expect(lstatSync(join(folder, 'link.md')).isSymbolicLink()).toBe(true);
  expect(statSync(join(folder, 'real.md')).mode & 0o777).toBe(0o664);
  expect(readFileSync(join(folder, 'real.md')).subarray(0, 4).toString('hex')).toBe('efbbbf61');
  const files = readdirSync(folder).filter((name) => name.includes('.md'));
  expect(files.toSorted()).toEqual(['link.md', 'real.md']);
});

test('files without a region need no procedure', () => {
  write('steps/small.ts', 'not typescript at all (');
  write('a.md', 'a\n');
  expect(stepwright('embed', 'a.md')).toEqual({
    status: 0,
    stdout: '0 regions in 1 file, 0 written\n',
    stderr: '',
  });
});
