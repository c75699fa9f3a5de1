import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apt } from '../../src/dsl/index.ts';
import { aptHost, aptPlaces, changes, unquoted } from '../support/apt.ts';
import { expectGoldenStep, runtimeOn, stepOn, type Host } from '../support/kinds.ts';

const why = 'it is due';
const names = { reference: 'parameter', name: 'wanted', type: 'identifiers' } as const;

function on(host: Host, step: Parameters<typeof stepOn>[1], more = {}) {
  return stepOn(host, step, { ...aptPlaces(host), ...more });
}

/** What `apt-cache policy` answers for packages that a source has, and those that none has. */
function policyOf(own: readonly string[], gone: readonly string[]): string {
  return [...own, ...gone]
    .map((name) => {
      const line = own.includes(name) ? '        500 http://x bookworm/main amd64 Packages\n' : '';
      return `${name}:\n  Installed: 1\n  Candidate: 1\n  Version table:\n *** 1 100\n${line}        100 /var/lib/dpkg/status\n`;
    })
    .join('');
}

function hostWith(own: readonly string[], gone: readonly string[]): Host {
  const host = aptHost();
  host.write('dpkg', [...own, ...gone].map((name) => `ii |${name}\n`).join(''));
  host.write('policy', policyOf(own, gone));
  return host;
}

const path = (name: string) => ({ reference: 'parameter', name, type: 'path' }) as const;
const ask = (host: Host, what: string, more = {}) =>
  runtimeOn(host, `${what}; printf '%s\\n' "\${sw_refusals[@]}"`, { ...aptPlaces(host), ...more })
    .output;

describe('apt.installed', () => {
  const seccomp = apt.installed({
    id: 'seccomp',
    why,
    packages: ['libseccomp2', 'podman'],
    suite: 'buster-backports',
    minimumVersion: '2.4',
    recommends: false,
  });

  test('looks, installs, and looks again', async () => {
    await expectGoldenStep(seccomp);
    const host = aptHost();
    host.write('dpkg', 'ii |libseccomp2|amd64|2.3\n');
    host.write('dpkg-status', '1');
    host.write('pkgnames', 'libseccomp2\npodman\npodman-docker\n');
    const step = on(host, seccomp);
    expect(step.check()).toEqual({ status: 1, output: '' });
    expect(unquoted(step.plan())).toContain('--target-release=buster-backports');
    expect(changes(host)).toEqual([]);
    host.write('after-install', 'ii |libseccomp2|amd64|2.5\nii |podman|amd64|3.0\n');
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(changes(host)).toEqual([
      'install --target-release=buster-backports --no-install-recommends -- libseccomp2 podman',
    ]);
    expect(step.check()).toEqual({ status: 0, output: '' });
  });

  test.each([
    ['ii |x|amd64|1', 0],
    ['hi |x|amd64|1', 0],
    ['rc |x|amd64|1', 1],
    ['iU |x|amd64|1', 1],
    ['iF |x|amd64|1', 1],
    ['iiR|x|amd64|1', 1],
    ['un |x||', 1],
    ['ii |y|amd64|1', 1],
    ['rc |x|i386|1\nii |x|amd64|1', 0],
    ['', 1],
  ])('dpkg says %j', (line, status) => {
    const host = aptHost();
    host.write('dpkg', `${line}\n`);
    expect(on(host, apt.installed({ id: 'x', why, packages: ['x'] })).check().status).toBe(status);
  });

  test('a name may have an architecture', () => {
    const host = aptHost();
    host.write('dpkg', 'ii |x|amd64|1\n');
    for (const [name, status] of [
      ['x:amd64', 0],
      ['x:i386', 1],
    ] as const) {
      const step = apt.installed({ id: 'x', why, packages: [name] });
      expect(on(host, step).check().status).toBe(status);
    }
  });

  test('a dpkg that fails tells nothing', () => {
    const host = aptHost();
    host.write('dpkg-status', '2');
    expect(on(host, seccomp).check().status).toBe(2);
    expect(on(host, apt.absent({ id: 'x', why, packages: ['x'] })).check().status).toBe(2);
  });

  test.each(['python3.7', 'gone-', 'g++'])('%s is no pattern and no order to remove', (name) => {
    const host = aptHost();
    host.write('pkgnames', 'python3x7\ngone\ng++-10\n');
    const step = on(host, apt.installed({ id: 'x', why, packages: [name] }));
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain(`there is no package ${name} in any source`);
    expect(changes(host)).toEqual([]);
  });

  test('no name at all is nothing to do', () => {
    const host = aptHost();
    const step = on(host, apt.installed({ id: 'x', why, packages: names }), { wanted_list: [] });
    expect(step.check().status).toBe(0);
    expect(step.apply().status).toBe(0);
    expect(changes(host)).toEqual([]);
  });

  test('hostile names reach apt as they are', () => {
    const host = aptHost();
    const hostile = ['a $(touch y)', '*', ';x'];
    host.write('pkgnames', hostile.map((name) => `${name}\n`).join(''));
    const step = on(host, apt.installed({ id: 'x', why, packages: names }), {
      wanted_list: hostile,
    });
    expect(step.apply().status).toBe(0);
    expect(host.calls('apt-get').at(-1)?.args.slice(-4)).toEqual(['--', ...hostile]);
    step.check();
    expect(host.calls('dpkg-query').at(-1)?.args.slice(-4)).toEqual(['--', ...hostile]);
  });
});

describe('apt.absent', () => {
  const absent = apt.absent({
    id: 'docker-gone',
    why,
    packages: ['docker-engine', 'docker.io', 'docker-ce'],
    keep: ['postgresql'],
  });

  test('removes whichever is there, and purges nothing', async () => {
    await expectGoldenStep(absent);
    const host = aptHost();
    host.write('dpkg', 'ii |docker.io|amd64|1\nrc |docker-engine|amd64|1\n');
    host.write('dpkg-status', '1');
    const step = on(host, absent);
    expect(step.check().status).toBe(1);
    expect(unquoted(step.plan()).trim()).toBe('apt-get --yes remove -- docker.io');
    expect(changes(host)).toEqual([]);
    host.write('after-remove', 'rc |docker.io|amd64|1\nrc |docker-engine|amd64|1\n');
    expect(step.apply().status).toBe(0);
    expect(changes(host)).toEqual(['remove -- docker.io']);
    expect(host.calls('apt-get').at(-1)?.args).toContain('APT::Get::Purge=false');
    expect(step.check()).toEqual({ status: 0, output: '' });
  });

  test('nothing goes with it that has to stay', () => {
    const host = aptHost();
    host.write('dpkg', 'ii |docker.io|amd64|1\n');
    host.write('plan', 'Remv docker.io [1]\nRemv postgresql [11]\n');
    expect(on(host, absent).apply().output).toContain('apt would remove postgresql');
    expect(host.calls('apt-get').map(({ args }) => args.join(' '))).toContain(
      '-s -o APT::Get::AutomaticRemove=false remove docker.io',
    );
    expect(changes(host)).toEqual([]);
  });

  test.each([
    ['rc ', 0],
    ['un ', 0],
    ['pn ', 0],
    ['iH ', 1],
    ['iF ', 1],
    ['it ', 1],
  ])('state %j', (state, status) => {
    const host = aptHost();
    host.write('dpkg', `${state}|docker.io|amd64|1\n`);
    expect(on(host, absent).check().status).toBe(status);
  });
});

describe('packages that no source has', () => {
  const listed = apt.foreignListed({
    id: 'foreign',
    why,
    to: path('foreign_file'),
    suite: 'bookworm',
  });
  const obsolete = apt.obsoleteListed({
    id: 'obsolete',
    why,
    to: path('list'),
    foreign: path('foreign_file'),
  });
  const purged = apt.obsoletePurged({
    id: 'purged',
    why,
    foreign: path('foreign_file'),
    keep: ['kept'],
  });

  test('what was foreign before is not obsolete after', async () => {
    await expectGoldenStep(listed);
    await expectGoldenStep(obsolete);
    await expectGoldenStep(purged);
    const host = hostWith(['base-files', 'bash'], ['mine']);
    const more = { foreign_file: host.path('out/foreign'), list: host.path('out/obsolete') };
    const first = on(host, listed, more);
    expect(first.check().status).toBe(1);
    expect(first.apply()).toMatchObject({ status: 0 });
    expect(host.read('out/foreign').split('\n').slice(1)).toEqual(['mine', '# end', '']);
    expect(first.check().status).toBe(0);

    // What was installed since an earlier attempt is the administrator's own, too.
    host.write('dpkg', ['base-files', 'mine', 'yours'].map((name) => `ii |${name}\n`).join(''));
    host.write('policy', policyOf(['base-files'], ['mine', 'yours']));
    expect(first.check().status).toBe(1);
    expect(first.apply()).toMatchObject({ status: 0 });
    expect(host.read('out/foreign').split('\n').slice(1)).toEqual(['mine', 'yours', '# end', '']);

    const gone = ['mine', 'libssl1.1', 'kept'];
    host.write('dpkg', ['base-files', ...gone].map((name) => `ii |${name}\n`).join(''));
    host.write('policy', policyOf(['base-files'], gone));
    // As soon as one source has another release, it could not be made again.
    host.write(
      'apt/sources.list.d/backports.list',
      'deb http://ftp.debian.org/debian trixie-backports main\n',
    );
    expect(first.check().status).toBe(0);
    const second = on(host, obsolete, more);
    expect(second.check().status).toBe(1);
    expect(second.apply().status).toBe(0);
    expect(host.read('out/obsolete')).toBe('kept\nlibssl1.1\n');
    expect(second.check().status).toBe(0);

    const third = on(host, purged, more);
    expect(third.check().status).toBe(1);
    expect(unquoted(third.plan())).toContain('purge -- libssl1.1');
    expect(changes(host)).toEqual([]);
    host.write('plan', 'Purg libssl1.1 [1]\nPurg needed [1]\n');
    expect(third.apply().output).toContain('are not obsolete: needed; nothing was changed');
    expect(changes(host)).toEqual([]);
    host.write('plan', 'Purg libssl1.1 [1]\n');
    expect(third.apply().status).toBe(0);
    expect(changes(host)).toEqual(['purge -- libssl1.1']);
    host.write('dpkg', 'ii |base-files\nii |mine\n');
    host.write('policy', policyOf(['base-files'], ['mine']));
    expect(third.check().status).toBe(0);
    expect(second.check().status).toBe(0);
  });

  test("what an earlier upgrade has left is obsolete after the next one, and what is its owner's is not", async () => {
    const next = apt.foreignListed({
      id: 'foreign-again',
      why,
      to: path('next_file'),
      suite: 'bookworm',
      except: path('list'),
    });
    const again = apt.obsoletePurged({ id: 'purged-again', why, foreign: path('next_file') });
    await expectGoldenStep(next, 'apt.foreignListed-except');
    const host = hostWith(['base-files'], ['libssl1.1', 'mine']);
    const more = {
      foreign_file: host.write('foreign', '# Packages\nmine\n# end\n'),
      list: host.path('out/obsolete'),
      next_file: host.path('out/next'),
    };
    // Where there was no earlier upgrade, everything is foreign.
    expect(on(host, next, more).apply()).toMatchObject({ status: 0 });
    expect(host.read('out/next').split('\n').slice(1)).toEqual(['libssl1.1', 'mine', '# end', '']);
    expect(on(host, next, more).check().status).toBe(0);
    expect(on(host, again, more).check().status).toBe(0);

    expect(on(host, obsolete, more).apply()).toMatchObject({ status: 0 });
    expect(host.read('out/obsolete')).toBe('libssl1.1\n');
    expect(on(host, next, more).check().status).toBe(1);
    expect(on(host, next, more).apply()).toMatchObject({ status: 0 });
    expect(host.read('out/next').split('\n').slice(1)).toEqual(['mine', '# end', '']);
    expect(on(host, next, more).check()).toEqual({ status: 0, output: '' });
    expect(unquoted(on(host, again, more).plan())).toContain('purge -- libssl1.1');
    expect(unquoted(on(host, again, more).plan())).not.toContain('mine');
  });

  test('a PostgreSQL server is not purged as long as it has a cluster', () => {
    const host = hostWith(['base-files'], ['postgresql-13', 'postgresql-client-13']);
    const purging = on(host, purged, {
      foreign_file: host.write('foreign', '# end\n'),
      list: host.path('list'),
      sw_postgres_settings: host.path('etc/postgresql'),
    });
    host.write('plan', 'Purg postgresql-13 [1]\nPurg postgresql-client-13 [1]\n');
    host.write('etc/postgresql/13/other/postgresql.conf', '');
    const outcome = purging.apply();
    expect(outcome.status).not.toBe(0);
    expect(outcome.output).toContain('purging postgresql-13 would drop the PostgreSQL cluster of');
    expect(changes(host)).toEqual([]);
    host.write('etc/postgresql/15/other/postgresql.conf', '');
    rmSync(host.path('etc/postgresql/13'), { recursive: true });
    expect(purging.apply().status).toBe(0);
    expect(changes(host)).toEqual(['purge -- postgresql-13 postgresql-client-13']);
  });

  test('without lists of packages nothing is told, and nothing purged', () => {
    const host = hostWith([], ['base-files', 'bash']);
    const more = { foreign_file: host.write('foreign', '# end\n'), list: host.path('list') };
    expect(on(host, purged, more).check().status).toBe(2);
    expect(on(host, purged, more).apply().status).toBe(2);
    expect(
      on(host, listed, { ...more, foreign_file: host.path('other') }).apply().output,
    ).toContain('apt has no lists of packages');
    expect(changes(host)).toEqual([]);
  });

  test('a list that was cut short lets nothing be purged', () => {
    const host = hostWith(['base-files'], ['mine']);
    const more = { foreign_file: host.write('foreign', '# Packages\n') };
    expect(on(host, purged, more).check().status).toBe(2);
  });
});

describe('preflight', () => {
  test('held and half-installed packages are both told', () => {
    const host = aptHost();
    const dpkg = 'case $1 in --audit) cat "$host/audit" ;; *) cat "$host/selections" ;; esac';
    host.stub('dpkg', dpkg);
    host.write('selections', 'linux-image-amd64\thold\ndocker-ce\t\thold\nbash\tinstall\n');
    host.write('audit', 'x\n');
    const output = ask(host, 'require_packages_in_order gone');
    expect(output).toContain('apt-mark unhold linux-image-amd64 docker-ce');
    expect(output).toContain('dpkg --configure -a');
    expect(ask(host, 'sw_begun=yes; require_packages_in_order gone')).toBe('\n');
    host.write('audit', '');
    host.write('selections', 'bash\tinstall\n');
    expect(ask(host, 'require_packages_in_order gone')).toBe('\n');
  });

  test('pins and a preferred release are told', () => {
    const host = aptHost();
    host.stub('apt-config', 'echo \'APT::Default-Release "stable";\'');
    host.write('preferences', 'Package: *\nPin-Priority: 1\n');
    host.write('preferences.d/x.pref', 'Package: x\npin: release n=sid\n');
    host.write('preferences.d/y.bak', 'Pin: release n=sid\n');
    const sw_apt_preferences = host.path('preferences');
    const output = ask(host, 'require_no_pins', { sw_apt_preferences });
    expect(output).toContain('preferences.d/x.pref pins packages (release n=sid)');
    expect(output).not.toContain('y.bak');
    expect(output).toContain('apt prefers one release');
    host.stub('apt-config', 'echo \'APT::Default-Release "";\'');
    host.write('preferences.d/x.pref', '');
    expect(ask(host, 'require_no_pins', { sw_apt_preferences })).toBe('\n');
  });
});
