import { describe, expect, test } from 'vitest';
import { apt } from '../../src/dsl/index.ts';
import {
  expectGoldenStep,
  runtimeOn,
  stepOn,
  temporaryHost,
  type Host,
  type Variables,
} from '../support/kinds.ts';

const why = 'it is due';
const MIRROR = 'http://archive.debian.org/debian';
const SECURITY = 'http://archive.debian.org/debian-security';
const url = (name: string) => ({ reference: 'parameter', name, type: 'url' }) as const;

const buster = apt.suites({ id: 'suites', why, from: 'stretch', to: 'buster' });
const archived = apt.suites({
  id: 'suites',
  why,
  from: 'stretch',
  to: 'buster',
  mirror: url('mirror'),
  securityMirror: SECURITY,
  archived: true,
});
const bookworm = apt.suites({
  id: 'suites',
  why,
  from: 'bullseye',
  to: 'bookworm',
  components: { 'non-free': ['non-free', 'non-free-firmware'] },
});

/** Where the runtime finds what it looks at on `host`. */
function places(host: Host): Variables {
  return {
    sw_apt_etc: host.path('apt'),
    sw_apt_lists: host.path('lists'),
    sw_apt_helper: 'apt-helper',
    sw_keyrings: host.path('keyrings'),
    mirror: MIRROR,
  };
}

/** A host with one list, on which every Release file can be fetched but those of `missing`. */
function hostWith(list: string, missing: readonly string[] = []): Host {
  const host = temporaryHost();
  host.write('apt/sources.list', list);
  const gone = missing.map((name) => `*/dists/${name}/Release) not_there ;;`).join('\n');
  host.stub(
    'apt-helper',
    `not_there() { echo "  404  Not Found"; exit 100; }\nfor word; do case $word in\n${gone}\n*) : ;;\nesac; done`,
  );
  return host;
}

/** One line of the distribution before and after, and the step that changes it. */
const LINES = [
  [buster, 'deb http://ftp.fr.debian.org/debian stretch main', 'stretch', 'buster'],
  [buster, 'deb-src  http://ftp.debian.org/debian/\tstretch-updates main # x', 'stretch', 'buster'],
  [buster, 'deb http://security.debian.org/ stretch/updates main', 'stretch', 'buster'],
  [
    buster,
    'deb http://security.debian.org stretch-security main',
    'stretch-security',
    'buster/updates',
  ],
  [buster, 'deb http://ftp.debian.org/debian stable main', 'stable', 'buster'],
  [
    buster,
    'deb [arch=amd64] http://ftp.debian.org/debian stretch-backports main',
    'stretch',
    'buster',
  ],
  [bookworm, 'deb http://security.debian.org bullseye-security main', 'bullseye', 'bookworm'],
  [bookworm, 'deb http://ftp.debian.org/debian bullseye main', 'bullseye', 'bookworm'],
  [
    bookworm,
    'deb http://ftp.debian.org/debian bullseye main non-free',
    'bullseye main non-free',
    'bookworm main non-free non-free-firmware',
  ],
  [
    bookworm,
    'deb http://ftp.debian.org/debian bullseye non-free # x',
    'bullseye non-free # x',
    'bookworm non-free non-free-firmware # x',
  ],
] as const;

/** Lines that stay: others' sources, and what is in comments. */
const STAYING = [
  '# deb http://ftp.debian.org/debian stretch main',
  '#deb http://ftp.debian.org/debian bullseye contrib',
  'deb https://download.docker.com/linux/debian stretch stable',
  'deb https://packages.example.org/debian bullseye main',
  'deb https://people.debian.org/~x/debian stretch main',
  'deb cdrom:[Debian GNU/Linux 9.0.0 _Stretch_ - Official amd64 DVD]/ stretch main contrib',
  'deb https://x.example.org/repo/ /',
  'something else about stretch',
  '',
];

const MAIN =
  'deb http://ftp.debian.org/debian buster main\ndeb http://ftp.debian.org/debian bookworm main\n';

describe('apt.suites, line by line', () => {
  test.each(LINES)('%#: %o', (step, line, from, to) => {
    const suite = step === buster ? 'buster' : 'bookworm';
    const host = hostWith(`${line}\n`);
    host.write('apt/sources.list.d/main.list', `deb http://ftp.debian.org/debian ${suite} main\n`);
    const on = stepOn(host, step, places(host));
    expect(on.check().status).toBe(1);
    expect(on.apply()).toMatchObject({ status: 0 });
    expect(host.read('apt/sources.list')).toBe(`${line.replace(from, to)}\n`);
    expect(on.check()).toEqual({ status: 0, output: '' });
  });

  test.each(STAYING)('stays: %s', (line) => {
    const step = line.includes('bullseye') ? bookworm : buster;
    const suite = step === buster ? 'buster' : 'bookworm';
    const host = hostWith(`${line}\ndeb http://ftp.debian.org/debian ${suite} main\n`);
    expect(stepOn(host, step, places(host)).check().status).toBe(0);
  });
});

const BEFORE = `# kept
deb http://ftp.fr.debian.org/debian/  stretch main  contrib # all of it
deb [arch=amd64] http://ftp.fr.debian.org/debian stretch-updates main
deb [check-valid-until=yes] http://ftp.fr.debian.org/debian stretch-backports main
deb http://security.debian.org/ stretch/updates main`;

describe('apt.suites, archived', () => {
  test('addresses, dates, and what the archive does not have', async () => {
    await expectGoldenStep(archived);
    const host = hostWith(BEFORE, ['buster-updates']);
    const step = stepOn(host, archived, places(host));
    const untouched = host.snapshot();
    expect(step.check().status).toBe(1);
    expect(step.plan()).toContain(`> deb [check-valid-until=no] ${MIRROR}  buster main  contrib`);
    expect(host.snapshot()).toEqual(untouched);
    expect(step.apply().output).toContain(`${MIRROR} has no buster-updates: it is commented out`);
    expect(host.read('apt/sources.list')).toBe(`# kept
deb [check-valid-until=no] ${MIRROR}  buster main  contrib # all of it
# not on the mirror: deb [arch=amd64] http://ftp.fr.debian.org/debian stretch-updates main
deb [check-valid-until=no] ${MIRROR} buster-backports main
deb [check-valid-until=no] ${SECURITY} buster/updates main
`);
    expect(host.read(`state/originals${host.path('apt/sources.list')}`)).toBe(BEFORE);
    expect(step.check()).toEqual({ status: 0, output: '' });
  });

  test.each([['buster'], ['buster/updates']])('without %s nothing is changed', (missing) => {
    const host = hostWith(BEFORE, [missing]);
    const step = stepOn(host, archived, places(host));
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain(`does not give the Release file of ${missing}`);
    expect(host.read('apt/sources.list')).toBe(BEFORE);
  });

  test('a mirror that does not answer is no missing suite', () => {
    const host = hostWith(BEFORE);
    host.stub('apt-helper', 'echo "Could not resolve host" >&2; exit 100');
    const { status, output } = stepOn(host, archived, places(host)).apply();
    expect(status).toBe(1);
    expect(output).toContain('Could not resolve host');
    expect(host.read('apt/sources.list')).toBe(BEFORE);
  });

  test('it goes on where it was killed between two files', () => {
    const host = hostWith('deb http://ftp.debian.org/debian stretch main\n');
    host.write('apt/sources.list.d/a.list', `deb [check-valid-until=no] ${MIRROR} buster main\n`);
    const step = stepOn(host, archived, places(host));
    expect(step.apply().status).toBe(0);
    expect(host.read('apt/sources.list')).toBe(
      `deb [check-valid-until=no] ${MIRROR} buster main\n`,
    );
    expect(step.check().status).toBe(0);
  });

  test('a mirror that is left empty leaves the addresses', () => {
    const mirror = { reference: 'parameter', name: 'mirror', type: 'url-or-none' } as const;
    const step = apt.suites({ id: 'suites', why, from: 'stretch', to: 'buster', mirror });
    const host = hostWith('deb http://ftp.fr.debian.org/debian stretch main\n');
    const unset = stepOn(host, step, { ...places(host), mirror: '' });
    expect(unset.apply()).toMatchObject({ status: 0 });
    expect(host.read('apt/sources.list')).toBe('deb http://ftp.fr.debian.org/debian buster main\n');
    expect(unset.check()).toEqual({ status: 0, output: '' });
    const set = stepOn(host, step, places(host));
    expect(set.check().status).toBe(1);
    expect(set.apply()).toMatchObject({ status: 0 });
    expect(host.read('apt/sources.list')).toBe(`deb ${MIRROR} buster main\n`);
  });

  test('a hostile address reaches the helper as one argument', () => {
    const host = hostWith(BEFORE);
    const hostile = 'http://x.example.org/$(touch y);*';
    stepOn(host, archived, { ...places(host), mirror: hostile }).apply();
    expect(host.calls('apt-helper').flatMap(({ args }) => args)).toContain(
      `${hostile}/dists/buster/Release`,
    );
  });
});

const STANZAS = `Types: deb deb-src
# where from
URIs: http://mirror.example.net/debian
Suites: bullseye
 bullseye-updates
 bullseye-backports
Components: main non-free
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://security.debian.org
Suites: bullseye-security
Components: main
Enabled: no

Types: deb
URIs: https://other.example.org/
Suites: ./`;

test('apt.suites, stanzas: a mirror is known by what apt fetched from it', () => {
  const host = hostWith('', ['bookworm-backports']);
  host.write('apt/sources.list.d/debian.sources', STANZAS);
  const step = stepOn(host, bookworm, places(host));
  expect(step.apply().output).toContain('no enabled source of the distribution');
  host.write(
    'lists/mirror.example.net_debian_dists_bullseye_InRelease',
    '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\nLabel: Debian\n',
  );
  expect(step.check().status).toBe(1);
  expect(step.apply()).toMatchObject({ status: 0 });
  expect(host.read('apt/sources.list.d/debian.sources')).toBe(
    `# not on the mirror: bookworm-backports\n${STANZAS}\n`
      .replace('bullseye\n bullseye-updates\n bullseye-backports', 'bookworm bookworm-updates')
      .replace('main non-free', 'main non-free non-free-firmware'),
  );
  expect(step.check().status).toBe(0);
});

test.each([
  ['deb http://ftp.debian.org/debian testing main\n', 'names the suite testing'],
  ['deb http://ftp.debian.org/debian jessie main\n', 'neither stretch nor buster'],
  ['# nothing\n', 'no enabled source of the distribution'],
])('apt.suites refuses %j', (list, message) => {
  const host = hostWith(list);
  const step = stepOn(host, buster, places(host));
  expect(step.check().status).toBe(1);
  expect(step.apply().output).toContain(message);
  expect(host.read('apt/sources.list')).toBe(list);
});

const foreign = apt.thirdPartyDisabled({
  id: 'off',
  why,
  hosts: ['keep.example.org'],
  lists: ['docker'],
});
const OTHERS = `${MAIN}deb [arch=amd64] https://packages.example.com/debian stretch main
deb http://user:secret@keep.example.org:8080/x stretch main
deb cdrom:[Debian DVD]/ stretch main
`;

test('apt.thirdPartyDisabled', async () => {
  await expectGoldenStep(foreign);
  const host = hostWith(OTHERS);
  host.write('lists/ftp.debian.org_debian_dists_stretch_InRelease', 'Origin: Debian\n');
  host.write(
    'apt/sources.list.d/docker.list',
    'deb https://download.docker.com/x stretch stable\n',
  );
  host.write(
    'apt/sources.list.d/other.sources',
    'Types: deb\nURIs: https://o.example.com\nSuites: x\n',
  );
  const step = stepOn(host, foreign, places(host));
  const untouched = host.snapshot();
  expect(step.check().status).toBe(1);
  expect(step.plan()).toContain('# disabled for the upgrade: deb cdrom:[Debian DVD]/ stretch main');
  expect(host.snapshot()).toEqual(untouched);
  expect(step.apply()).toMatchObject({ status: 0 });
  expect(host.read('apt/sources.list')).toBe(
    OTHERS.replace('deb [arch', '# disabled for the upgrade: deb [arch').replace(
      'deb cdrom',
      '# disabled for the upgrade: deb cdrom',
    ),
  );
  expect(host.read('apt/sources.list.d/docker.list')).toMatch(/^deb /);
  expect(host.read('apt/sources.list.d/other.sources')).toBe(
    '# disabled for the upgrade (to enable it again, remove the line "Enabled: no")\n' +
      'Types: deb\nURIs: https://o.example.com\nSuites: x\nEnabled: no\n',
  );
  expect(step.check().status).toBe(0);
  expect(
    runtimeOn(host, 'sw_tell_disabled_sources', places(host)).output.match(/note:/g),
  ).toHaveLength(3);
});

test('the preflight tells every source that it does not know', () => {
  const host = hostWith(OTHERS);
  host.write('lists/ftp.debian.org_debian_dists_stretch_InRelease', 'Origin: Debian\n');
  const body = 'require_known_sources keep.example.org; printf \'%s\\n\' "${sw_refusals[@]}"';
  const { output } = runtimeOn(host, body, places(host));
  expect(output).toContain(
    `${host.path('apt/sources.list')}:3: https://packages.example.com/debian`,
  );
  expect(output).toContain(`${host.path('apt/sources.list')}:5: cdrom:`);
  expect(output).not.toContain('keep.example.org');
});

/** Sources, the release that the machine runs, and what is told of them. */
const NAMED = [
  ['deb http://ftp.fr.debian.org/debian bullseye main', 'bullseye', ''],
  ['deb http://ftp.fr.debian.org/debian bookworm main', 'bullseye', ''],
  [
    'deb http://ftp.fr.debian.org/debian stable-updates main',
    'bookworm',
    "apt's sources name suites of neither bullseye nor bookworm: stable-updates (LIST:1)\n" +
      'let them name those of bookworm again, and run: apt-get update; ' +
      'or use a procedure that leads from bookworm to what they name\n',
  ],
  [
    'deb http://snapshot.debian.org/archive/debian/20240115T000000Z bullseye main',
    'bullseye',
    "apt's sources have the archive as it was on one day: " +
      'http://snapshot.debian.org/archive/debian/20240115T000000Z (LIST:1)\n' +
      'let them name a mirror, and run: apt-get update\n',
  ],
  ['deb https://o.example.com/debian trixie main', 'bookworm', ''],
  ['# deb http://ftp.fr.debian.org/debian trixie main', 'bookworm', ''],
  // That it runs another release is told elsewhere.
  ['deb http://ftp.fr.debian.org/debian trixie main', 'trixie', ''],
  [
    'deb http://ftp.fr.debian.org/debian trixie main\n' +
      'deb http://security.debian.org/debian-security trixie-security main',
    'bookworm',
    "apt's sources name suites of neither bullseye nor bookworm: " +
      'trixie (LIST:1), trixie-security (LIST:2)\n' +
      'let them name those of bookworm again, and run: apt-get update; ' +
      'or use a procedure that leads from bookworm to what they name\n',
  ],
] as const;

test.each(NAMED)('the preflight looks at the suites: %s on %s', (list, running, told) => {
  const host = hostWith(`${list}\n`);
  const body =
    `sw_codename() { sw_text=${running}; }; require_known_suites bullseye bookworm; ` +
    'if ((${#sw_refusals[@]} > 0)); then printf \'%s\\n\' "${sw_refusals[@]}"; fi';
  const { output } = runtimeOn(host, body, places(host));
  expect(output.replaceAll(host.path('apt/sources.list'), 'LIST')).toBe(told);
});

test('the preflight asks of suites only before the first change', () => {
  const host = hostWith('deb http://ftp.fr.debian.org/debian trixie main\n');
  const body =
    'sw_codename() { sw_text=bookworm; }; sw_begun=yes; require_known_suites bullseye bookworm; ' +
    'echo "${#sw_refusals[@]}"';
  expect(runtimeOn(host, body, places(host)).output).toBe('0\n');
});
