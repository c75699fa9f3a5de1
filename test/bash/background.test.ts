import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { unawaitedJobs } from '../../src/bash/background.ts';

/** Whether something that `text` starts is left when its shell ends: it keeps the lock. */
function leavesSomething(text: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-background-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lock = join(folder, 'lock');
  const shell = `exec 9>'${lock}'; flock 9; run() { "$@"; }; ( ${text}\n)`;
  spawnSync('bash', ['-c', shell.replaceAll('LONG', '2')], { stdio: 'ignore' });
  return spawnSync('flock', ['-n', lock, 'true']).status !== 0;
}

describe('a job that nothing waits for', () => {
  test.each([
    ['run sleep LONG &', ['1:1']],
    ['nohup sleep LONG >/dev/null 2>&1 &', ['1:1']],
    ['( sleep LONG; true ) &', ['1:1']],
    ['coproc sleep LONG', ['1:1']],
    ['coproc NAME { sleep LONG; }', ['1:1']],
    ['if true; then\n  sleep LONG &\nfi', ['2:3']],
    ['true && sleep LONG &', ['1:1']],
    ['true | sleep LONG &', ['1:1']],
    ['true &\nwait\nsleep LONG &', ['3:1']],
    ['( sleep LONG & )\nwait', ['1:3']],
    ['{ sleep LONG & } | true\nwait', ['1:3']],
    ['sleep LONG & disown', ['1:1']],
    ['sleep LONG & echo wait', ['1:1']],
    ['f() { sleep LONG & }\nf', ['1:7']],
  ])('%j', (text, places) => {
    const found = unawaitedJobs(text).map(({ line, column }) => `${line}:${column}`);
    expect(found).toEqual(places);
    expect(leavesSomething(text)).toBe(true);
  });
});

describe('what is waited for, or is no job', () => {
  test.each([
    'true & wait',
    'true &\nx=$!\necho a\nwait "$x"',
    'for x in a b; do true "$x" & done\nwait',
    'true & run wait',
    '( true & wait )',
    '{ true & } ; wait',
    'f() { true & }\nf\nwait',
    'coproc true\nwait "$COPROC_PID"',
    'true && true',
    'echo "a & b" # c &',
    'true >/dev/null 2>&1',
    'true &>/dev/null',
    'echo $((3 & 1))',
  ])('%j', (text) => {
    expect(unawaitedJobs(text)).toEqual([]);
    expect(leavesSomething(text)).toBe(false);
  });
});
