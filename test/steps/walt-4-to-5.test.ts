import { describe, expect, test } from 'vitest';
import { printScript } from '../../src/bash/print.ts';
import { lower } from '../../src/compile/lower.ts';
import { partsOf } from '../../src/compile/parts.ts';
import { validate } from '../../src/compile/validate.ts';
import walt from '../../steps/walt-4-to-5/index.ts';

const procedure = validate('steps/walt-4-to-5/index.ts', walt);
const ids = procedure.steps.map(({ id }) => id);

function manual(id: string): string {
  const step = procedure.steps.find((each) => each.id === id);
  return step === undefined ? '' : printScript(lower(step).manual);
}

/**
 * Each command of the manual page in its order: what of it the step's own manual commands have to
 * show, and the step.
 */
const PAGE: readonly (readonly [string, string, RegExp])[] = [
  ['systemctl stop walt-server', 'walt-stopped', /systemctl stop -- walt-server/],
  ['systemctl disable walt-server', 'walt-disabled', /systemctl disable -- walt-server/],
  ['pg_dump -Fc walt', 'database-saved', /pg_dump [^\n]*(--format=custom|-Fc)/],
  [
    'python -m pip uninstall walt-…',
    'walt-4-absent',
    /pip uninstall[\s\S]*walt-server[\s\S]*walt-virtual[\s\S]*walt-client[\s\S]*walt-common/,
  ],
  ['apt remove docker-engine', 'old-docker-absent', /remove[\s\S]*docker-engine/],
  ['sed stretch buster sources.list', 'sources-of-buster', /stretch[\s\S]*buster/],
  ['curl docker gpg, docker.list', 'docker-repository', /gpg[\s\S]*docker\.list/],
  [
    'curl kubic Release.key, its list',
    'kubic-repository',
    /Release\.key[\s\S]*libcontainers\.list/,
  ],
  ['apt update', 'indexes-fetched', /apt-get[\s\S]*update/],
  ['apt dist-upgrade', 'os-upgraded', /dist-upgrade/],
  [
    'apt install buildah …',
    'components-installed',
    /install[\s\S]*buildah[\s\S]*podman[\s\S]*docker-ce[\s\S]*docker-ce-cli[\s\S]*containerd\.io[\s\S]*python3-dev/,
  ],
  ['get-pip.py', 'pip-there', /get_pip|get-pip/],
  ['pg_dropcluster --stop 11 main', 'cluster-upgraded', /pg_dropcluster --stop[^\n]* 11 main/],
  ['pg_upgradecluster 9.6 main', 'cluster-upgraded', /pg_upgradecluster[^\n]* 9\.6 main/],
  ['pg_dropcluster 9.6 main', 'cluster-upgraded', /pg_dropcluster[^\n]* 9\.6 main/],
  [
    'pip3 install walt-server walt-client',
    'walt-5-installed',
    /pip install[\s\S]*walt-server==[\s\S]*walt-client==/,
  ],
  ['reboot', 'rebooted', /systemctl reboot/],
  ['walt-server-daemon', 'images-migrated', /walt-server-daemon/],
  ['systemctl start walt-server', 'walt-started', /systemctl start -- walt-server/],
  ['systemctl enable walt-server', 'walt-enabled', /systemctl enable -- walt-server/],
];

/** The page changes the sources late; here that comes first, so that packages are fetched while WalT runs. */
const AHEAD = new Set([
  'sources-of-buster',
  'docker-repository',
  'kubic-repository',
  'indexes-fetched',
]);

function places(ahead: boolean): number[] {
  return PAGE.filter(([, id]) => AHEAD.has(id) === ahead).map(([, id]) => ids.indexOf(id));
}

describe('the manual page', () => {
  test.each(PAGE)('%s: step %s', (_, id, shows) => {
    expect(manual(id)).toMatch(shows);
  });

  test('its order is kept, but for the sources, which come ahead', () => {
    for (const list of [places(false), places(true)]) {
      expect(list).toEqual(list.toSorted((a, b) => a - b));
    }
    expect(Math.max(...places(true))).toBeLessThan(Math.min(...places(false)));
  });

  test('its five answers are given', () => {
    const step = procedure.steps.find(({ id }) => id === 'os-upgraded');
    expect(step).toMatchObject({
      answers: {
        libcUpgrade: 'yes',
        restartServices: 'yes',
        postgresqlNotice: 'ignore',
        conffiles: 'keep',
        grub: 'boot-disk',
      },
    });
  });
});

describe('beyond the page', () => {
  const parts = partsOf(procedure.steps).map(({ steps }) => steps.map(({ id }) => id));

  test.each([
    ['packages-fetched', 'walt-stopped'],
    ['images-known', 'old-docker-absent'],
    // With WalT stopped, nothing is made or removed any more.
    ['packages-fetched', 'images-counted'],
    ['walt-disabled', 'images-counted'],
    ['images-counted', 'images-saved'],
    ['images-saved', 'old-docker-absent'],
    ['system-saved', 'sources-of-buster'],
    ['seccomp-new', 'components-installed'],
    ['images-there', 'images-migrated'],
    ['images-migrated', 'walt-started'],
  ])('%s comes before %s', (first, second) => {
    expect(ids).toContain(first);
    expect(ids.indexOf(first)).toBeLessThan(ids.indexOf(second));
  });

  test('the images are looked for after the reboot, before the daemon runs', () => {
    expect(parts[1]).toEqual(expect.arrayContaining(['images-there', 'images-migrated']));
  });

  test.each(['images-there', 'images-migrated'])(
    'once WalT 5 was started, %s asks nothing of its images any more',
    (id) => {
      expect(procedure.steps.find((step) => step.id === id)).toMatchObject({
        untilBegun: 'walt-started',
      });
    },
  );

  test.each(['save-images', 'prefetch', 'new-seccomp', 'configure-dhcp'])(
    '%s can be switched',
    (name) => {
      expect(procedure.parameters.find((each) => each.name === name)?.type).toBe('boolean');
    },
  );
});
