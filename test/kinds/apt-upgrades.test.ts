import { describe, expect, test } from 'vitest';
import { apt } from '../../src/dsl/index.ts';
import { aptHost, aptPlaces, changes, policy, SUITE, unquoted } from '../support/apt.ts';
import { expectGoldenStep, stepOn, type Host } from '../support/kinds.ts';

const why = 'it is due';
const answers = {
  libcUpgrade: 'yes',
  restartServices: 'yes',
  conffiles: 'keep',
  postgresqlNotice: 'ignore',
  grub: 'boot-disk',
} as const;
const TODO = 'Inst bash [5.1] (5.2 Debian:12/stable [amd64])\nConf bash (5.2)\n';

/** Which has what the step is told to keep. */
function fetchHost(): Host {
  const host = aptHost();
  host.write('dpkg', 'ii |postgresql-11|amd64|11.16\n');
  return host;
}

function on(host: Host, step: Parameters<typeof stepOn>[1], more = {}) {
  return stepOn(host, step, { ...aptPlaces(host), ...more });
}

/** A version of base-files in `suite`, as `apt-cache policy` tells it. */
function sourceOf(suite: string): string {
  return `     12 500\n        500 http://x ${suite}/main amd64 Packages\n`;
}

describe('apt.indexes', () => {
  const indexes = apt.indexes({ id: 'indexes', why, suite: SUITE });

  test('they are fetched when a source was never fetched', async () => {
    await expectGoldenStep({ ...indexes, suite: 'buster' } as typeof indexes);
    const host = aptHost();
    const step = on(host, indexes);
    expect(step.check()).toEqual({ status: 0, output: '' });
    host.write('apt/sources.list.d/x.list', 'deb https://x.example.org/a_b/ ./\n');
    expect(step.check().status).toBe(1);
    host.write('lists/x.example.org_a%5fb_._Release', '');
    expect(step.check().status).toBe(0);
    expect(host.calls('apt-get')).toEqual([]);
  });

  test('they are fetched when a source was changed', () => {
    const host = aptHost();
    const step = on(host, indexes);
    host.write('state/indexes-due', '');
    expect(step.check().status).toBe(1);
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(changes(host)).toEqual(['-o APT::Update::Error-Mode=any update']);
    expect(step.check().status).toBe(0);
  });

  test('another release is not what is asked for', () => {
    const host = aptHost();
    host.write('policy', policy('bullseye'));
    expect(on(host, indexes).check()).toEqual({ status: 1, output: policy('bullseye') });
    host.write('policy', policy(`${SUITE}-updates`));
    expect(on(host, indexes).check().status).toBe(0);
    host.stub('apt-cache', 'exit 100');
    expect(on(host, indexes).check().status).toBe(2);
  });

  test('where somebody has changed the sources already, the other release will do', () => {
    const host = aptHost();
    const step = on(host, { ...indexes, suite: 'zurg', orSuite: SUITE } as typeof indexes);
    expect(step.check().status).toBe(0);
    expect(on(host, { ...indexes, orSuite: 'zurg' } as typeof indexes).check().status).toBe(0);
    host.write('policy', policy('other'));
    expect(step.check().status).toBe(1);
    host.stub('apt-cache', 'exit 100');
    expect(step.check().status).toBe(2);
  });

  test('a release that runs may be newer than its sources, but not kept back by a pin', () => {
    const host = aptHost();
    const installed = `  Installed: 13\n  Candidate: 13\n  Version table:\n *** 13 100\n        100 /var/lib/dpkg/status\n`;
    host.write('policy', `base-files:\n${installed}${sourceOf(SUITE)}`);
    expect(on(host, indexes).check().status).toBe(0);
    host.write('policy', `base-files:\n${installed}${sourceOf('zurg')}`);
    host.write('lists/ftp.debian.org_debian_dists_zurg_InRelease', '');
    const other = apt.indexes({ id: 'indexes', why, suite: 'zurg' });
    expect(on(host, other).check().status).toBe(1);
  });

  test.each([
    ['Err:5 http://x buster Release\n  404  Not Found', 'that address does not have that suite'],
    ['W: Failed to fetch http://x  Could not resolve', 'is the network up'],
    ['W: An error occurred during the signature verification. NO_PUBKEY 0123', 'a key is missing'],
    ['W: Some index files failed to download.', 'see the sources'],
  ])('an update that says "%s" fails although its status is 0', (said, advice) => {
    const host = aptHost();
    host.write('update', `Get:1 http://y buster InRelease\nIgn:2 http://x InRelease\n${said}\n`);
    host.write('state/indexes-due', '');
    const { status, output } = on(host, indexes).apply();
    expect(status).toBe(1);
    expect(output).toContain(said);
    expect(output).toContain('not every source could be fetched');
    expect(output).toContain(advice);
    expect(on(host, indexes).check().status).toBe(1);
  });
});

test('an update that ends with an error tells why, too', () => {
  const host = aptHost();
  host.stub('apt-get', 'echo "E: The repository x does not have a Release file."; exit 100');
  const { status, output } = on(host, apt.indexes({ id: 'indexes', why, suite: SUITE })).apply();
  expect(status).toBe(1);
  expect(output).toContain('that address does not have that suite');
  host.stub('apt-get', 'exit 100');
  expect(on(host, apt.indexes({ id: 'indexes', why, suite: SUITE })).apply().status).toBe(100);
});

describe('apt.prefetched', () => {
  const prefetched = apt.prefetched({
    id: 'fetched',
    why,
    suite: SUITE,
    packages: { reference: 'parameter', name: 'wanted', type: 'identifiers' },
    keep: ['postgresql-11'],
  });
  const more = { wanted_list: ['podman', 'buildah'] };
  const URIS = `Need to get 48.0 MB of archives.
After this operation, 1,234 MB of additional disk space will be used.
'http://x/pool/linux-image-6.1_amd64.deb' linux-image-6.1_amd64.deb 48000000 MD5Sum:0
`;

  test('everything is fetched that is not here', async () => {
    await expectGoldenStep({ ...prefetched, suite: 'buster' } as typeof prefetched);
    const host = fetchHost();
    const step = on(host, prefetched, more);
    expect(step.check().status).toBe(0);
    host.write('uris', URIS);
    host.write('plan', TODO);
    expect(step.check().status).toBe(1);
    expect(changes(host)).toEqual([]);
    host.stub('df', 'printf "%s\\n" "Avail Mounted on" "9000000000 none /"');
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(changes(host)).toEqual([
      '-o APT::Update::Error-Mode=any update',
      '--download-only dist-upgrade -- podman buildah',
    ]);
    expect(step.check().status).toBe(0);
  });

  test.each(['Remv postgresql-11 [11.16]', 'Purg postgresql-11:amd64 [11.16]'])(
    '%s is told',
    (line) => {
      const host = fetchHost();
      host.write('plan', `${TODO}${line}\n`);
      const step = on(host, prefetched, more);
      expect(step.check()).toEqual({ status: 1, output: 'apt would remove postgresql-11\n' });
      expect(step.apply().output).toContain('apt would remove packages that have to stay');
      expect(changes(host)).toEqual(['-o APT::Update::Error-Mode=any update']);
    },
  );

  test('a name that another one begins with is not it', () => {
    const host = fetchHost();
    host.write('plan', 'Remv postgresql-11-doc [1]\n');
    expect(on(host, prefetched, more).check().status).toBe(0);
  });

  test.each([
    ['"1482000000 none /"', 1234 + 48 + 200 + 50 + 150, 1],
    ['"1682000000 none /"', 0, 0],
  ])('room is asked for, on each mount: %s', (answer, need, status) => {
    const host = fetchHost();
    host.write('uris', URIS);
    host.stub('df', `printf "%s\\n" "Avail Mounted on" ${answer}`);
    const outcome = on(host, prefetched, more).apply();
    expect(outcome.status).toBe(status);
    if (status === 1) expect(outcome.output).toContain(`the packages need ${need} MB there`);
  });
});

describe('upgrades', () => {
  const upgraded = apt.distUpgraded({
    id: 'upgraded',
    why,
    suite: SUITE,
    answers,
    keep: ['docker-ce'],
  });

  test('with every question answered', async () => {
    await expectGoldenStep({ ...upgraded, suite: 'buster' } as typeof upgraded);
    const minimal = apt.minimalUpgrade({ id: 'upgraded', why, suite: SUITE, answers });
    await expectGoldenStep({ ...minimal, suite: 'buster' } as typeof minimal);
    const host = aptHost();
    const step = on(host, upgraded);
    expect(step.check()).toEqual({ status: 0, output: '' });
    host.write('plan', TODO);
    expect(step.check().status).toBe(1);
    expect(unquoted(step.plan())).toContain(
      '--option=Dpkg::Options::=--force-confold dist-upgrade',
    );
    expect(changes(host)).toEqual([]);
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(changes(host).at(-1)).toBe('dist-upgrade');
    expect(host.calls('apt-get').at(-1)?.args).toContain('-oDpkg::Options::=--force-confold');
    expect(host.read('answers')).toBe(
      'libc6 libraries/restart-without-asking boolean true\n' +
        'libpam0g libraries/restart-without-asking boolean true\n' +
        'libc6 glibc/upgrade boolean true\n',
    );
    expect(step.check().status).toBe(0);
  });

  test('what dpkg has left is brought to its end before', () => {
    const host = aptHost();
    host.write('plan', TODO);
    host.write('audit', 'half-configured: bash\n');
    const step = on(host, upgraded);
    expect(step.check()).toEqual({ status: 1, output: 'half-configured: bash\n' });
    expect(step.apply().status).toBe(0);
    expect(changes(host)).toEqual([
      '--fix-broken install',
      '-o APT::Update::Error-Mode=any update',
      'dist-upgrade',
    ]);
    const configured = host.calls('dpkg').filter(({ args }) => args.includes('--configure'));
    expect(configured.map(({ args }) => args)).toContainEqual([
      '--force-confdef',
      '--force-confold',
      '--configure',
      '--pending',
    ]);
  });

  test('an update of dpkg that was cut off is not in order', () => {
    const host = aptHost();
    host.write('updates/0001', '');
    expect(on(host, upgraded).check().status).toBe(1);
  });

  test('packages of another release are no upgrade', () => {
    const host = aptHost();
    host.write('policy', policy('bullseye'));
    expect(on(host, upgraded).check().status).toBe(1);
    host.write('state/indexes', '');
    expect(on(host, upgraded).apply().output).toContain('base-files from another release');
    expect(changes(host)).toEqual([]);
  });

  test('an apt-get that fails stops the step', () => {
    const host = aptHost();
    host.write('plan', TODO);
    host.write('state/indexes', '');
    host.write('fails-dist-upgrade', '');
    const step = on(host, apt.distUpgraded({ id: 'upgraded', why, suite: SUITE, answers }));
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(100);
    expect(unquoted(step.failure()[1])).toMatch(/^apt-get --yes.* dist-upgrade$/);
  });

  test('nothing is left to do where packages come from a later release already', () => {
    const host = aptHost();
    host.write('plan', TODO);
    const step = (orSuite: string) =>
      on(host, apt.distUpgraded({ id: 'upgraded', why, suite: 'zurg', orSuite, answers }));
    expect(step(SUITE).check()).toEqual({ status: 0, output: '' });
    expect(step('other').check().status).toBe(1);
  });

  test('settings of packages may be taken', () => {
    const host = aptHost();
    host.write('plan', TODO);
    const taken = { ...answers, conffiles: 'replace' } as const;
    on(host, apt.distUpgraded({ id: 'upgraded', why, suite: SUITE, answers: taken })).apply();
    const last = host.calls('apt-get').at(-1)?.args ?? [];
    expect(last.filter((word) => word.includes('force-conf'))).toEqual([
      '-oDpkg::Options::=--force-confnew',
    ]);
  });

  test('apt.settled', async () => {
    const settled = apt.settled({ id: 'settled', why });
    await expectGoldenStep(settled);
    const host = aptHost();
    const step = on(host, settled);
    expect(step.check()).toEqual({ status: 0, output: '' });
    host.write('audit', 'x\n');
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(0);
    expect(step.check().status).toBe(0);
    host.write('fails-check', '');
    expect(step.check().status).toBe(1);
    host.stub('dpkg', 'exit 2');
    expect(step.check().status).toBe(2);
  });
});
