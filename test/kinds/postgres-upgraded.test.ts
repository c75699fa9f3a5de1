import { describe, expect, test } from 'vitest';
import { quote } from '../../src/bash/quote.ts';
import { parameter, postgres } from '../../src/dsl/index.ts';
import { expectGoldenStep, stepOn, temporaryHost } from '../support/kinds.ts';
import { clustersOn } from '../support/postgres.ts';
import {
  about,
  ALL,
  byHand,
  DATABASES,
  expectUpgraded,
  stepThere,
  upgradedServer,
} from '../support/upgraded-server.ts';

test('the whole way', async () => {
  await expectGoldenStep(
    postgres.upgraded({ ...about, databases: ['walt', 'other'], keepOld: true, analyze: true }),
  );
  const { host, clusters } = upgradedServer();
  const step = stepThere(host, clusters, { databases: ['walt'], analyze: true });
  const untouched = host.snapshot();
  expect(step.check()).toEqual({ status: 1, output: '' });
  expect(step.plan()).toContain('pg_upgradecluster -v 15 13 main');
  expect(host.snapshot()).toEqual(untouched);
  expect(step.apply()).toMatchObject({ status: 0 });
  expectUpgraded(host, clusters);
  expect(host.calls('vacuumdb')[0]?.args).toContain('--analyze-in-stages');
  expect(step.check()).toEqual({ status: 0, output: '' });
  const done = host.snapshot();
  host.forgetCalls();
  expect(step.check().status).toBe(0);
  expect(host.snapshot()).toEqual(done);
  expect(host.calls().map(({ name }) => name)).toEqual(['pg_lsclusters', 'runuser', 'psql']);
});

test('nobody but the owner gets in before the copy is proved', () => {
  const { host, clusters } = upgradedServer();
  expect(stepThere(host, clusters).apply().status).toBe(0);
  const starts = host.calls('pg_ctlcluster').filter(({ args }) => args.includes('start'));
  const asked = starts.map(({ args }) => args.slice(0, 2).concat(args.slice(4)));
  // Two at the same time.
  expect([...asked.slice(0, 2).toSorted(), ...asked.slice(2)]).toEqual([
    ['13', 'main', `-c hba_file=${host.path('closed-hba.conf')}`],
    ['15', 'main', `-c hba_file=${host.path('closed-hba.conf')}`],
    ['15', 'main'],
  ]);
  expect(host.read('closed-hba.conf')).toBe('local all postgres peer\n');
  expect(host.calls('pg_upgradecluster').map(({ args }) => args)).toEqual([
    ['-v', '15', '13', 'main'],
  ]);
});

test('there need not be a new cluster', () => {
  const host = temporaryHost();
  const clusters = clustersOn(host);
  clusters.make('13/main', { port: 5432, databases: DATABASES, closed: ['closed'], online: false });
  clusters.install('15');
  expect(stepThere(host, clusters).apply().status).toBe(0);
  expectUpgraded(host, clusters);
});

test('the old cluster is kept, stopped, when that is asked for', () => {
  const { host, clusters } = upgradedServer();
  const step = stepThere(host, clusters, { keepOld: true });
  expect(step.apply().status).toBe(0);
  expect(clusters.databases('13/main')).toEqual(ALL);
  expect(clusters.runs('13/main')).toBeUndefined();
  expect(clusters.setting('13/main', 'start')).toBe('manual');
  expect(step.check().status).toBe(0);
  expect(stepThere(host, clusters).check().status).toBe(1);
  expect(stepThere(host, clusters).apply().status).toBe(0);
  expectUpgraded(host, clusters);
});

const PHASES = ['created', 'settings', 'copying', 'stopped', 'old-port', 'new-port'] as const;

test.each(PHASES)('killed when pg_upgradecluster was at "%s", and run again', (phase) => {
  const { host, clusters } = upgradedServer();
  const step = stepThere(host, clusters);
  host.write('kill-at', phase);
  expect(step.apply().status).toBe(137);
  expect(clusters.databases('13/main')).toEqual(ALL);
  expect(clusters.setting('13/main', 'start')).toBe('manual');
  expect(step.check().status).toBe(1);
  expect(step.apply()).toMatchObject({ status: 0 });
  expectUpgraded(host, clusters);
  expect(step.check().status).toBe(0);
});

/** What is told to do to have the old cluster serve. */
const BACK =
  'cp "$host/state/clusters/13-15-main/start.conf" "$host/etc/postgresql/13/main/"; pg_conftool 13 main set port 5432; (pg_ctlcluster 13 main stop) || :; pg_ctlcluster 13 main start';

test.each(PHASES.slice(1))(
  'killed when pg_upgradecluster was at "%s", and run again after the old one served',
  (phase) => {
    const { host, clusters } = upgradedServer();
    const step = stepThere(host, clusters);
    host.write('kill-at', phase);
    expect(step.apply().status).toBe(137);
    byHand(host, BACK);
    // As pg_upgradecluster has it open.
    host.write('data/13/main/closed', '');
    const walt = DATABASES.walt.replace('20000', '20001');
    host.write('data/13/main/contents/walt', walt);
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(clusters.databases('15/main')?.['walt']).toBe(walt);
    host.write('data/15/main/contents/walt', DATABASES.walt);
    expectUpgraded(host, clusters);
  },
);

test('a copy that somebody has used after the old one was put back is left, and so is the old one', () => {
  const { host, clusters } = upgradedServer();
  const step = stepThere(host, clusters);
  host.write('kill-at', 'copying');
  expect(step.apply().status).toBe(137);
  byHand(host, BACK);
  byHand(
    host,
    'kill "$(<"$host/data/15/main/postmaster.pid")"; rm "$host/run/15-main" "$host/data/15/main/postmaster.pid"; pg_ctlcluster 15 main start',
  );
  const { status, output } = step.apply();
  expect(status).toBe(1);
  expect(output).toContain('do not drop the old one for it');
  expect(output).not.toContain('pg_dropcluster --stop 13 main');
  expect(clusters.databases('13/main')).toEqual(ALL);
  expect(clusters.runs('13/main')).toBe('/etc/pg_hba.conf');
  expect(clusters.runs('15/main')).toBe('/etc/pg_hba.conf');
});

test('a copy that fails leaves the old cluster as it was', () => {
  const { host, clusters } = upgradedServer();
  host.write('fail', '');
  const step = stepThere(host, clusters);
  const outcome = step.apply();
  expect(outcome.status).toBe(1);
  expect(outcome.output).toContain('cluster 13/main serves as before');
  expect(clusters.databases('13/main')).toEqual(ALL);
  expect(clusters.databases('15/main')).toBeUndefined();
  expect(clusters.setting('13/main', 'start')).toBe('# when\nauto');
  expect(clusters.setting('13/main', 'port')).toBe('5432');
  expect(clusters.runs('13/main')).toBe('/etc/pg_hba.conf');
  expect(host.read('data/13/main/closed')).toBe('closed\n');
});

/** An upgrade whose copy lacked a row. */
function lossy() {
  const { host, clusters } = upgradedServer();
  host.write('lose', 's/20000/19999/');
  const step = stepThere(host, clusters, { databases: ['walt'] });
  const outcome = step.apply();
  return { host, clusters, step, outcome };
}

describe('a copy that lacks something', () => {
  test('never costs the old cluster, however often it is run', () => {
    const { clusters, step, outcome } = lossy();
    expect(outcome.output).toContain('in "walt": table "public"."images" with rows 20000\n');
    expect(outcome.output).toContain('cluster 15/main lacks 1 things that 13/main holds');
    for (const status of [outcome.status, step.apply().status]) expect(status).toBe(1);
    expect(clusters.databases('13/main')).toEqual(ALL);
    expect(clusters.runs('15/main')).toBeUndefined();
    expect(step.check().status).toBe(1);
  });

  test('is made again when it was dropped', () => {
    const { host, clusters, step } = lossy();
    host.write('lose', '');
    byHand(host, 'pg_dropcluster 15 main');
    expect(step.apply()).toMatchObject({ status: 0 });
    expectUpgraded(host, clusters);
  });
});

test('an upgrade by hand that left the old cluster is proved like any other', () => {
  const { host, clusters } = upgradedServer();
  clusters.make('13/main', {
    port: 5433,
    databases: DATABASES,
    closed: ['closed'],
    online: false,
    start: 'manual',
  });
  host.bash(`rm ${quote(host.path('run/13-main'))}`);
  clusters.make('15/main', { port: 5432, databases: DATABASES, closed: ['closed'] });
  expect(stepThere(host, clusters).apply()).toMatchObject({ status: 0 });
  expect(host.calls('pg_upgradecluster')).toEqual([]);
  expectUpgraded(host, clusters);
});

/** A server that has the new cluster alone. */
function only(databases: Record<string, string>, online = true) {
  const host = temporaryHost();
  const clusters = clustersOn(host);
  clusters.make('15/main', { port: 5432, databases, online });
  return { host, clusters };
}

describe('with the new cluster alone', () => {
  test.each([
    ['the databases that were asked for are there', { walt: '' }, { databases: ['walt'] }, 0],
    ['one is missing', { walt: '' }, { databases: ['walt', 'shop'] }, 1],
    ['any database will do', { walt: '' }, {}, 0],
    ['none is there', {}, {}, 2],
  ])('%s', (_, databases, options, status) => {
    const { host, clusters } = only(databases);
    expect(stepThere(host, clusters, options).check().status).toBe(status);
  });

  test('it is started when it is down', () => {
    const { host, clusters } = only({ walt: '' }, false);
    const step = stepThere(host, clusters, { databases: ['walt'] });
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(0);
    expect(step.check().status).toBe(0);
  });

  test('a server that does not tell its databases tells nothing', () => {
    const { host, clusters } = only({ walt: '' });
    host.stub('psql', 'printf "walt\\0"; exit 2');
    expect(stepThere(host, clusters, { databases: ['walt'] }).check().status).toBe(2);
  });
});

test('without either cluster there is no way', () => {
  const host = temporaryHost();
  const clusters = clustersOn(host);
  const step = stepThere(host, clusters);
  expect(step.check().status).toBe(1);
  const outcome = step.apply();
  expect(outcome.status).toBe(1);
  expect(outcome.output).toContain('there is no PostgreSQL cluster 13/main, and no 15/main either');
});

test('databases may come from a parameter', () => {
  const { host, clusters } = upgradedServer();
  const databases = parameter.identifiers('databases', { default: '', help: 'databases' });
  const input = postgres.upgraded({ ...about, databases });
  const step = stepOn(host, input, { ...clusters.variables, databases_list: ['walt', 'shop'] });
  expect(step.apply().status).toBe(0);
  const outcome = step.check();
  expect(outcome.status).toBe(1);
  expect(outcome.output).toContain('does not hold: shop');
});
