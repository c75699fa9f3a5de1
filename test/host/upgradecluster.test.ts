import { describe, expect, onTestFinished, test } from 'vitest';
import { installServer, makeWorld, powerOn } from '../../src/simulate/define.ts';
import type { Host } from '../../src/simulate/host.ts';
import type { Judge } from '../../src/simulate/points.ts';
import {
  beginCluster,
  contentAt,
  finishCluster,
  listClusters,
} from '../../src/simulate/postgres/clusters.ts';
import { touched, traceOf } from '../../src/simulate/proofs/compare.ts';
import { runScript, type RunResult } from '../../src/simulate/run.ts';
import type { Database } from '../../src/simulate/state.ts';

const world = makeWorld({ releases: ['bullseye'] });
const ROWS = Array.from({ length: 6 }, (_, id) => ({ id }));
const APP: Database = { owner: 'app', tables: { notes: { columns: ['id'], rows: ROWS } } };
const OPEN = 'local all postgres peer\nlocal all all peer\n# ours\n';

/** postgresql-common of Debian 9 to 13, as far as it matters here. */
type Common = '181' | '200' | '225' | '248' | '278';
type Prepare = (host: Host) => void;

function install(host: Host, version: string, ...names: readonly string[]): void {
  for (const name of names) host.state.packages[name] = { version, status: 'installed' };
}

/** A Debian 11 server with rows in 13/main, the programs of 15 too, and that postgresql-common. */
function server(common: Common, prepare: Prepare = () => undefined): Host {
  const host = installServer(world, 'bullseye');
  onTestFinished(() => host.dispose());
  install(host, common, 'postgresql-common', 'postgresql-client-common');
  install(host, '15.14-0+deb12u1', 'postgresql-15', 'postgresql-client-15');
  host.files.write('/usr/lib/postgresql/15/bin/postgres', '');
  host.files.write('/etc/postgresql/13/main/pg_hba.conf', OPEN);
  const data = contentAt(host, '/var/lib/postgresql/13/main');
  data?.roles.push('app');
  if (data !== undefined) data.databases['app'] = structuredClone(APP);
  prepare(host);
  return powerOn(host);
}

function makeCluster(version: string, name: string, port: number, start = 'auto'): Prepare {
  return (host) => {
    const data = `/var/lib/postgresql/${version}/${name}`;
    beginCluster(host, version, name, data, port);
    finishCluster(host, version, name, data, start);
  };
}

function setStart(word: string): Prepare {
  return (host) => host.files.write('/etc/postgresql/13/main/start.conf', `${word}\n`);
}

const down = setStart('manual');

function withHook(host: Host): void {
  host.files.write('/etc/postgresql-common/pg_upgradecluster.d/analyze', '#!/bin/sh\n');
}

async function call(host: Host, args: string, judge?: Judge): Promise<RunResult> {
  host.files.write('/root/run.sh', `pg_upgradecluster ${args} </dev/null\n`);
  const faults = judge === undefined ? {} : { judge };
  return runScript(host, '/root/run.sh', { faults });
}

/** Every cluster in a line: its port, whether it runs and for whom, when it starts, rows of `app`. */
function clustersOf(host: Host): string[] {
  return listClusters(host).map(({ version, name, port, start, content }) => {
    if (content === undefined) return `${version}/${name} ${port} ${start} no data`;
    const { server: running, databases } = content;
    const runs = running === undefined ? 'down' : `online for ${running.admits.join(' ')}`;
    const rows = databases['app']?.tables['notes']?.rows.length ?? 'no';
    return `${version}/${name} ${port} ${start}, ${runs}, ${rows} rows`;
  });
}

const OLD_AS_IT_WAS = '13/main 5432 auto, online for postgres all, 6 rows';
const OLD_CLOSED = '13/main 5432 auto, online for postgres, 6 rows';
const OLD_LEFT = '13/main 5433 manual, down, 6 rows';
const NEW = '15/main 5432 auto, online for postgres all, 6 rows';

/** A command line that is refused, what it says, and what the server is like. */
type Refused = readonly [args: string, says: RegExp, common?: Common, prepare?: Prepare];

const REFUSED: readonly Refused[] = [
  ['--frobnicate 13 main', /^Unknown option: frobnicate$/m],
  ['13 main -v', /^Option v requires an argument$/m],
  ['--start 13 main', /^Unknown option: start$/m, '200'],
  ['--no-start 13 main', /^Unknown option: no-start$/m, '200'],
  ['', /^Usage: pg_upgradecluster \[OPTIONS\]/m],
  ['13', /^Usage: pg_upgradecluster \[OPTIONS\]/m],
  ['-m upgrade 13 main', /knows the method dump alone$/m],
  ['--link 13 main', /knows the method dump alone$/m],
  ['13 other', /^Error: specified cluster does not exist$/m],
  ['11 main', /^Error: specified cluster does not exist$/m],
  ['13 main', /^Error: cluster is disabled$/m, '248', setStart('disabled')],
  ['-v 13 13 main', /already on version 13\. \(The newest version installed.* is 15\.\)$/m],
  [
    '13 main',
    /^Error: target cluster 15\/main already exists$/m,
    '248',
    makeCluster('15', 'main', 5433),
  ],
  ['-v 16 13 main', /^Error: no initdb program for version 16 found$/m],
  [
    '13 main',
    /^postgresql-plperl-13 is installed, but postgresql-plperl-15 is missing\n[\s\S]*pre-upgrade checks failed/m,
    '278',
    (host) => install(host, '13.22-0+deb11u1', 'postgresql-plperl-13'),
  ],
];

describe('pg_upgradecluster refuses, with nothing changed', () => {
  const rows = REFUSED.map(([args, says, common = '248', prepare]) => ({
    args,
    says,
    common,
    prepare,
  }));
  test.each(rows)('$args: $says', async ({ args, says, common, prepare }) => {
    const host = server(common, prepare);
    const [before, clusters] = [traceOf(host), clustersOf(host)];
    const { status, stdout, stderr, calls } = await call(host, args);
    expect(stdout + stderr).toMatch(says);
    expect(status).toBe(1);
    expect(calls.filter(({ changing }) => changing)).toEqual([]);
    expect(touched(before, traceOf(host))).toEqual(['/root/run.sh']);
    expect(clustersOf(host)).toEqual(clusters);
  });
});

/** A command line that succeeds, the clusters that it leaves, and what the server was like. */
type Done = readonly [args: string, leaves: readonly string[], common?: Common, prepare?: Prepare];

const NEW_DOWN = '15/main 5432 manual, down, 6 rows';
const NEW_STARTED = '15/main 5432 manual, online for postgres all, 6 rows';

const DONE: readonly Done[] = [
  ['13 main', [OLD_LEFT, NEW], '181'],
  ['13 main', [OLD_LEFT, NEW], '200'],
  ['13 main', [OLD_LEFT, NEW], '225'],
  ['13 main', [OLD_LEFT, NEW], '248'],
  ['13 main', [OLD_LEFT, NEW], '278'],
  ['-v 15 -m dump -j 2 13 main', [OLD_LEFT, NEW]],
  ['--version=15 --method=dump 13 main', [OLD_LEFT, NEW]],
  // Whether the new one runs in the end goes by the old one since 208, and by the hooks.
  ['13 main', [OLD_LEFT, NEW_STARTED], '200', down],
  ['13 main', [OLD_LEFT, NEW_DOWN], '225', down],
  ['13 main', [OLD_LEFT, NEW_DOWN], '278', down],
  [
    '13 main',
    [OLD_LEFT, NEW_STARTED],
    '278',
    (host) => {
      down(host);
      withHook(host);
    },
  ],
  ['--start 13 main', [OLD_LEFT, NEW_STARTED], '225', down],
  ['--no-start 13 main', [OLD_LEFT, '15/main 5432 auto, down, 6 rows']],
  // The old one takes the port that was the lowest free one when the new one was made.
  [
    '13 main',
    [
      '13/main 5434 manual, down, 6 rows',
      '13/other 5433 auto, online for postgres all, no rows',
      NEW,
    ],
    '248',
    makeCluster('13', 'other', 5433),
  ],
];

describe('pg_upgradecluster leaves the old cluster down, manual, and on another port', () => {
  const rows = DONE.map(([args, leaves, common = '248', prepare]) => ({
    args,
    leaves,
    common,
    prepare,
  }));
  test.each(rows)('$args ($common): $leaves', async ({ args, leaves, common, prepare }) => {
    const host = server(common, prepare);
    const { status, stdout, stderr } = await call(host, args);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Success\. .*\n.*\n {2}pg_dropcluster 13 main$/m);
    expect(status).toBe(0);
    expect(clustersOf(host)).toEqual(leaves);
    const [old, upgraded] = listClusters(host)
      .filter(({ name }) => name === 'main')
      .map(({ content }) => content);
    expect(upgraded?.databases).toEqual(old?.databases);
    expect(upgraded?.roles).toEqual(old?.roles);
    // The settings went over, and those of the old one are as they were.
    for (const version of ['13', '15'])
      expect(host.files.text(`/etc/postgresql/${version}/main/pg_hba.conf`)).toBe(OPEN);
    expect(host.files.names('/etc/postgresql/13/main')).toEqual([
      'pg_hba.conf',
      'pg_ident.conf',
      'postgresql.conf',
      'start.conf',
    ]);
    expect(host.files.names('/tmp')).toEqual([]);
  });

  test.each([
    ['13 main /srv/data', '/srv/data'],
    ['13 main', '/srv/pg/15-main'],
  ])('%s puts the data into %s', async (args, folder) => {
    const host = server('248', ({ files }) =>
      files.write(
        '/etc/postgresql-common/createcluster.conf',
        "data_directory = '/srv/pg/%v-%c'\n",
      ),
    );
    expect((await call(host, args)).status).toBe(0);
    expect(clustersOf(host)).toEqual([OLD_LEFT, NEW]);
    expect(listClusters(host).map(({ data }) => data)).toEqual([
      '/var/lib/postgresql/13/main',
      folder,
    ]);
  });
});

/** Ends the run at the moment of that name. */
function killAt(name: string): Judge {
  return ({ phase, what }) => ((what === '' ? phase : what) === name ? { kill: true } : undefined);
}

const HALF_MADE = '15/main 5433 auto no data';
const EMPTY_DOWN = '15/main 5433 auto, down, no rows';
const EMPTY = '15/main 5433 auto, online for postgres, no rows';
const COPIED = '15/main 5433 auto, online for postgres, 6 rows';

/** A moment, and the clusters that a kill then leaves: by postgresql-common 248 and by 200. */
const KILLED: readonly (readonly [moment: string, common: Common, leaves: readonly string[]])[] = [
  ['before', '248', [OLD_AS_IT_WAS]],
  ['old cluster restarted for its owner alone', '248', [OLD_CLOSED]],
  ['initdb has begun', '248', [OLD_CLOSED, HALF_MADE]],
  ['new cluster created', '248', [OLD_CLOSED, EMPTY_DOWN]],
  ['new cluster started', '248', [OLD_CLOSED, EMPTY]],
  [
    'half of database app copied',
    '248',
    [OLD_CLOSED, '15/main 5433 auto, online for postgres, 3 rows'],
  ],
  ['everything copied', '248', [OLD_CLOSED, COPIED]],
  [
    'both clusters stopped',
    '248',
    ['13/main 5432 auto, down, 6 rows', '15/main 5433 auto, down, 6 rows'],
  ],
  [
    'old cluster set to manual',
    '248',
    ['13/main 5432 manual, down, 6 rows', '15/main 5433 auto, down, 6 rows'],
  ],
  ['old cluster has another port', '248', [OLD_LEFT, '15/main 5433 auto, down, 6 rows']],
  ['new cluster has the old port', '248', [OLD_LEFT, '15/main 5432 auto, down, 6 rows']],
  ['after', '248', [OLD_LEFT, NEW]],
  ['old cluster restarted for its owner alone', '200', [OLD_CLOSED]],
  ['everything copied', '200', [OLD_CLOSED, COPIED]],
  // Up to 228 the settings come after the data: both are set to one port for a while.
  ['settings copied', '200', [OLD_CLOSED, '15/main 5432 auto, online for postgres, 6 rows']],
];

describe('pg_upgradecluster, killed', () => {
  test.each(KILLED)('%s (%s)', async (moment, common, leaves) => {
    const host = server(common);
    const { status } = await call(host, '13 main', killAt(moment));
    expect(status).toBe(137);
    expect(clustersOf(host)).toEqual(leaves);
    if (leaves.length < 2) return;
    const again = await call(host, '13 main');
    expect(again.stderr).toBe('Error: target cluster 15/main already exists\n');
    expect(again.status).toBe(1);
  });

  test('the old cluster stays closed after a restart where its pg_hba.conf was swapped', async () => {
    const host = server('200');
    await call(host, '13 main', killAt('everything copied'));
    const folder = '/etc/postgresql/13/main';
    expect(host.files.text(`${folder}/pg_hba.conf.pg_upgradecluster`)).toBe(OPEN);
    host.boot();
    expect(clustersOf(host)[0]).toBe(OLD_CLOSED);
  });

  test('it is open again after a restart where it had a file in /tmp', async () => {
    const host = server('248');
    await call(host, '13 main', killAt('everything copied'));
    expect(host.files.text('/etc/postgresql/13/main/pg_hba.conf')).toBe(OPEN);
    host.boot();
    expect(clustersOf(host)[0]).toBe(OLD_AS_IT_WAS);
  });
});

/** From here on the new cluster's data cannot be written. */
function spoil(moment: string): Judge {
  return ({ what, host }) => {
    if (what !== moment) return undefined;
    host.files.remove('/var/lib/postgresql/15/main/global');
    host.files.makeFolder('/var/lib/postgresql/15/main/global/pg_control');
    return undefined;
  };
}

describe('pg_upgradecluster, failing on its way, removes the new cluster', () => {
  test('one that cannot be made leaves the old one closed', async () => {
    const host = server('248');
    const { status, stderr } = await call(host, '13 main', spoil('initdb has begun'));
    expect(stderr).toBe('Error: Could not create target cluster\n');
    expect(status).toBe(1);
    expect(clustersOf(host)).toEqual([OLD_CLOSED]);
  });

  test.each([
    ['248', [OLD_AS_IT_WAS], undefined],
    ['200', [OLD_AS_IT_WAS], undefined],
    ['248', ['13/main 5432 manual, online for postgres all, 6 rows'], down],
    ['278', ['13/main 5432 manual, down, 6 rows'], down],
  ] as const)('a copy that fails (%s): %j', async (common, leaves, prepare) => {
    const host = server(common, prepare);
    const { status, stderr } = await call(host, '13 main', spoil('half of database app copied'));
    expect(stderr).toBe('Error during cluster dumping, removing new cluster\n');
    expect(status).toBe(1);
    expect(clustersOf(host)).toEqual(leaves);
    expect(host.files.text('/etc/postgresql/13/main/pg_hba.conf')).toBe(OPEN);
    expect(host.files.exists('/var/lib/postgresql/15/main')).toBe(false);
    // And it can be tried again.
    expect((await call(host, '13 main')).status).toBe(0);
  });
});
