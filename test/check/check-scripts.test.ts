import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkScripts, type CheckOptions, type Report } from '../../src/check/check-scripts.ts';
import { fakeShellCheck, newFolder, program } from './fakes.ts';

let folder = '';
let log = '';
let options: CheckOptions;

/** How often the pretended ShellCheck was given a script. */
function checks(): number {
  if (!existsSync(log)) return 0;
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines.filter((line) => line.includes('--format=json1')).length;
}

function told({ scripts }: Report): string[] {
  return scripts.flatMap(({ name, findings }) =>
    findings.map(({ line, column, code }) => `${name}:${line}:${column} ${code}`),
  );
}

function entries(): string[] {
  return readdirSync(join(folder, 'cache')).filter((name) => {
    const text = readFileSync(join(folder, 'cache', name), 'utf8');
    return text.includes('SC9999');
  });
}

beforeEach(() => {
  folder = newFolder();
  log = join(folder, 'log');
  options = {
    minimumBash: '4.4',
    shellcheckPath: fakeShellCheck(join(folder, 'shellcheck'), '0.10.0', log),
    cacheDir: join(folder, 'cache'),
  };
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const GOOD = { name: 'good.sh', text: 'echo a\n' };

describe('a report', () => {
  test('has what every check found, in order, and what it belongs to', async () => {
    const text = '# a-b: c\na_b__check() {\n  wait -p x\n}\nif\n';
    const report = await checkScripts([{ name: 'a.sh', text }, GOOD], options);
    expect(told(report)).toEqual([
      'a.sh:1:2 SC9999',
      'a.sh:3:8 bash-5.1',
      'a.sh:6:1 syntax',
      'good.sh:1:2 SC9999',
    ]);
    expect(report.scripts[0]?.findings.map(({ belongs }) => belongs)).toEqual([
      { part: 'step', id: 'a-b' },
      { part: 'step', id: 'a-b' },
      { part: 'script' },
    ]);
    expect(report.scripts[0]?.findings[1]?.message).toBe(
      'wait -p came with bash 5.1, and this has to run with 4.4',
    );
    expect(report.shellcheck).toMatchObject({ version: '0.10.0', from: 'asked for' });
    expect(report.bash).toHaveProperty('version');
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('says so when there is no bash, and syntax is read all the same', async () => {
    vi.stubEnv('PATH', folder);
    const report = await checkScripts([{ name: 'a.sh', text: 'echo a\nfi\n' }], {
      minimumBash: '4.4',
    });
    expect(report.bash).toEqual({
      skipped: 'there is no bash on the PATH; the syntax was read without it',
    });
    expect(told(report)).toContain('a.sh:2:1 syntax');
  });

  test('tells what bash says of the syntax, each mistake once', async () => {
    const report = await checkScripts([{ name: 'a.sh', text: 'a\nb )\n' }], options);
    const syntax = report.scripts[0]?.findings.filter(({ code }) => code === 'syntax');
    expect(syntax?.map(({ line, message }) => `${line} ${message}`)).toEqual([
      "2 syntax error near unexpected token `)'",
    ]);
  });
});

describe('what ShellCheck cannot read', () => {
  const text = 'x=${ echo hi; }\n';
  beforeEach(() => {
    const answer =
      '[ "$1" = --version ] && echo "version: 1" && exit\necho Unimplemented >&2\nexit 1';
    const path = program(join(folder, 'old'), `#!/bin/sh\n${answer}\n`);
    options = { ...options, shellcheckPath: path };
  });

  test('is told as too new, where the script has to run with an older bash', async () => {
    const report = await checkScripts([{ name: 'a.sh', text }], options);
    expect(told(report)).toContain('a.sh:1:3 bash-5.3');
  });

  test('is told with the name of the script', async () => {
    const checked = checkScripts([{ name: 'a.sh', text }], { ...options, minimumBash: '5.3' });
    await expect(checked).rejects.toThrow(/^a\.sh: .*: Unimplemented$/m);
  });
});

describe('what was found', () => {
  test('is remembered: the second time nothing is started', async () => {
    const first = await checkScripts([GOOD], options);
    expect(checks()).toBe(1);
    vi.stubEnv('BASH_ENV', '/nowhere');
    expect(await checkScripts([GOOD], options)).toEqual(first);
    expect(checks()).toBe(1);
  });

  test('is told of the script of this name and place, though another had the same text', async () => {
    await checkScripts([GOOD], options);
    const report = await checkScripts([{ ...GOOD, name: 'other.sh' }], options);
    expect(told(report)).toEqual(['other.sh:1:2 SC9999']);
    expect(checks()).toBe(1);
  });

  const CHANGES: Readonly<Record<string, () => Promise<unknown>>> = {
    'the text': () => checkScripts([{ name: 'good.sh', text: 'echo b\n' }], options),
    'the oldest bash': () => checkScripts([GOOD], { ...options, minimumBash: '5.2' }),
    'the version of the engine': () => {
      fakeShellCheck(join(folder, 'shellcheck'), '0.10.1-later', log);
      return checkScripts([GOOD], options);
    },
  };

  test.each(Object.entries(CHANGES))('is found anew after a change of %s', async (_name, again) => {
    await checkScripts([GOOD], options);
    await again();
    expect(checks()).toBe(2);
  });

  test.each(['', '{', '[{"line":1}]', '{"findings":[]}', '\0\0\0'])(
    'is found anew when %j is what was remembered',
    async (damaged) => {
      const first = await checkScripts([GOOD], options);
      const [entry = ''] = entries();
      writeFileSync(join(folder, 'cache', entry), damaged);
      expect(await checkScripts([GOOD], options)).toEqual(first);
      expect(checks()).toBe(2);
      expect(entries()).toEqual([entry]);
    },
  );

  test('is not remembered where nothing can be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const cacheDir = join(folder, 'file', 'cache');
    await checkScripts([GOOD], { ...options, cacheDir });
    await checkScripts([GOOD], { ...options, cacheDir });
    expect(checks()).toBe(2);
  });

  test('leaves no half-written file behind', async () => {
    await checkScripts([GOOD, { name: 'b.sh', text: 'echo b\n' }], options);
    const names = readdirSync(join(folder, 'cache'));
    expect(names.filter((name) => !/^[0-9a-f]{64}\.json$/.test(name))).toEqual(['pruned']);
  });
});

test('every script of many is checked, by the embedded engine too', async () => {
  vi.stubEnv('PATH', folder);
  vi.stubEnv('SHELLCHECKJS_BIN', join(folder, 'none'));
  const scripts = Array.from({ length: 5 }, (_, index) => ({
    name: `${index}.sh`,
    text: `${'\n'.repeat(index)}echo $1\n`,
  }));
  writeFileSync(join(folder, 'shellcheck'), 'not a ShellCheck');
  const report = await checkScripts(scripts, { minimumBash: '4.4' });
  expect(report.shellcheck.name).toBe('wasm');
  expect(told(report)).toEqual(scripts.map(({ name }, index) => `${name}:${index + 1}:6 SC2086`));
});
