import { utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parameter, path, postgres } from '../../src/dsl/index.ts';
import { stepSchema } from '../../src/model/step.ts';
import { expectGoldenStep, stepOn, temporaryHost, type Host } from '../support/kinds.ts';
import { clustersOn } from '../support/postgres.ts';

const folder = parameter.path('folder', { default: '/var/backups/walt', help: 'where it goes' });
const HOSTILE = `$(touch x) it's "quoted" * -x `;

const saved = {
  id: 'database-saved',
  why: 'the cluster upgrade could fail',
  database: 'walt',
  to: path(folder, 'walt-db.dump'),
};

/** Two programs that write and read a dump: the database's name and content, and an end. */
const PG_DUMP = `
for word; do [[ $word != --dbname=* ]] || name=\${word#*=}; done
[[ ! -e $host/refused ]] || { echo 'pg_dump: error: permission denied' >&2; exit 1; }
printf '%s\\n' "PGDMP $name" "$(<"$host/data/13/main/contents/$name")"
[[ ! -e $host/cut ]] || exit 0
echo END`;
const PG_RESTORE = `
file=\${!#}
[[ $(head -c 5 "$file") == PGDMP ]] || { echo 'pg_restore: error: not a valid archive' >&2; exit 1; }
[[ $1 == --list || $(tail -n 1 "$file") == END ]] || { echo 'pg_restore: error: end of file' >&2; exit 1; }`;

function server(options: Partial<Parameters<typeof postgres.dump>[0]> = {}) {
  const host = temporaryHost();
  const clusters = clustersOn(host);
  clusters.make('13/main', { port: 5432, databases: { walt: 'in "walt": rows\n' } });
  host.stub('pg_dump', PG_DUMP);
  host.stub('pg_restore', PG_RESTORE);
  const variables = { ...clusters.variables, folder: host.path(`backups/${HOSTILE}`) };
  const step = stepOn(host, postgres.dump({ ...saved, ...options }), variables);
  const name = `backups/${HOSTILE}/walt-db.dump`;
  return { host, clusters, step, name, file: host.path(name) };
}

describe('a dump', () => {
  test('is written, read back, and there', async () => {
    await expectGoldenStep(postgres.dump(saved));
    const { host, step, name } = server();
    const untouched = host.snapshot();
    expect(step.check()).toEqual({ status: 1, output: '' });
    expect(step.plan()).toContain('pg_dump --no-password --format=custom --dbname=walt');
    expect(host.snapshot()).toEqual(untouched);
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(host.read(name)).toBe('PGDMP walt\nin "walt": rows\nEND\n');
    expect(host.snapshot()[name]).toMatch(/^100600 /);
    expect(host.calls('runuser').at(-1)?.args.slice(0, 4)).toEqual([
      '-u',
      'postgres',
      '--',
      'pg_dump',
    ]);
    const done = host.snapshot();
    host.forgetCalls();
    expect(step.check()).toEqual({ status: 0, output: '' });
    expect(host.snapshot()).toEqual(done);
    expect(host.calls().map(({ name: called }) => called)).toEqual(['pg_restore']);
  });

  test('is taken as root, from the cluster that is named', async () => {
    const input = { ...saved, as: 'root', version: '13', cluster: 'main' };
    await expectGoldenStep(postgres.dump(input), 'postgres.dump.cluster');
    const { host, step } = server(input);
    host.write('default-cluster', '12/other');
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(step.check().status).toBe(0);
    expect(host.calls('runuser')).toEqual([]);
    expect(host.calls('pg_dump')[0]?.args).toEqual([
      '--cluster',
      '13/main',
      '--no-password',
      '--format=custom',
      '--dbname=walt',
    ]);
  });

  test.each([
    ['pg_dump fails', 'refused'],
    ['it is cut short', 'cut'],
  ])('does not get its name when %s', (_, flag) => {
    const { host, step, name } = server();
    host.write(flag, '');
    expect(step.apply().status).not.toBe(0);
    expect(Object.keys(host.snapshot())).not.toContain(name);
    expect(step.check().status).toBe(1);
    host.bash(`rm -- ${JSON.stringify(`../${flag}`)}`);
    expect(step.apply().status).toBe(0);
    expect(step.check().status).toBe(0);
  });

  test('never overwrites a file that has its name', () => {
    const { host, step, name } = server();
    host.write(name, 'PGDMP of another day\nEND\n');
    expect(step.check().status).toBe(1);
    expect(step.plan()).toContain('the file that has this name is kept');
    expect(step.apply().status).toBe(0);
    expect(host.read(`${name}.~1~`)).toBe('PGDMP of another day\nEND\n');
    expect(host.read(name)).toContain('PGDMP walt\n');
  });

  test('that was changed or damaged since does not count', () => {
    const { host, step, name } = server();
    expect(step.apply().status).toBe(0);
    host.write(name, 'PGDMP walt\nin "walt": others\nEND\n');
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(0);
    host.stub('pg_restore', 'exit 1');
    expect(step.check().status).toBe(1);
    host.stub('pg_restore', 'exit 127');
    expect(step.check().status).toBe(2);
  });

  test('needs room for the database', () => {
    const { host, step } = server();
    host.write('size', '999999999999999999\n');
    const outcome = step.apply();
    expect(outcome.status).toBe(1);
    expect(outcome.output).toContain('MiB free, and a dump of walt can take');
    expect(host.calls('pg_dump')).toEqual([]);
  });

  test.each([
    ['there is no such database', (host: Host) => host.bash('rm ../data/13/main/contents/walt')],
    ['no server runs', (host: Host) => host.bash('rm ../run/13-main')],
  ])('is not taken when %s', (_, spoil) => {
    const { host, step, name } = server();
    spoil(host);
    const outcome = step.apply();
    expect(outcome.status).toBe(1);
    expect(outcome.output).toContain('database walt cannot be read as user postgres');
    expect(Object.keys(host.snapshot())).not.toContain(name);
  });
});

describe('a dump of long ago', () => {
  const noted = /^\d+ \d+ (\d+) /;

  /** A dump that was taken two days ago. */
  function ofLongAgo() {
    const made = server();
    expect(made.step.apply().status).toBe(0);
    const then = Math.floor(Date.now() / 1000) - 2 * 86_400;
    const note = made.host.read('state/dumps');
    utimesSync(made.file, then, then);
    made.host.write('state/dumps', note.replace(noted.exec(note)?.[1] ?? '', String(then)));
    return made;
  }

  test('is taken anew while its cluster serves the database, and kept', () => {
    const { host, step, name } = ofLongAgo();
    host.write('data/13/main/contents/walt', 'in "walt": newer rows\n');
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(0);
    expect(step.check().status).toBe(0);
    expect(host.read(name)).toContain('newer rows');
    expect(host.read(`${name}.~1~`)).not.toContain('newer rows');
  });

  test('counts when another cluster serves the database', () => {
    const { host, step } = ofLongAgo();
    host.write('data/13/main/global/pg_control', '99999999');
    expect(step.check().status).toBe(0);
  });

  test('counts when no server has the database any more', () => {
    const { host, step } = ofLongAgo();
    host.bash('rm ../run/13-main');
    expect(step.check().status).toBe(0);
  });
});

describe('answering', () => {
  const answers = {
    id: 'cluster-answers',
    why: 'the service needs it',
    version: '13',
    databases: ['walt', 'shop'],
  };
  const databases = { walt: '', shop: '' };

  function cluster(options: { online?: boolean; databases?: Record<string, string> }) {
    const host = temporaryHost();
    const clusters = clustersOn(host);
    clusters.make('13/main', { port: 5432, databases, ...options });
    return { host, step: stepOn(host, postgres.answering(answers), clusters.variables) };
  }

  test('starts what is down', async () => {
    await expectGoldenStep(postgres.answering(answers));
    const { host, step } = cluster({ online: false });
    const untouched = host.snapshot();
    expect(step.check()).toEqual({ status: 1, output: '' });
    expect(step.plan()).toBe('           pg_ctlcluster 13 main start\n');
    expect(host.snapshot()).toEqual(untouched);
    expect(step.apply().status).toBe(0);
    expect(step.check().status).toBe(0);
  });

  test('does not start what runs', () => {
    const { host, step } = cluster({});
    expect(step.check().status).toBe(0);
    expect(step.apply().status).toBe(0);
    expect(host.calls('pg_ctlcluster')).toEqual([]);
  });

  test('says which database is missing', () => {
    const { step } = cluster({ databases: { walt: '' } });
    expect(step.check().status).toBe(1);
    const outcome = step.apply();
    expect(outcome.status).toBe(1);
    expect(outcome.output).toContain('13/main runs, and does not hold: shop');
    expect(outcome.output).toContain('there is: postgres template1 walt');
  });

  test.each([
    ['', 2],
    ['13  main    5432 online,recovery postgres /data /log', 0],
    ['13  main    5432 online,pacemaker postgres /data /log', 0],
    ['13  main    5432 down,binaries_missing postgres /data /log', 1],
    ['12 main 5433 down postgres /a /b\n13 main 5432 online postgres /c /d', 0],
    ['13 other 5433 online postgres /a /b', 2],
    ['13 main <unknown> down <unknown> <unknown> <unknown>', 2],
  ])('with pg_lsclusters saying "%s"', (line, status) => {
    const { host, step } = cluster({});
    host.write('pg_lsclusters', `${line}\n`);
    expect(step.check().status).toBe(status);
  });

  test('a cluster that is not there cannot be started', () => {
    const host = temporaryHost();
    const { variables } = clustersOn(host);
    const step = stepOn(host, postgres.answering(answers), variables);
    expect(step.check().status).toBe(1);
    expect(step.apply().output).toContain('there is no PostgreSQL cluster 13/main');
  });
});

test.each([
  { kind: 'postgres.dump', database: '-x', to: '/a' },
  { kind: 'postgres.dump', database: 'walt', to: 'a/b' },
  { kind: 'postgres.dump', database: 'walt', to: '/a', as: 'a b' },
  { kind: 'postgres.upgraded', from: 'main', to: '15' },
  { kind: 'postgres.upgraded', from: '13', to: '15', databases: [] },
  { kind: 'postgres.answering', version: '15', cluster: '../x' },
])('the compiler refuses $kind with a wrong option: %j', (options) => {
  expect(stepSchema.safeParse({ id: 'x', why: 'x', ...options }).success).toBe(false);
});
