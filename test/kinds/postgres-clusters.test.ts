import { describe, expect, test } from 'vitest';
import { printScript } from '../../src/bash/print.ts';
import { quote } from '../../src/bash/quote.ts';
import { lower } from '../../src/compile/lower.ts';
import { postgres } from '../../src/dsl/index.ts';
import { stepSchema } from '../../src/model/step.ts';
import { expectGoldenStep, temporaryHost } from '../support/kinds.ts';
import { clustersOn, DEFAULT_DATABASES } from '../support/postgres.ts';
import {
  clusters,
  databases,
  MAIN,
  REPORTS,
  stepWith,
  twoClusters,
  type There,
} from '../support/two-clusters.ts';

describe('clusters that are upgraded', () => {
  const about = {
    id: 'clusters-upgraded',
    why: 'the new release has PostgreSQL 15',
    from: '13',
    to: '15',
    clusters,
    databases,
  };
  const input = postgres.upgraded(about);
  const step = (there: There, named = 'main reports', wanted = 'shop walt') =>
    stepWith(there, input, named, wanted);

  test('hold what each of them held', async () => {
    await expectGoldenStep(input, 'postgres.upgraded.clusters');
    const there = twoClusters();
    const { host, server } = there;
    const untouched = host.snapshot();
    const upgrade = step(there);
    expect(upgrade.check()).toEqual({ status: 1, output: '' });
    const plan = upgrade.plan();
    expect(plan).toContain('pg_upgradecluster -v 15 13 main\n');
    expect(plan).toContain('pg_upgradecluster -v 15 13 reports\n');
    expect(host.snapshot()).toEqual(untouched);
    expect(upgrade.apply()).toMatchObject({ status: 0 });
    expect(upgrade.check()).toEqual({ status: 0, output: '' });
    expect(server.databases('15/main')).toEqual({ ...DEFAULT_DATABASES, ...MAIN });
    expect(server.databases('15/reports')).toEqual({ ...DEFAULT_DATABASES, ...REPORTS });
    for (const [name, port] of [
      ['main', '5432'],
      ['reports', '5433'],
    ]) {
      expect(server.databases(`13/${name}`)).toBeUndefined();
      expect(server.setting(`15/${name}`, 'port')).toBe(port);
      expect(server.runs(`15/${name}`)).toBe('/etc/pg_hba.conf');
    }
    const done = host.snapshot();
    host.forgetCalls();
    expect(upgrade.check().status).toBe(0);
    expect(host.snapshot()).toEqual(done);
    expect(host.calls('pg_lsclusters')).toHaveLength(2);
    expect(host.calls('psql')).toHaveLength(2);
  });

  test('are gone on with where a run was cut off in the second', () => {
    const there = twoClusters();
    const { host, server } = there;
    expect(step(there, 'main').apply().status).toBe(0);
    host.write('kill-at', 'copying');
    host.forgetCalls();
    expect(step(there).apply().status).toBe(137);
    expect(host.calls('pg_upgradecluster').map(({ args }) => args.at(-1))).toEqual(['reports']);
    expect(server.databases('13/reports')).toEqual({ ...DEFAULT_DATABASES, ...REPORTS });
    expect(step(there).check().status).toBe(1);
    expect(step(there).apply().status).toBe(0);
    expect(step(there).check().status).toBe(0);
    expect(server.databases('15/reports')).toEqual({ ...DEFAULT_DATABASES, ...REPORTS });
  });

  test('are not dropped when the copy of the second lacks a row', () => {
    const there = twoClusters();
    const { host, server } = there;
    host.write('lose', 's/with rows 7$/with rows 6/');
    const outcome = step(there).apply();
    expect(outcome.status).toBe(1);
    expect(outcome.output).toContain('cluster 15/reports lacks 1 things that 13/reports holds');
    expect(server.databases('13/reports')).toEqual({ ...DEFAULT_DATABASES, ...REPORTS });
    expect(server.databases('13/main')).toBeUndefined();
    expect(step(there).check().status).toBe(1);
  });

  test('are not taken for each other: a database of the second that is only in the first is missing', () => {
    const there = twoClusters();
    expect(step(there).apply().status).toBe(0);
    there.host.bash(`rm ${quote(there.host.path('data/15/reports/contents/walt'))}`);
    expect(step(there).check()).toEqual({
      status: 1,
      output: 'the PostgreSQL cluster 15/reports does not hold: walt\n',
    });
  });

  test('have to be there in one of the versions', () => {
    const there = twoClusters();
    const { host } = there;
    const outcome = step(there, 'main gone reports lost').apply();
    expect(outcome.status).toBe(1);
    expect(outcome.output).toContain(
      'there is no PostgreSQL cluster of version 13 or 15 with the name: gone, lost',
    );
    expect(host.calls('pg_upgradecluster')).toEqual([]);
    expect(host.calls('pg_dropcluster')).toEqual([]);
  });

  test('have to be named', () => {
    const there = twoClusters();
    expect(step(there, '').check().status).toBe(2);
    expect(step(there, '').apply().output).toContain('no PostgreSQL cluster is named');
  });

  test('have to hold the named databases between them', () => {
    const there = twoClusters();
    expect(step(there, 'main reports', 'shop other walt').apply().status).toBe(0);
    expect(step(there, 'main reports', 'shop other walt').check()).toEqual({
      status: 1,
      output: 'none of the PostgreSQL clusters 15/main, 15/reports holds: other\n',
    });
  });

  test.each([
    ['each holds something', { walt: '' }, { shop: '' }, '', 0],
    ['one of them is empty', { walt: '' }, {}, 'walt', 2],
    ['one of them has what was named and nothing else', { walt: '' }, {}, 'postgres', 0],
  ])('upgraded by hand count or not: %s', (_, main, reports, wanted, status) => {
    const host = temporaryHost();
    const server = clustersOn(host);
    server.make('15/main', { port: 5432, databases: main });
    server.make('15/reports', { port: 5433, databases: reports });
    expect(step({ host, server }, 'main reports', wanted).check().status).toBe(status);
  });

  test('can be kept', () => {
    const there = twoClusters();
    const kept = stepWith(
      there,
      postgres.upgraded({ ...about, keepOld: true, analyze: true }),
      'reports main',
    );
    expect(kept.apply().status).toBe(0);
    expect(kept.check().status).toBe(0);
    expect(there.server.databases('13/reports')).toBeDefined();
    expect(there.host.calls('vacuumdb').map(({ args }) => args[1])).toEqual([
      '15/reports',
      '15/main',
    ]);
  });
});

describe('what is said of several', () => {
  const upgraded = { id: 'x', why: 'x', kind: 'postgres.upgraded', from: '13', to: '15' };

  test('they are owned like one', () => {
    const one = lower(stepSchema.parse({ ...upgraded, cluster: 'reports' })).owns;
    const both = lower(stepSchema.parse({ ...upgraded, clusters: ['main', 'reports'] })).owns;
    expect(both).toEqual(expect.arrayContaining([...one]));
    expect(both).toHaveLength(4);
  });

  test('by hand, each in its turn', () => {
    const { manual } = lower(stepSchema.parse({ ...upgraded, clusters: ['main', 'reports'] }));
    expect(printScript(manual)).toBe(`for cluster in main reports; do
  # The first command only where there is a new cluster, and it is empty.
  pg_dropcluster --stop 15 "$cluster"
  pg_upgradecluster -v 15 13 "$cluster"
  pg_dropcluster 13 "$cluster"
done
`);
  });

  test.each([
    [{ ...upgraded, cluster: 'main', clusters: ['other'] }, 'not be given together'],
    [{ ...upgraded, clusters: [] }, ''],
    [{ ...upgraded, clusters: ['-x'] }, ''],
    [{ ...upgraded, clusters: ['a b'] }, ''],
  ])('the compiler refuses %j', (options, told) => {
    const result = stepSchema.safeParse(options);
    expect(result.success).toBe(false);
    expect(result.error?.message).toContain(told);
  });
});
