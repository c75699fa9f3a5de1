import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI } from '../support/command-line.ts';

const made: string[] = [];
afterAll(() => made.forEach((path) => rmSync(path, { recursive: true, force: true })));

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'stepwright-diff-')));
  made.push(path);
  return path;
}

const settings = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CEILING_DIRECTORIES: tmpdir(),
};

function stepwright(cwd: string, words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...settings, XDG_CACHE_HOME: join(cwd, '.cache'), ...env },
  });
  return { status, stdout, stderr };
}

function git(cwd: string, ...words: readonly string[]): string {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  const env = { ...process.env, ...settings };
  return execFileSync('git', [...who, ...words], { cwd, encoding: 'utf8', env, stdio: 'pipe' });
}

function write(cwd: string, apply: string, check = 'test -e /srv/a'): void {
  mkdirSync(join(cwd, 'steps'), { recursive: true });
  writeFileSync(
    join(cwd, 'steps/tiny.ts'),
    `import { procedure, shell } from 'stepwright';
export default procedure({
  id: 'tiny', title: 'Tiny', summary: 'Small.',
  from: { release: 'bookworm', name: 'Debian 12' }, to: { release: 'bookworm', name: 'Debian 12' },
  steps: [shell({ id: 'made', title: 'it is made', why: 'it is due', check: ${JSON.stringify(check)}, apply: ${JSON.stringify(apply)} })],
});
`,
  );
}

/** A repository on branch main with one commit: a procedure, and what it compiles to. */
function repository(): string {
  const path = folder();
  git(path, 'init', '--quiet', '--initial-branch=main');
  writeFileSync(join(path, '.gitignore'), '.cache\n');
  write(path, 'run touch /srv/a');
  expect(stepwright(path, ['compile', '--no-lint'])).toMatchObject({ status: 0 });
  git(path, 'add', '--all');
  git(path, 'commit', '--quiet', '--message=first');
  return path;
}

describe('the working tree and a revision', () => {
  let path: string;
  beforeAll(() => {
    path = repository();
    git(path, 'switch', '--quiet', '--create=work');
  });

  test('nothing changed', () => {
    const { status, stdout } = stepwright(path, ['diff']);
    expect(stdout).toMatch(
      /^0 changes since [0-9a-f]{12} \(the merge base with main\), no risk\n$/,
    );
    expect(status).toBe(0);
  });

  test('steps that were changed and not yet compiled', () => {
    write(path, 'run touch /srv/a\nrun rm -rf -- /srv/b');
    const { status, stdout } = stepwright(path, ['diff', 'main']);
    expect(stdout).toBe(`tiny/upgrade.sh
  apply changed: made
    ! new changing command: run rm -rf -- /srv/b
    ! wider deletion: run rm -rf -- /srv/b
       run touch /srv/a
    +  run rm -rf -- /srv/b
     )

1 change since main, 2 risks
`);
    expect(status).toBe(1);
  });

  test('as JSON, and only risks count', () => {
    const { status, stdout } = stepwright(path, ['diff', '--format=json', '--fail-on=risk']);
    const [tiny] = (JSON.parse(stdout) as { procedures: Record<string, unknown>[] }).procedures;
    expect(tiny).toMatchObject({
      procedure: 'tiny',
      state: 'changed',
      changes: [{ kind: 'apply changed', subject: 'made', stepKind: 'shell' }],
    });
    expect(status).toBe(1);
  });

  test('for a merge request', () => {
    const { stdout } = stepwright(path, ['diff', '--format=markdown', 'HEAD']);
    expect(stdout).toContain('## Procedures: 1 change since `HEAD`, 2 risks\n');
    expect(stdout).toContain(
      '- **wider deletion** in `made` (`upgrade.sh`): `run rm -rf -- /srv/b`',
    );
    expect(stdout).toContain('```diff\n   run touch /srv/a\n+  run rm -rf -- /srv/b\n');
  });

  test('what has no risk does not fail on risk', () => {
    write(path, 'run touch /srv/a', 'test -e /srv/a && test -s /srv/a');
    expect(stepwright(path, ['diff', '--fail-on', 'risk']).status).toBe(0);
    expect(stepwright(path, ['diff']).status).toBe(1);
  });

  test('committed on the branch, it is still new against the main one', () => {
    stepwright(path, ['compile', '--no-lint']);
    git(path, 'commit', '--quiet', '--all', '--message=second');
    expect(stepwright(path, ['diff']).status).toBe(1);
    expect(stepwright(path, ['diff', 'HEAD']).status).toBe(0);
    expect(stepwright(path, ['diff', 'HEAD~1']).status).toBe(1);
  });

  test('without steps, the scripts that are there', () => {
    const words = ['diff', 'HEAD', '--steps', 'none'];
    expect(stepwright(path, words).status).toBe(0);
    expect(stepwright(path, [...words, '--out', 'nothing'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('none, nothing: there is no such folder') as string,
    });
  });

  test('a revision without scripts', () => {
    const { status, stdout, stderr } = stepwright(path, ['diff', 'HEAD', '--out', 'elsewhere']);
    expect(stderr).toBe('HEAD has no scripts in elsewhere: all are new\n');
    expect(stdout).toContain('tiny/upgrade.sh (the procedure is new)\n  script added\n');
    expect(stdout).toContain(
      '\n  step added: made\n    ! new changing command: run touch /srv/a\n',
    );
    expect(stdout).not.toContain('parameter');
    expect(status).toBe(1);
  });

  test('from a folder below the top of the repository', () => {
    const below = join(path, 'sub');
    mkdirSync(below);
    const words = ['diff', 'HEAD', '--steps', '../steps', '--out', '../dist-scripts'];
    expect(stepwright(below, words)).toMatchObject({ status: 0, stderr: '' });
  });

  test.each([
    '--output=/tmp/stepwright-owned',
    '-h',
    'no-such',
    'HEAD:steps',
    '$(touch owned)',
    'a b',
    '',
    '../x',
    ':/',
  ])('revision %j is none', (revision) => {
    const { status, stdout, stderr } = stepwright(path, ['diff', '--', revision]);
    expect(stderr).toContain(`${JSON.stringify(revision)}: git knows no such revision`);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test('a folder outside of the repository', () => {
    const { status, stderr } = stepwright(path, ['diff', 'HEAD', '--out', '/usr/share']);
    expect(stderr).toContain(`/usr/share: it is outside of the repository ${path}\n`);
    expect(status).toBe(2);
  });
});

test('hosts show the diffs of scripts, and fold what follows from them', () => {
  const names = ['a/x.sh', 'a/manifest.json', 'a/SHA256SUMS'].map((name) => `dist-scripts/${name}`);
  const answer = git(
    fileURLToPath(new URL('../..', import.meta.url)),
    'check-attr',
    'diff',
    'linguist-generated',
    '--',
    ...names,
  );
  expect(answer.trim().split('\n')).toEqual([
    `${names[0]}: diff: set`,
    `${names[0]}: linguist-generated: false`,
    `${names[1]}: diff: unspecified`,
    `${names[1]}: linguist-generated: set`,
    `${names[2]}: diff: unspecified`,
    `${names[2]}: linguist-generated: set`,
  ]);
});

describe('two folders', () => {
  test('each with procedures, or with the scripts of one', () => {
    const [old, now] = [repository(), repository()];
    write(now, 'run touch /srv/b');
    stepwright(now, ['compile', '--no-lint']);
    const whole = [join(old, 'dist-scripts'), join(now, 'dist-scripts')] as const;
    for (const [a, b] of [whole, whole.map((path) => join(path, 'tiny'))] as const) {
      const { status, stdout } = stepwright(old, ['diff', a ?? '', b ?? '']);
      expect(stdout).toContain('tiny/upgrade.sh\n  apply changed: made\n');
      expect(status).toBe(1);
      expect(stepwright(old, ['diff', a ?? '', a ?? '']).status).toBe(0);
    }
  });

  test('no such folder', () => {
    const { status, stderr } = stepwright(folder(), ['diff', 'one', 'two']);
    expect(stderr).toBe('one: there is no such folder\n  name a folder of compiled scripts\n');
    expect(status).toBe(2);
  });
});

describe('wrong use', () => {
  test('no repository', () => {
    const { status, stderr } = stepwright(folder(), ['diff']);
    expect(stderr).toMatch(/not a git repository.*\n {2}run this in a git repository, or compare/);
    expect(status).toBe(2);
  });

  test('no commit', () => {
    const path = folder();
    git(path, 'init', '--quiet');
    expect(stepwright(path, ['diff'])).toMatchObject({
      status: 2,
      stderr: 'there is no commit yet to compare with\n  commit the scripts first\n',
    });
  });

  test('no main branch', () => {
    const path = repository();
    git(path, 'branch', '--move', 'trunk');
    const { status, stderr } = stepwright(path, ['diff']);
    expect(stderr).toMatch(/^there is no branch origin\/main, main, .* to compare with\n/);
    expect(status).toBe(2);
  });

  test('no git', () => {
    const path = folder();
    const { status, stderr } = stepwright(path, ['diff'], { PATH: join(path, 'bin') });
    expect(stderr).toMatch(/^git is not installed\n/);
    expect(status).toBe(2);
  });

  test('an unknown format', () => {
    expect(stepwright(folder(), ['diff', '--format', 'xml']).status).toBe(2);
    expect(stepwright(folder(), ['diff', '--fail-on', 'all']).status).toBe(2);
  });
});
