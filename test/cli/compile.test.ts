import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CLI } from '../support/command-line.ts';

function stepFile(id: string, more = '', steps = ''): string {
  return `import { file, procedure, service, shell } from 'stepwright';
export default procedure({
  id: '${id}', title: 'T', summary: 'S.',
  from: { release: 'bookworm', name: 'Debian 12' }, to: { release: 'bookworm', name: 'Debian 12' },
  ${more}
  steps: [
    service.started({ id: 'started', why: 'it is needed', unit: 'nginx' }),
    ${steps}
  ],
});
`;
}

/** A step that does `apply`, to be written into a step file. */
function odd(apply: string): string {
  return `shell({ id: 'odd', title: 'o', why: 'x', check: 'true', apply: '${apply}' }),`;
}

describe('stepwright compile', () => {
  let folder: string;
  const run = (...words: string[]) =>
    spawnSync('node', [CLI, ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
    });
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, 'steps'), { recursive: true });
    writeFileSync(join(folder, 'steps', `${name}.ts`), text);
  };
  const out = (name: string): string => join(folder, 'dist-scripts', name);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stepwright-compile-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('forgets what it keeps when nobody has asked for it in 90 days', () => {
    const kept = join(folder, 'cache', 'stepwright', 'format');
    const modules = join(folder, 'cache', 'stepwright', 'modules');
    const aged = (days: number): void => {
      for (const path of [kept, modules].flatMap((at) =>
        readdirSync(at).map((name) => join(at, name)),
      )) {
        const time = statSync(path).mtimeMs / 1000 - days * 24 * 60 * 60;
        utimesSync(path, time, time);
      }
    };
    const loaded = (): string[] => readdirSync(modules).map((name) => name.replace(/\..*/, ''));
    const texts = (): string[] => readdirSync(kept).filter((name) => name !== 'pruned');
    write('one', stepFile('one'));
    run('compile', '--no-lint');
    const [used] = texts();
    write('two', stepFile('two'));
    run('compile', '--no-lint');
    rmSync(join(folder, 'steps', 'two.ts'));
    expect(texts()).toHaveLength(2);
    writeFileSync(join(kept, 'notes of mine'), '');
    aged(89);
    run('compile', '--no-lint');
    aged(2);
    write('three', stepFile('three'));
    expect(run('compile', '--no-lint').status).toBe(0);
    expect(texts()).toHaveLength(3);
    expect(texts()).toContain(used);
    expect(texts()).toContain('notes of mine');
    expect(loaded()).toEqual(['pruned', 'steps-one', 'steps-three']);
  });

  test('writes what changed, and nothing else', () => {
    write('one', stepFile('one'));
    expect(run('compile').status).toBe(0);
    const before = statSync(out('one/upgrade.sh')).mtimeMs;
    const second = run('compile');
    expect(second.stdout).toBe('1 procedure, 0 files written, 3 as before\n');
    expect(statSync(out('one/upgrade.sh')).mtimeMs).toBe(before);
    expect(statSync(out('one/upgrade.sh')).mode & 0o777).toBe(0o755);
    const sums = spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: out('one') });
    expect(sums.status).toBe(0);
  });

  test('--check shows the difference and exits with 1', () => {
    write('one', stepFile('one'));
    run('compile');
    write('one', stepFile('one').replace('it is needed', 'it is wanted'));
    const { status, stdout } = run('compile', '--check');
    expect(status).toBe(1);
    expect(stdout).toContain('-#   Why: it is needed\n+#   Why: it is wanted\n');
    expect(readFileSync(out('one/upgrade.sh'), 'utf8')).toContain('it is needed');
  });

  test('what no procedure makes is told, and removed when asked', () => {
    write('one', stepFile('one'));
    write('two', stepFile('two'));
    run('compile');
    rmSync(join(folder, 'steps/two.ts'));
    writeFileSync(out('mine.sh'), '#!/bin/bash\n');
    const told = run('compile');
    expect(told.stderr).toContain('dist-scripts/two/upgrade.sh: no procedure makes it');
    expect(run('compile', '--check').status).toBe(1);
    expect(run('compile', '--prune').status).toBe(0);
    expect(existsSync(out('two'))).toBe(false);
    expect(existsSync(out('mine.sh'))).toBe(true);
    expect(run('compile', '--check').status).toBe(0);
  });

  test('the problems of all procedures are told together; nothing is written', () => {
    write('one', stepFile('one', '', "service.stopped({ id: 'started', why: 'x', unit: 'a b' }),"));
    write('two', stepFile('two').replace('export default', 'export const x ='));
    write('three', 'import {');
    write('four', stepFile('four'));
    const { status, stderr } = run('compile');
    expect(status).toBe(2);
    expect(stderr).toContain('steps/one.ts:8: step started: `unit` must be a name');
    expect(stderr).toContain('steps/two.ts: it has no default export');
    expect(stderr).toContain('steps/three.ts: it cannot be loaded');
    expect(existsSync(join(folder, 'dist-scripts'))).toBe(false);
  });

  test('a finding of ShellCheck is told with its step, and nothing is written', () => {
    const bad = "shell({ id: 'bad', title: 'b', why: 'x', check: 'true', apply: 'x=1' }),";
    write('one', stepFile('one', '', bad));
    const { status, stderr } = run('compile');
    expect(status).toBe(2);
    expect(stderr).toMatch(/SC2034.*bad/);
    expect(existsSync(out('one'))).toBe(false);
  });

  test('newer bash than the procedure says is refused', () => {
    const newer = `shell({ id: 'newer', title: 'n', why: 'x', check: 'true', apply: 'run echo "$EPOCHSECONDS"' }),`;
    write('one', stepFile('one', '', newer));
    expect(run('compile').stderr).toContain('EPOCHSECONDS');
    write('one', stepFile('one', "bash: '5.0',", newer));
    expect(run('compile').status).toBe(0);
  });

  test('what the formatter cannot read is told with its step, beside all other problems', () => {
    write('one', stepFile('one', '', odd('run touch /srv/x\\nrun echo "${port[shop.service]}"')));
    write('two', stepFile('two', '', odd('run echo "$((1.5))"')));
    write('three', stepFile('three', '', "service.stopped({ id: 'x', why: 'x', unit: 'a b' }),"));
    const { status, stderr } = run('compile');
    expect(status).toBe(2);
    expect(stderr).toContain(
      'steps/one.ts:8: step odd: the formatter cannot read `run echo "${port[shop.service]}"`: ',
    );
    expect(stderr).toContain('a key of an array goes in quotes: ${port["shop.service"]}\n');
    expect(stderr).toContain('steps/two.ts:8: step odd: the formatter cannot read ');
    expect(stderr).toContain('steps/three.ts:8: step x: ');
  });

  test('names that are none get a suggestion', () => {
    write('nginx', stepFile('nginx'));
    const { status, stderr } = run('compile', 'ngnix');
    expect(status).toBe(2);
    expect(stderr).toContain('did you mean nginx?');
    expect(run('show', 'nginx', 'startd').stderr).toContain('did you mean started?');
    expect(run('complie').status).toBe(2);
  });

  test('a folder that cannot be written is told in words', () => {
    write('one', stepFile('one'));
    writeFileSync(join(folder, 'dist-scripts'), 'a file\n');
    const { status, stderr } = run('compile');
    expect(status).toBe(2);
    expect(stderr).toContain('dist-scripts: it is no folder');
    expect(run('compile', '--out', '/dev/full/x').status).toBe(2);
  });

  test.skipIf(process.getuid?.() === 0)('an unreadable folder is told in words', () => {
    write('one', stepFile('one'));
    chmodSync(join(folder, 'steps'), 0);
    expect(run('compile').stderr).toContain('permission denied');
    chmodSync(join(folder, 'steps'), 0o755);
  });

  test.skipIf(process.getuid?.() !== 0)('a full disk leaves what was there', () => {
    write('one', stepFile('one'));
    run('compile');
    const before = readFileSync(out('one/upgrade.sh'), 'utf8');
    write('one', stepFile('one').replace('it is needed', 'it is wanted'));
    const script = `mount -t tmpfs -o size=256k tmpfs "$1/small" && cp -r "$1/dist-scripts/." "$1/small" &&
      { cat /dev/zero >"$1/small/fill" 2>/dev/null; node "$2" compile --no-lint --out small; echo "status $?"; cat small/one/upgrade.sh; ls small/one; }`;
    mkdirSync(join(folder, 'small'));
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['--mount', 'bash', '-c', script, '-', folder, CLI],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect(stderr).toContain('the disk is full');
    expect(stdout).toContain('status 2');
    expect(stdout).toContain(before);
    expect(stdout).not.toContain('.part');
  });

  test('a procedure in a folder of others is found by its own name; its servers are none', () => {
    mkdirSync(join(folder, 'steps/small'), { recursive: true });
    writeFileSync(join(folder, 'steps/small/one.ts'), stepFile('one'));
    writeFileSync(join(folder, 'steps/small/one.host.ts'), 'export default {};\n');
    expect(run('compile', '--no-lint', 'one').status).toBe(0);
    expect(existsSync(out('one'))).toBe(true);
    expect(run('list').stdout.trim().split('\n')).toHaveLength(1);
  });

  test('--json is for machines', () => {
    write('one', stepFile('one'));
    const { files } = JSON.parse(run('compile', '--json').stdout) as { files: { state: string }[] };
    expect(files.map(({ state }) => state)).toEqual(['new', 'new', 'new']);
    expect(JSON.parse(run('list', '--json').stdout)).toMatchObject([{ id: 'one' }]);
    const shown = JSON.parse(run('show', 'one', 'started', '--json').stdout) as object;
    expect(shown).toMatchObject({ id: 'started', manual: 'systemctl start -- nginx' });
  });
});
