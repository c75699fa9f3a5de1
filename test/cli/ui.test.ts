import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EXIT, tellError } from '../../src/cli/ui.ts';
import { CLI } from '../support/command-line.ts';

function told(error: unknown): string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(tellError(error)).toBe(EXIT.wrong);
  return write.mock.calls.map(([text]) => String(text)).join('');
}

function refused(code: string, more: object): Error {
  return Object.assign(new Error(`${code}: words of the system`), { code, ...more });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what the system refuses', () => {
  test.each([
    ['EDQUOT', 'your quota on the disk is used up'],
    ['EFBIG', 'it would be larger than a file may be here'],
    ['EIO', 'the disk failed'],
    ['EMLINK', 'EMLINK: words of the system'],
  ])('%s is told in words, of a file or of none', (code, words) => {
    expect(told(refused(code, { syscall: 'write', path: 'a/b' }))).toContain(`a/b: ${words}`);
    const text = told(refused(code, { syscall: 'write' }));
    expect(text).toContain(`a file that was written: ${words}`);
    expect(text).not.toMatch(/report it|\n +at /);
    expect(told(refused(code, { syscall: 'read' }))).toContain('a file that was read: ');
  });

  test('an error of our own is told as one', () => {
    expect(told(refused('ERR_INVALID_ARG_TYPE', {}))).toContain('please report it');
  });

  test('a file that would be too large is told by its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stepwright-ui-'));
    const script =
      'ulimit -f 1; cd "$1"; export XDG_CACHE_HOME=$1; node "$2" new a; node "$2" compile';
    const { stderr } = spawnSync('bash', ['-c', script, '-', folder, CLI], { encoding: 'utf8' });
    rmSync(folder, { recursive: true, force: true });
    expect(stderr).toContain('steps/a/index.ts: it would be larger than a file may be here');
    expect(stderr).not.toContain('please report it');
  });
});
