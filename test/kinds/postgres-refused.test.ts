import { describe, expect, test } from 'vitest';
import type { Host } from '../support/kinds.ts';
import { quote } from '../../src/bash/quote.ts';
import { ALL, byHand, stepThere, upgradedServer } from '../support/upgraded-server.ts';

describe('nothing is dropped', () => {
  test('when both clusters hold something', () => {
    const { host, clusters } = upgradedServer();
    clusters.make('15/main', { port: 5433, databases: { shop: 'in "shop": schema "public"\n' } });
    const outcome = stepThere(host, clusters).apply();
    expect(outcome.status).toBe(1);
    expect(outcome.output).toContain('pg_dropcluster --stop 15 main');
    expect(host.calls('pg_dropcluster')).toEqual([]);
    expect(host.calls('pg_upgradecluster')).toEqual([]);
    expect(clusters.setting('13/main', 'start')).toBe('# when\nauto');
  });

  test.each([
    [
      'a table in database postgres',
      'contents/postgres',
      'in "postgres": table "public"."t" with rows 0\n',
    ],
    ['a role', 'cluster', 'role "postgres"\nrole "app"\n'],
  ])('when the new cluster holds no more than %s', (_, file, lines) => {
    const { host, clusters } = upgradedServer();
    host.write(`data/15/main/${file}`, lines);
    expect(stepThere(host, clusters).apply().status).toBe(1);
    expect(host.calls('pg_dropcluster')).toEqual([]);
  });

  test('when the settings of the new cluster name the data of the old one', () => {
    const { host, clusters } = upgradedServer();
    const settings = `port=5433\ndata_directory=${host.path('data/13/main')}\n`;
    host.write('etc/postgresql/15/main/postgresql.conf', settings);
    const outcome = stepThere(host, clusters).apply();
    expect(outcome.status).toBe(1);
    expect(outcome.output).toContain('have the same data');
    expect(clusters.databases('13/main')).toEqual(ALL);
  });

  test('when another server answers for the new cluster', () => {
    const { host, clusters } = upgradedServer();
    host.stub(
      'psql',
      'source "$host/lib.sh"; [[ $2 != 15/main ]] || set -- --cluster 13/main; psql "$@"',
    );
    const outcome = stepThere(host, clusters).apply();
    expect(outcome.output).toContain(
      'what answers for the PostgreSQL cluster 15/main is another one',
    );
    expect(host.calls('pg_dropcluster')).toEqual([]);
  });

  test('when the old cluster was used after it was proved', () => {
    const { host, clusters } = upgradedServer();
    const keeping = stepThere(host, clusters, { keepOld: true });
    expect(keeping.apply().status).toBe(0);
    byHand(host, 'pg_ctlcluster 13 main start');
    host.write(
      'data/13/main/contents/walt',
      'in "walt": table "public"."images" with rows 20001\n',
    );
    byHand(host, 'pg_ctlcluster 13 main stop');
    expect(stepThere(host, clusters).apply().status).toBe(1);
    expect(clusters.databases('13/main')).toBeDefined();
  });

  test('when pg_lsclusters fails', () => {
    const { host, clusters } = upgradedServer();
    host.stub('pg_lsclusters', 'echo "Error: no" >&2; exit 1');
    expect(stepThere(host, clusters).apply().status).toBe(1);
    expect(host.calls('pg_dropcluster')).toEqual([]);
  });
});

describe('refused before anything is set', () => {
  test.each([
    [
      'without the new programs',
      (host: Host) => host.bash(`rm -r ${quote(host.path('programs/15'))}`),
      'apt-get install postgresql-15',
    ],
    [
      'with a name that pg_upgradecluster cannot take',
      (host: Host) => host.write('data/13/main/contents/a=b', ''),
      'pg_upgradecluster cannot copy database',
    ],
    ['without room', (host: Host) => host.write('size', '999999999999999999\n'), 'MiB free'],
    [
      'when it is disabled',
      (host: Host) => host.write('etc/postgresql/13/main/start.conf', 'disabled\n'),
      'is disabled',
    ],
  ])('%s', (_, spoil, message) => {
    const { host, clusters } = upgradedServer();
    spoil(host);
    const before = clusters.setting('13/main', 'start');
    const outcome = stepThere(host, clusters).apply();
    expect(outcome.status).toBe(1);
    expect(outcome.output).toContain(message);
    expect(clusters.setting('13/main', 'start')).toBe(before);
    expect(host.calls('pg_upgradecluster')).toEqual([]);
  });

  test('when something lies where the new data are to be', () => {
    const { host, clusters } = upgradedServer();
    host.bash(`rm -r ${quote(host.path('etc/postgresql/15'))} ${quote(host.path('data/15'))}`);
    host.write('data/15/main/precious', 'x');
    const outcome = stepThere(host, clusters).apply();
    expect(outcome.output).toContain('is not empty');
    expect(host.read('data/15/main/precious')).toBe('x');
  });
});
