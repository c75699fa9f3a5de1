import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { partManual } from '../../src/docs/by-hand.ts';
import { describe as describeProcedure } from '../../src/docs/describe.ts';
import { markdownPage } from '../../src/docs/markdown-page.ts';
import walt from '../../steps/walt-4-to-5/index.ts';

const compiled = await compile('steps/walt-4-to-5/index.ts', walt);
const view = await describeProcedure(compiled);
const page = markdownPage(view);

/** The commands that are typed for a part, one a line, in order; quotes taken off. */
function commandsOf(number: number): string[] {
  const part = view.parts[number]?.part;
  if (part === undefined) return [];
  return partManual(view.procedure, part)
    .replaceAll(/ \\\n\s*/g, ' ')
    .replaceAll(/["']/g, '')
    .split('\n');
}

const before = commandsOf(0);
const after = commandsOf(1);

/** The first command that does something with all of `words`, by its index; -1 without one. */
function find(commands: readonly string[], words: readonly string[]): number {
  return commands.findIndex((command) => {
    const found = new Set(command.split(/\s+/));
    return !found.has('--download-only') && words.every((word) => found.has(word));
  });
}

/** What the manual page has done before the reboot: the words that make each of its commands. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  'the daemon is stopped': ['systemctl', 'stop', 'walt-server'],
  'the daemon is disabled': ['systemctl', 'disable', 'walt-server'],
  'the database is dumped': [
    'pg_dump',
    '--format=custom',
    '--dbname=walt',
    '>$backup_dir/walt-db.dump',
  ],
  'the packages of Python 2 go': [
    'python2',
    '-m',
    'pip',
    'uninstall',
    'walt-server',
    'walt-virtual',
    'walt-client',
    'walt-common',
  ],
  'the old docker goes': ['apt-get', 'remove', 'docker-engine'],
  'the suites change': ['sed', '-i', 's/stretch/buster/g', '/etc/apt/sources.list'],
  'the repository of docker is named': [
    'docker_repository=https://download.docker.com/linux/debian',
  ],
  'its key is fetched': ['curl', '-fsSL', '$docker_repository/gpg'],
  'the repository of podman is named': [
    'kubic_repository=https://download.opensuse.org/repositories/devel:kubic:libcontainers:stable/Debian_10',
  ],
  'its key is fetched, too': ['curl', '-fsSL', '$kubic_repository/Release.key'],
  'the list of docker is written': [
    'echo',
    'deb',
    '[arch=amd64',
    '$docker_repository',
    'buster',
    'stable',
  ],
  'the list of podman is written': ['echo', 'deb', '$kubic_repository', '/'],
  'the indexes are fetched': ['apt-get', 'update'],
  'the distribution is upgraded': ['apt-get', 'dist-upgrade', 'DEBIAN_FRONTEND=noninteractive'],
  'the components are installed': [
    'apt-get',
    'install',
    'buildah',
    'podman',
    'docker-ce',
    'docker-ce-cli',
    'containerd.io',
    'python3-dev',
  ],
  'the script of pip is fetched': ['curl', 'get-pip.py', '$get_pip'],
  'pip is installed': ['python3', 'get-pip.py'],
  'the empty new cluster is dropped': ['pg_dropcluster', '--stop', '11', 'main'],
  'the old cluster is upgraded': ['pg_upgradecluster', '9.6', 'main'],
  'the old cluster is dropped': ['pg_dropcluster', '9.6', 'main'],
  'WalT is installed': [
    'python3',
    '-m',
    'pip',
    'install',
    'walt-server==$walt_version',
    'walt-client==$walt_version',
  ],
  'the machine is rebooted': ['systemctl', 'reboot'],
};

const AFTER: Readonly<Record<string, readonly string[]>> = {
  'the daemon runs once in the foreground': ['walt-server-daemon'],
  'it is stopped with Ctrl-C': ['#', 'Ctrl-C'],
  'the service starts': ['systemctl', 'start', 'walt-server'],
  'the service is enabled': ['systemctl', 'enable', 'walt-server'],
};

describe('everything that the manual page has one type is on ours', () => {
  test.each(Object.entries(BEFORE))('before the reboot: %s', (_, words) => {
    expect(find(before, words), before.join('\n')).toBeGreaterThanOrEqual(0);
  });

  test.each(Object.entries(AFTER))('after the reboot: %s', (_, words) => {
    expect(find(after, words), after.join('\n')).toBeGreaterThanOrEqual(0);
  });

  test('the page has these commands', () => {
    for (const { steps, settings } of view.parts) {
      for (const { manual } of steps) expect(page).toContain(manual);
      for (const { text } of settings) expect(page).toContain(text);
    }
  });

  test.each([
    ['libc', /C library.*\? Yes\./],
    ['restarts of services', /Restart services.*\? Yes\./],
    ['the note about PostgreSQL', /postgresql-common.*\? Ignore it/],
    ['changed settings', /configuration file.*\? Keep the local version/],
    ['the disk of grub', /grub.*\? The disk that the machine starts from, usually `\/dev\/sda`/],
  ])('the answer about %s', (_, answer) => {
    expect(page).toMatch(answer);
  });
});

/** What has to come before what, whatever else is done between. */
const ORDER: readonly (readonly string[])[] = [
  [
    'the daemon is stopped',
    'the database is dumped',
    'the packages of Python 2 go',
    'the old docker goes',
    'the distribution is upgraded',
    'the components are installed',
    'the script of pip is fetched',
    'pip is installed',
    'WalT is installed',
    'the machine is rebooted',
  ],
  [
    'the suites change',
    'the list of docker is written',
    'the indexes are fetched',
    'the distribution is upgraded',
    'the empty new cluster is dropped',
    'the old cluster is upgraded',
    'the old cluster is dropped',
    'WalT is installed',
  ],
  ['its key is fetched', 'the list of docker is written'],
  ['its key is fetched, too', 'the list of podman is written', 'the indexes are fetched'],
];

test.each(ORDER.map((names) => [names.join(', '), names] as const))('in order: %s', (_, names) => {
  const places = names.map((name) => find(before, BEFORE[name] ?? [name]));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(new Set(places).size).toBe(places.length);
});

test('after the reboot: the daemon first, by hand, then the service', () => {
  const places = Object.values(AFTER).map((words) => find(after, words));
  const [daemon = 0, stop = 0, start = 0, enable = 0] = places;
  expect([stop, daemon, start, enable]).toEqual(
    [stop, daemon, start, enable].toSorted((a, b) => a - b),
  );
});
