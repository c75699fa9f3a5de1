import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { fakeShellCheck, newFolder } from './fakes.ts';
import { stepwrightIn } from '../support/command-line.ts';

let folder = '';
let shellcheck = '';

/** Runs the command line from its sources, in a folder of its own. */
function stepwright(...args: readonly string[]) {
  return stepwrightIn(folder, args, {
    SHELLCHECKJS_BIN: join(folder, 'bin', 'shellcheck'),
    HTTPS_PROXY: 'http://127.0.0.1:9',
  });
}

beforeEach(() => {
  folder = newFolder();
  shellcheck = fakeShellCheck(join(folder, 'mine'), '0.10.0', join(folder, 'log'));
  mkdirSync(join(folder, 'bin'));
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

describe('stepwright check', () => {
  test('exits with 0 when there is nothing to mend', () => {
    write('a.sh', '#!/bin/bash\nprintf "%s\\n" "$1"\n');
    const { status, stdout, stderr } = stepwright('check', 'a.sh');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^1 script, no findings: ShellCheck \S+ .*bash \S+\n$/);
  });

  test('exits with 1 and tells each finding with its place', () => {
    write('a.sh', 'echo a\nwait -p x\n');
    write('b.sh', 'echo b\n');
    const { status, stdout } = stepwright('check', '--shellcheck', shellcheck, 'a.sh', 'b.sh');
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'a.sh:1:2: info: found [SC9999]',
      'a.sh:2:6: error: wait -p came with bash 5.1, and this has to run with 4.4 [bash-5.1]',
      'b.sh:1:2: info: found [SC9999]',
    ]);
    expect(stdout).toContain('2 scripts, 3 findings: ShellCheck 0.10.0 (asked for), bash ');
    expect(status).toBe(1);
  });

  test('takes the oldest bash from --bash, and gives JSON', () => {
    write('a.sh', 'wait -p x\n');
    const { status, stdout } = stepwright(
      'check',
      '--json',
      '--bash',
      '5.1',
      '--shellcheck',
      shellcheck,
      'a.sh',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      minimumBash: '5.1',
      shellcheck: { name: 'native', version: '0.10.0', path: shellcheck },
      scripts: [{ name: 'a.sh', findings: [{ code: 'SC9999', belongs: { part: 'script' } }] }],
    });
    expect(status).toBe(1);
  });

  const WRONG: readonly [string, readonly string[], string][] = [
    [
      'files that cannot be read, all of them',
      ['check', 'none.sh', '.', 'a.sh'],
      'none.sh: there is no such file or folder\n.: it is a folder, and a file is due\n',
    ],
    [
      'a version that is none',
      ['check', '--bash', 'new', 'a.sh'],
      '--bash: "new" is no version\n  write 4.4, or 5.2\n',
    ],
    ...['four', '0', '-1', '1.5', ''].map((word): [string, readonly string[], string] => [
      `a width that is none: ${JSON.stringify(word)}`,
      ['simulate', 'x', `--width=${word}`],
      `--width: ${JSON.stringify(word)} is no number of runs\n  write 4, or another whole number from 1 to 999\n`,
    ]),
    [
      'a ShellCheck that is none',
      ['check', '--shellcheck', './none', 'a.sh'],
      './none is no program that can be run\n  give the path of a ShellCheck\n',
    ],
  ];

  test.each(WRONG)('exits with 2 and tells %s', (_name, args, expected) => {
    write('a.sh', 'echo a\n');
    const { status, stdout, stderr } = stepwright(...args);
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: expected });
  });
});

describe('stepwright doctor', () => {
  test('tells what is there', () => {
    const { status, stdout } = stepwright('doctor');
    expect(stdout).toContain(`node        ${process.versions.node}  `);
    expect(stdout).toMatch(/^bash {8}\d/m);
    expect(stdout).toMatch(/^shellcheck {2}.* {2}<- used$/m);
    expect(stdout).toMatch(/shellcheck\.wasm \(embedded\)/);
    expect(stdout).toContain(`cache       ${join(folder, 'cache', 'stepwright')}\n`);
    expect(stdout).toMatch(/^simulate {4}(not )?possible, /m);
    expect(status).toBe(0);
  });

  test('tells machines the same, the engine that is used first', () => {
    fakeShellCheck(join(folder, 'bin', 'shellcheck'), '0.11.0', join(folder, 'log'));
    const found = JSON.parse(stepwright('doctor', '--json').stdout) as {
      shellcheck: { from: string }[];
    };
    const order = ['PATH', 'downloaded', 'embedded'];
    const places = found.shellcheck.map(({ from }) => order.indexOf(from));
    expect(places).toEqual(places.toSorted());
    expect(places).toContain(1);
  });

  test('--fetch-shellcheck without the net exits with 2 and says why', () => {
    const { status, stdout, stderr } = stepwright('doctor', '--fetch-shellcheck');
    expect(stderr).toMatch(/^ShellCheck 0\.11\.0 could not be downloaded: connect ECONNREFUSED/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
