import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command } from '../../src/bash/build.ts';
import { printScript } from '../../src/bash/print.ts';
import { findEngines, type Engine } from '../../src/check/engine.ts';
import type { Finding } from '../../src/check/finding.ts';
import { newFolder } from './fakes.ts';

let wasm: Engine;
let native: Engine | undefined;

beforeAll(async () => {
  const { usable } = await findEngines();
  wasm = usable.find(({ name }) => name === 'wasm') as Engine;
  native = usable.find(({ name }) => name === 'native');
});

afterAll(async () => {
  await wasm.close();
});

function told(findings: readonly Finding[]): string[] {
  return findings.map(
    ({ code, level, line, column, endLine, endColumn }) =>
      `${code} ${level} ${line}:${column}-${endLine}:${endColumn}`,
  );
}

/** One script for each kind of finding. */
const TABLE: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'nothing to mend': ['f() {\n  echo "$1"\n}\nf a\n', []],
  'an error': [
    'if true; then\n  echo\n',
    [
      'SC1046 error 1:1-1:1',
      'SC1073 error 1:1-1:1',
      'SC1047 error 3:1-3:1',
      'SC1072 error 3:1-3:1',
    ],
  ],
  'a warning': ['x=1\n', ['SC2034 warning 1:1-1:2']],
  'an info': ['echo $1\n', ['SC2086 info 1:6-1:8']],
  'a matter of style': ['echo "$(($x + 1))"\nx=1\n', ['SC2004 style 1:10-1:12']],
  'a place behind tabs': ['if true; then\n\techo\t$1\nfi\n', ['SC2086 info 2:7-2:9']],
  'a place behind tabs in the middle of a line': ['a\tb\t\tc $1\n', ['SC2086 info 1:8-1:10']],
  'a place behind letters of two bytes': ["echo 'é' $1\n", ['SC2086 info 1:10-1:12']],
};

describe.each(Object.entries(TABLE))('%s', (_name, [script, expected]) => {
  test('is found by the embedded engine', async () => {
    expect(told(await wasm.check(script))).toEqual(expected);
  });

  test('is found by a native one', async ({ skip }) => {
    skip(native === undefined, 'there is no native ShellCheck here');
    expect(told((await native?.check(script)) ?? [])).toEqual(expected);
  });
});

const RUNTIME = new URL('../../src/runtime/', import.meta.url);

/** Something as long as a generated script: every file of the runtime, one after the other. */
function longScript(): string {
  const files = readdirSync(RUNTIME).filter((name) => name.endsWith('.sh'));
  const texts = files.map((name) => readFileSync(new URL(name, RUNTIME), 'utf8'));
  return `#!/bin/bash\n${texts.join('\n')}\nbroken() {\n  echo $1\n}\n`;
}

describe('a long script', () => {
  test(
    'is checked to its end by the embedded engine, two at a time',
    { timeout: 600_000 },
    async () => {
      const script = longScript();
      const lines = script.split('\n').length - 1;
      expect(lines).toBeGreaterThan(500);
      const both = await Promise.all([wasm.check(script), wasm.check(`${script}echo $2\n`)]);
      const unquoted = both.map((found) => told(found).filter((text) => text.startsWith('SC2086')));
      expect(unquoted).toEqual([
        [`SC2086 info ${lines - 1}:8-${lines - 1}:10`],
        [`SC2086 info ${lines - 1}:8-${lines - 1}:10`, `SC2086 info ${lines + 1}:6-${lines + 1}:8`],
      ]);
    },
  );
});

describe('what has no say', () => {
  test('a configuration file and SHELLCHECK_OPTS', async ({ skip }) => {
    skip(native === undefined, 'there is no native ShellCheck here');
    const folder = newFolder();
    writeFileSync(join(folder, '.shellcheckrc'), 'disable=all\n');
    const before = process.cwd();
    process.env['SHELLCHECK_OPTS'] = '--exclude=SC2086';
    process.chdir(folder);
    try {
      expect(told((await native?.check('echo $1\n')) ?? [])).toEqual(['SC2086 info 1:6-1:8']);
    } finally {
      process.chdir(before);
      delete process.env['SHELLCHECK_OPTS'];
    }
  });
});

test('the embedded engine works in plain Node, says nothing, and lets the process end', () => {
  const worker = new URL('../../src/check/wasm-worker.js', import.meta.url).href;
  const dist = join(wasm.path, '..');
  const script = `
    import { Worker } from 'node:worker_threads';
    const worker = new Worker(new URL(${JSON.stringify(worker)}), {
      execArgv: [],
      workerData: {
        wasm: ${JSON.stringify(wasm.path)},
        glue: ${JSON.stringify(join(dist, 'shellcheck.js'))},
      },
    });
    worker.on('message', ({ json }) => {
      console.log(JSON.parse(json).map(({ code }) => code).join());
      worker.unref();
    });
    worker.postMessage({ id: 1, script: 'echo $1' });
  `;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { encoding: 'utf8', timeout: 150_000 },
  );
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '2086\n', stderr: '' });
});

/** Words such as procedures hold: printed, they give ShellCheck nothing to say. */
const WORDS =
  `plain|/etc/apt/sources.list|--option=a b|it's|a "b" c|$HOME|*.deb|[a-z]|{a,b}|!|done|if|a=b
|#||\u2018a\u2019|\u201ca\u201d|\u2018a\u201d|é|\u00a0|a\tb|\u001b[1m|$(reboot)|\${x}|a;b|a&b|<a>|%s|-n|=|--|'`
    .split('|')
    .concat('back\\slash', 'ends in \\', '`date`', '|');

test('printed words are nothing to ShellCheck', async () => {
  const script = printScript([
    command('true', ...WORDS),
    ...WORDS.map((word) => command('true', '--', word)),
  ]);
  expect(await wasm.check(script)).toEqual([]);
  expect((await native?.check(script)) ?? []).toEqual([]);
});
