import { describe, expect, test } from 'vitest';
import { quote } from '../../src/bash/quote.ts';
import { parameter, path, postgres } from '../../src/dsl/index.ts';
import { expectGoldenStep } from '../support/kinds.ts';
import { byHand } from '../support/upgraded-server.ts';
import { clusters, databases, REPORTS, stepWith, twoClusters } from '../support/two-clusters.ts';

const folder = parameter.path('folder', { default: '/var/backups', help: 'where dumps go' });

/** Two programs that write and read a dump: where it is from, the database's content, and an end. */
const PG_DUMP = `
for word; do [[ $word != --dbname=* ]] || name=\${word#*=}; done
printf '%s\\n' "PGDMP $2 $name" "$(<"$host/data/$2/contents/$name")" END`;
const PG_RESTORE = `
file=\${!#}
[[ $(head -c 5 "$file") == PGDMP && $(tail -n 1 "$file") == END ]]`;

describe('databases of several clusters', () => {
  const input = postgres.dumps({
    id: 'databases-saved',
    why: 'the upgrade could fail',
    databases,
    to: path(folder, 'databases'),
    version: '13',
    clusters,
  });
  const HOSTILE = `backups/$(touch x) it's "quoted" * -x `;

  function saving(wanted: string, named = 'main reports') {
    const there = twoClusters();
    there.host.stub('pg_dump', PG_DUMP);
    there.host.stub('pg_restore', PG_RESTORE);
    const { host } = there;
    const step = stepWith(there, input, named, wanted, { folder: host.path(HOSTILE) });
    const files = () =>
      Object.keys(host.snapshot())
        .filter((name) => name.startsWith(`${HOSTILE}/databases/`) && name.includes('.dump'))
        .map((name) => name.slice(`${HOSTILE}/databases/`.length));
    return { ...there, step, files };
  }

  test('are saved from every one that holds them', async () => {
    await expectGoldenStep(input, 'postgres.dumps.clusters');
    const { host, step, files } = saving('shop walt');
    const untouched = host.snapshot();
    expect(step.check()).toEqual({ status: 1, output: '' });
    const plan = step.plan();
    expect(plan.match(/pg_dump .*/g)).toEqual([
      'pg_dump --cluster 13/main --no-password --format=custom --dbname=shop',
      'pg_dump --cluster 13/main --no-password --format=custom --dbname=walt',
      'pg_dump --cluster 13/reports --no-password --format=custom --dbname=walt',
    ]);
    expect(host.snapshot()).toEqual(untouched);
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(files()).toEqual(['main/shop.dump', 'main/walt.dump', 'reports/walt.dump']);
    const name = `${HOSTILE}/databases/reports/walt.dump`;
    expect(host.read(name)).toBe(`PGDMP 13/reports walt\n${REPORTS.walt}END\n`);
    expect(host.snapshot()[name]).toMatch(/^100600 /);
    const done = host.snapshot();
    host.forgetCalls();
    expect(step.check()).toEqual({ status: 0, output: '' });
    expect(host.snapshot()).toEqual(done);
    expect(new Set(host.calls().map(({ name: called }) => called))).toEqual(
      new Set(['pg_restore']),
    );
    expect(step.apply().status).toBe(0);
    expect(host.calls('pg_dump')).toEqual([]);
  });

  test('count as saved when their clusters are gone', () => {
    const { host, step } = saving('shop walt');
    expect(step.apply().status).toBe(0);
    for (const name of ['main', 'reports']) byHand(host, `pg_dropcluster --stop 13 ${name}`);
    expect(step.check().status).toBe(0);
    expect(step.apply().status).toBe(0);
    host.bash(`rm ${quote(host.path(`${HOSTILE}/databases/reports/walt.dump`))}`);
    expect(step.check().status).toBe(1);
    expect(step.apply().output).toContain('database walt cannot be read as user postgres');
  });

  test('of which one is in none of them are an error', () => {
    const { host, step, files } = saving('shop other walt');
    expect(step.check().status).toBe(1);
    expect(step.plan()).toContain('(this fails: none of the PostgreSQL clusters 13/main, 13/repor');
    const outcome = step.apply();
    expect(outcome.status).toBe(1);
    expect(outcome.output).toContain(
      'none of the PostgreSQL clusters 13/main, 13/reports holds: other\n',
    );
    expect(outcome.output).toContain('name the cluster that holds it, too');
    expect(host.calls('pg_dump')).toEqual([]);
    expect(files()).toEqual([]);
  });

  test('cannot be told while one does not run', () => {
    const { host, step } = saving('shop');
    host.bash(`rm ${quote(host.path('run/13-reports'))}`);
    expect(step.check().status).toBe(1);
    expect(step.plan()).toContain('which of the databases cluster 13/reports holds cannot be told');
    expect(step.apply().output).toContain(
      'which databases the PostgreSQL cluster 13/reports holds cannot be found out',
    );
    expect(host.calls('pg_dump')).toEqual([]);
  });

  test('that are not named are not asked for', () => {
    const { host, step } = saving('');
    expect(step.check().status).toBe(0);
    expect(host.calls()).toEqual([]);
  });
});

describe('clusters that answer', () => {
  const input = postgres.answering({
    id: 'clusters-answer',
    why: 'the service needs them',
    version: '13',
    clusters,
    databases,
  });

  test('are started where they are down', async () => {
    await expectGoldenStep(input, 'postgres.answering.clusters');
    const there = twoClusters();
    const { host } = there;
    const step = stepWith(there, input, 'main reports', 'shop walt');
    expect(step.check()).toEqual({ status: 0, output: '' });
    host.bash(`rm ${quote(host.path('run/13-reports'))}`);
    expect(step.check().status).toBe(1);
    expect(step.plan()).toBe('           pg_ctlcluster 13 reports start\n');
    expect(step.apply().status).toBe(0);
    expect(host.calls('pg_ctlcluster').map(({ args }) => args)).toEqual([
      ['13', 'reports', 'start'],
    ]);
    expect(step.check().status).toBe(0);
  });

  test.each([
    ['main', 'shop walt', 0, ''],
    ['main reports', '', 0, ''],
    ['reports', 'shop walt', 1, 'none of the PostgreSQL clusters 13/reports holds: shop'],
    ['main gone', 'shop', 1, 'there is no PostgreSQL cluster of version 13 with the name: gone'],
    ['', '', 2, 'no PostgreSQL cluster is named'],
  ])('those of "%s", with "%s"', (named, wanted, status, told) => {
    const step = stepWith(twoClusters(), input, named, wanted);
    expect(step.check().status).toBe(status);
    const outcome = step.apply();
    expect(outcome.status).toBe(status === 0 ? 0 : 1);
    expect(outcome.output).toContain(told);
  });
});
