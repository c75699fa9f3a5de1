import {
  defineHost,
  liveData,
  type Host,
  type HostModel,
  type StartState,
  type World,
} from 'stepwright/simulate';
import type { Release, Upgrade } from '../upgrade.ts';
import { page, rebootedByHand, upgradedByHand, withSuccessor } from './by-hand.ts';
import { refused } from './refused.ts';
import { lines, serverOf, stanzas } from './servers.ts';
import { SYSCTL, wrongAtEnd } from './target.ts';
import { variant, type States } from './variant.ts';
import { OLDER_CURL, world } from './world.ts';

const STANZAS = '/etc/apt/sources.list.d/debian.sources';
const LINES = '/etc/apt/sources.list';
/** Says whether packages of PostgreSQL give a server its first cluster. */
const FIRST_CLUSTER = '/etc/postgresql-common/createcluster.conf';

/** What the second cluster holds: one database is called as one of the first is. */
const REPORTS = {
  figures: [
    { id: 1, name: 'orders of May' },
    { id: 2, name: 'orders of June' },
  ],
  app: [{ id: 1, name: 'account of the reports' }],
};

/** Servers that are upgraded, each with something of its own. */
function variants(from: Release): States {
  return {
    healthy: variant(from, 'a healthy server'),
    deb822: variant(from, 'sources in stanzas', {
      sources: {
        [STANZAS]: stanzas(from.codename),
        // apt passes over it, by its name: it is never fetched.
        '/etc/apt/sources.list.d/backports (copy).list': lines(`${from.codename}-backports`),
      },
    }),
    'no-successor': variant(from, 'PostgreSQL makes no cluster of its own accord', {
      files: { [FIRST_CLUSTER]: 'create_main_cluster = false\n' },
    }),
    'no-metapackage': variant(from, 'without the package that brings the next PostgreSQL', {
      without: ['postgresql'],
    }),
    'named-databases': variant(
      from,
      'databases that are named, and others with names of all kinds',
      { databases: { 'we"ird \\ name': [{ id: 1, name: 'x' }], Größe: [{ id: 1, name: 'y' }] } },
      { args: ['--set', 'databases=app wiki'] },
    ),
    'two-clusters': variant(
      from,
      'a second cluster, with a database of its own, and one whose name the first has, too',
      { reports: REPORTS },
      { args: ['--set', 'clusters=main reports', '--set', 'databases=app figures'] },
    ),
    behind: variant(from, 'packages of an older point release', {
      older: [OLDER_CURL[from.codename === 'bullseye' ? 'bullseye' : 'bookworm']],
    }),
    vendor: variant(from, "a vendor's repository, and a package from it", { vendor: true }),
    'purge-obsolete': variant(
      from,
      'what is obsolete is to be purged',
      { vendor: true },
      {
        args: ['--set', 'purge-obsolete=yes'],
      },
    ),
  };
}

/** Servers with packages from outside of `main`: firmware has a component of its own since Debian 12. */
function nonFree(from: Release): States {
  const split = from.codename !== 'bullseye';
  const components = `main contrib non-free${split ? ' non-free-firmware' : ''}`;
  const firmware = ['firmware-misc-nonfree'];
  return {
    'non-free': variant(from, 'firmware that is not free', {
      sources: { [LINES]: lines(from.codename, components) },
      with: firmware,
    }),
    'non-free-deb822': variant(from, 'firmware that is not free, and sources in stanzas', {
      sources: { [STANZAS]: stanzas(from.codename, components) },
      with: firmware,
    }),
  };
}

/** Settings that Debian 13 does not look for, or does not know, any more. */
function oldSettings(from: Release, to: Release): States {
  if (to.codename !== 'trixie') return {};
  return {
    'old-time-zone': variant(from, 'a time zone by its old name in the settings of a cluster', {
      commands: `pg_conftool ${from.postgres} main set timezone US/Eastern`,
    }),
    sysctl: variant(from, 'settings of the kernel in /etc/sysctl.conf', {
      files: { '/etc/sysctl.conf': `# of the house\n${SYSCTL}\n` },
      commands: 'mkdir -p /etc/sysctl.d; ln -s ../sysctl.conf /etc/sysctl.d/99-sysctl.conf',
    }),
  };
}

/** The line of the release notes after which the server calls itself by the new release's name. */
const RENAMED = 5;

/** The line that changes the sources. */
const SOURCES = 3;

/** Sources that speak of the release after the next one are neither the old ones nor the new ones. */
function sourcesTooFar(count: number, first: boolean): Pick<StartState, 'stops'> {
  if (first || count < SOURCES) return {};
  return { stops: { status: 3, says: /name suites of neither bullseye nor bookworm: trixie / } };
}

/** Servers on which somebody has begun by hand, and stopped after each line of the release notes. */
function byHand(
  upgrade: Upgrade,
  make: (known: World) => Promise<Host>,
  prefix: string,
  first: boolean,
): States {
  const states: States = {};
  // The first script of a longer way is not for the release that comes after the next one.
  const tooFar: Pick<StartState, 'stops'> = first
    ? {}
    : { stops: { status: 3, says: new RegExp(`this machine runs ${upgrade.to.codename}`) } };
  for (const [index] of page(upgrade).entries()) {
    const count = index + 1;
    states[`${prefix}-${count}`] = {
      title: `upgraded to ${upgrade.to.name} by hand, up to line ${count}`,
      make: async (known) => upgradedByHand(await make(known), upgrade, count),
      ...(count < RENAMED ? sourcesTooFar(count, first) : tooFar),
    };
  }
  return {
    ...states,
    [`${prefix}-rebooted`]: {
      title: `upgraded to ${upgrade.to.name} by hand and restarted, its databases not`,
      make: async (known) => rebootedByHand(await make(known), upgrade, 'packages'),
      ...tooFar,
    },
    [`${prefix}-successor`]: {
      title: `upgraded to ${upgrade.to.name} by hand, with a new cluster that is empty`,
      make: async (known) => withSuccessor(await make(known), upgrade),
      ...tooFar,
    },
    [`${prefix}-rival`]: {
      title: `upgraded to ${upgrade.to.name} by hand, with a new cluster that is in use`,
      make: async (known) => withSuccessor(await make(known), upgrade, 'orders'),
      stops: { status: 1, says: /both hold something: nothing was dropped/ },
      ...tooFar,
    },
    [`at-${upgrade.to.codename}`]: {
      title: `upgraded to ${upgrade.to.name} by hand`,
      make: async (known) => rebootedByHand(await make(known), upgrade, 'everything'),
      ...tooFar,
    },
  };
}

/** Rows of any database in any cluster, and files that are the administrator's. */
function precious(host: Host): string[] {
  const rows = liveData(host).flatMap(({ databases }) =>
    Object.entries(databases).flatMap(([name, { tables }]) =>
      Object.entries(tables).flatMap(([table, { rows: found }]) =>
        found.map((row) => `row ${JSON.stringify(row)} of ${name}.${table}`),
      ),
    ),
  );
  const kept = ['/opt/app/serve', '/etc/systemd/system/app.service'].filter((path) =>
    host.files.exists(path),
  );
  return [...new Set([...rows, ...kept.map((path) => `file ${path}`)])];
}

/** The servers on which the way along `upgrades`, one after the other, is tried. */
export function upgradeModel(...upgrades: readonly [Upgrade, ...Upgrade[]]): HostModel {
  const [{ from }] = upgrades;
  const to = (upgrades.at(-1) as Upgrade).to;
  const states: States = {
    ...variants(from),
    ...nonFree(from),
    ...oldSettings(from, to),
    ...refused(upgrades),
  };
  let make = async (known: World): Promise<Host> => serverOf(known, from);
  for (const upgrade of upgrades) {
    const before = make;
    Object.assign(
      states,
      byHand(upgrade, before, `by-hand-${upgrade.to.codename}`, upgrade === upgrades[0]),
    );
    make = async (known) => rebootedByHand(await before(known), upgrade, 'everything');
  }
  return defineHost({ world, states, target: (host) => wrongAtEnd(host, to), precious });
}
