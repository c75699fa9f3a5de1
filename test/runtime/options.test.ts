import { describe, expect, test } from 'vitest';
import { parameter } from '../../src/dsl/index.ts';
import { canMount, scriptsOf, serverOf, STATE, touches, UNATTENDED } from '../support/runtime.ts';

const dir = parameter.path('backup-dir', { default: '/var/backups', help: 'where backups go' });
const names = parameter.identifiers('names', { default: 'a b', help: 'which ones' });
const count = parameter.integer('count', {
  default: 2,
  minimum: 1,
  maximum: 9,
  help: 'how many',
});
const way = parameter.choice('way', { default: 'slow', choices: ['slow', 'fast'], help: 'how' });
const sure = parameter.boolean('sure', { default: 'no', help: 'whether' });
const url = parameter.url('mirror', { default: 'http://example.org/x', help: 'from where' });
const key = parameter.fingerprint('key', { default: 'A'.repeat(40), help: 'whose' });
const version = parameter.version('version', { default: '1.0', help: 'which' });
const one = parameter.identifier('unit', { default: 'nginx', help: 'what' });

describe.runIf(canMount)('the command line', async () => {
  const values = { dir, names, count, way, sure, url, key, version, one };
  const scripts = await scriptsOf({
    parameters: [dir, names, count, way, sure, url, key, version, one],
    steps: [
      touches('one', {
        values,
        apply: `printf '%s\\n' "$dir" "\${names[@]}" "$count" "$way" "$sure" "$url" "$key" "$version" "$one" >/run/values
          run touch /run/one`,
      }),
      touches('two'),
    ],
  });

  test('--help', () => {
    const { status, stdout, stderr } = serverOf(scripts).run(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Use: bash upgrade\.sh \[OPTION…\]\n\nA procedure\n\n {2}--check {11}say/,
    );
    expect(stdout).toContain('  backup_dir=/var/backups\n      where backups go\n      (an abs');
    expect(stdout).toContain("  names='a b'\n      which ones\n      (names with one space");
    expect(stdout).toContain('  count=2\n      how many\n      (a whole number from 1 to 9)\n');
    expect(stdout).toContain('  way=slow\n      how\n      (one of slow, fast)\n');
    // There is no reboot to ask about.
    expect(stdout).toMatch(/--yes +.*\n {2}--from /);
    expect(stdout).toContain('10 done, reboot needed; 130, 143 stopped on request.\n');
    expect(serverOf(scripts).run(['-h', '--list']).stdout).toBe(stdout);
  });

  test('--list and --version', () => {
    const server = serverOf(scripts);
    expect(server.run(['--list']).stdout).toBe('1  one  one is there\n2  two  two is there\n');
    expect(server.run(['--version']).stdout).toBe('tried, upgrade.sh\n');
  });

  test('--status', () => {
    const server = serverOf(scripts);
    expect(server.run(['--status']).stdout).toMatch(
      /^tried: A procedure\n {2}upgrade\.sh: not begun\n\nSteps of upgrade.sh:\n {2}- {9}one {2}one is there\n/,
    );
    server.run([...UNATTENDED, '--only', 'one']);
    expect(server.run(['--status']).stdout).toMatch(
      /upgrade\.sh: begun, last run \d{4}-\d\d-\d\d \d\d:\d\d\n\nSteps of upgrade.sh:\n {2}done {6}one {2}one is there\n {2}- {9}two /,
    );
    server.run();
    expect(server.run(['--status']).stdout).toContain('upgrade.sh: finished, last run');
  });

  test('what only tells writes nothing', () => {
    const server = serverOf(scripts);
    for (const round of [1, 2]) {
      const before = server.snapshot();
      for (const mode of ['--help', '--version', '--list', '--status', '--check', '--dry-run']) {
        expect(server.run([mode, '--set', 'count=3']).status, mode).toBe(0);
      }
      expect(server.snapshot()).toEqual(before);
      if (round === 1) server.run();
    }
  });

  test('--dry-run shows each step and its commands', () => {
    const server = serverOf(scripts);
    server.write('run/two', '');
    const { stdout } = server.run(['--dry-run']);
    expect(stdout).toContain('[1/2] would    one  one is there\n           dir="$backup_dir"\n');
    expect(stdout).toContain('\n           run touch /run/one\n');
    expect(stdout).toContain('[2/2] ok       two  two is there\n');
    expect(stdout).toMatch(
      /Dry run: nothing was changed\. Of 2 steps, 1 are still to be done\.\n$/,
    );
  });

  test('--check tells what would keep it from starting, and the steps', () => {
    const { status, stdout } = serverOf(scripts).run(['--check']);
    expect(status).toBe(0);
    expect(stdout).toBe(
      'Nothing keeps this script from starting. Its steps:\n1  one  one is there\n2  two  two is there\n',
    );
  });

  test('what is wrong with it is told all at once, and nothing is done', () => {
    const server = serverOf(scripts);
    const before = server.snapshot();
    const { status, stdout, stderr } = server.run([
      '--no-such',
      'word',
      '',
      '--list',
      '--check',
      '--color',
      'pink',
      '--log',
      'relative',
      '--log=/var/lib',
      '--set',
      'nothing',
      '--set',
      'no-such=1',
      '--set=count=10',
      '--set',
      'way=other',
      '--only',
      'three',
      '--set',
    ]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      "upgrade.sh: no such option: '--no-such'",
      "upgrade.sh: nothing but options is taken, got 'word'",
      "upgrade.sh: nothing but options is taken, got ''",
      'upgrade.sh: either --list or --check, not both',
      "upgrade.sh: --color must be auto, always or never, got 'pink'",
      "upgrade.sh: --log must be an absolute path, got 'relative'",
      "upgrade.sh: --log must be a plain file, and '/var/lib' is none",
      "upgrade.sh: --set 'nothing': write --set NAME=VALUE",
      'upgrade.sh: --set no-such: no such parameter; there are: backup_dir names count way sure mirror key version unit',
      "upgrade.sh: --set count: must be 9 or less, got '10'",
      "upgrade.sh: --set way: must be one of slow, fast, got 'other'",
      'upgrade.sh: --set needs a value',
      "upgrade.sh: no such step: 'three' (see --list)",
      'Try: bash upgrade.sh --help',
      '',
    ]);
    expect(server.snapshot()).toEqual(before);
  });

  test.each([
    'backup-dir=relative',
    'backup-dir=/a/../b',
    'backup-dir=/',
    'backup-dir=/a\nb',
    'backup-dir=/a\u001b[31m',
    'backup-dir=/a\u202eb',
    'names=a  b',
    'names=-x',
    'names=a b ',
    'names=a\nb',
    'count=0',
    'count=01',
    'count=1+1',
    'count=x[$(touch /run/pwned)]',
    'way=slow\nfast',
    'way=',
    'sure=true',
    'mirror=ftp://x',
    'mirror=http://x/$(touch /run/pwned)',
    'key=abc',
    'version=-1',
    'unit=a b',
    'unit=$(touch /run/pwned)',
    '=x',
    '@=x',
    '*=x',
    'x[$(touch /run/pwned)]=1',
    'sw_state=/x',
    'PATH=/x',
  ])('--set %j is wrong', (setting) => {
    const server = serverOf(scripts);
    const { status, stderr } = server.run([...UNATTENDED, '--set', setting]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^upgrade\.sh: --set .*\nTry: /);
    expect(server.has('run/pwned')).toBe(false);
    expect(server.has(STATE)).toBe(false);
  });

  const odd = `/a b/it's "x" $(touch /run/pwned) * \\ é`;

  test('--set is taken as it stands, and remembered', () => {
    const server = serverOf(scripts);
    const settings = [
      `backup_dir=${odd}`,
      'names=x-1 y@z c',
      'count=9',
      'way=fast',
      'sure=yes',
      'mirror=https://example.org:8080/a?b=(c)&d',
      `key=${'0'.repeat(40)}`,
      'version=2:1.0~x+y-1',
      'unit=x@y.service',
    ];
    const args = settings.flatMap((setting) => ['--set', setting]);
    expect(server.run([...UNATTENDED, ...args])).toMatchObject({ status: 0, stderr: '' });
    const given = server.read('run/values');
    expect(given.split('\n')).toEqual([
      odd,
      'x-1',
      'y@z',
      'c',
      ...settings.slice(2).map((setting) => setting.replace(/^[^=]*=/, '')),
      '',
    ]);
    // Without them: as they were; one of them anew: that one changes.
    server.run([...UNATTENDED, '--set', 'names='], { before: 'rm /run/one' });
    expect(server.read('run/values')).toBe(given.replace('x-1\ny@z\nc\n', ''));
    expect(server.run(['--help']).stdout).toContain('  count=9  (as an earlier run had it)\n');
    expect(server.has('run/pwned')).toBe(false);
  });

  test('a remembered value that is none any more is refused, and can be set anew', () => {
    const server = serverOf(scripts);
    server.run();
    server.write(`${STATE}/parameters`, 'count=99\nother=kept\n');
    const { status, stderr } = server.run();
    expect(status).toBe(3);
    expect(stderr).toContain("an earlier run had it so: count: must be 9 or less, got '99'");
    expect(server.run([...UNATTENDED, '--set', 'count=3'])).toMatchObject({ status: 0 });
    expect(server.read(`${STATE}/parameters`)).toBe('other=kept\ncount=3\n');
  });

  test('asks before the first change, where somebody can be asked', () => {
    const server = serverOf(scripts);
    const { status, stderr } = server.run(['--allow-ssh'], { input: 'y\n' });
    expect(status).toBe(3);
    expect(stderr).toContain('there is no terminal to ask on');
    expect(stderr).toContain('say --yes to go on without being asked');
  });
});
