import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runtimeModules } from '../../../src/compile/runtime.ts';
import {
  serverPrograms,
  startPostgres,
  type PostgresServer,
} from '../../support/postgres-server.ts';

function printed(bash: string, ...more: readonly string[]): string {
  const wanted = new Set(['definitions', 'contents', ...more]);
  const modules = runtimeModules().filter(({ name }) => wanted.has(name));
  const text = [...modules.map((module) => module.text), bash].join('\n');
  return execFileSync('bash', ['-euc', text], { encoding: 'utf8' });
}

test('what is defined is asked for of every database', () => {
  const own = printed('sw_contents_of_definitions');
  expect(printed('sw_contents_of_database').endsWith(own)).toBe(true);
  // These are not there in every version.
  expect(own).toMatch(/^ *where to_regclass\(catalog\) is not null\n\\gexec\n$/m);
  expect(own).not.toMatch(/from pg_(publication|subscription)/);
});

/** A database that has some of everything. */
const DEFINED = `
create schema "S s"; create schema app;
create domain app.pos as int check (value > 0) not null;
create domain "S s"."D 'd" as text check (length(value) > 3) constraint no check (value <> 'no');
create type app.mood as enum ('a', 'b'); create type app.pair as (a int, b text);
create type app.span as range (subtype = float8);
create table app.p (id serial primary key, name text unique not null, q app.pos check (q < 100),
  x int4range, exclude using gist (x with &&), constraint named check (name <> ''));
create table app.child (extra int check (extra > 1)) inherits (app.p);
create table app.f (id int primary key, p int references app.p, self int references app.f);
create function app.t() returns trigger language plpgsql as 'begin return new; end';
create trigger on_p before insert on app.p for each row execute procedure app.t();
create trigger on_f before insert on app.f for each row execute procedure app.t();
alter table app.f disable trigger on_f;
create view app.v as select id from app.p;
create rule ru as on insert to app.v do instead nothing;
create table "S s".safe (a int); alter table "S s".safe enable row level security;
create policy pol on "S s".safe using (a > 1);
create table app.part (a int not null, b int references app.f, check (a < 1000), primary key (a))
  partition by range (a);
create table app.part1 partition of app.part for values from (0) to (10);
create table app.part2 partition of app.part (check (b > 0)) for values from (10) to (20);
create table app.twin (b int references app.f) partition by range (b);
create table app.twin1 partition of app.twin (foreign key (b) references app.f) for values from (0) to (10);
create trigger on_part after insert on app.part for each row execute procedure app.t();
create function app.e() returns event_trigger language plpgsql as 'begin end';
create event trigger "ev t" on ddl_command_start execute procedure app.e();
create table app.kept (a serial, b text); insert into app.kept (b) values ('x'), ('y'), ('z');
create unlogged table app.loose (a int); insert into app.loose values (1);
create materialized view app.seen as select a from app.kept; create index kept_b on app.kept (b);
select lo_create(4711); select lo_create(4712);
create publication "pu b" for table app.p;
create subscription "s ub" connection 'dbname=x' publication y with (connect = false, slot_name = none);
`;

/** What is counted or named of it; "S s" and app are its schemas. */
const LINES = [
  'extension "plpgsql"',
  'schema "S s"',
  'functions of schema "app" 2',
  'large objects 2',
  'index "app"."kept_b"',
  'materialized view "app"."seen" with data',
  'partitioned table "app"."part"',
  'sequence "app"."kept_a_seq" at 3 true',
  'table "app"."kept" with rows 3',
  'table "app"."part1" with rows 0',
  'unlogged table "app"."loose" with rows 1',
  'view "app"."v"',
  'check constraints of schema "S s" 2',
  'check constraints of schema "app" 10',
  'composite types of schema "app" 1',
  'domains of schema "S s" 1',
  'domains of schema "app" 1',
  'enums of schema "app" 1',
  'event trigger "ev t"',
  'exclusion constraints of schema "app" 1',
  'foreign key constraints of schema "app" 4',
  'policies of schema "S s" 1',
  'primary key constraints of schema "app" 3',
  'publication "pu b"',
  'ranges of schema "app" 1',
  'rules of schema "app" 1',
  'subscription "s ub"',
  'tables with row security of schema "S s" 1',
  'triggers of schema "app" 3',
  'unique constraints of schema "app" 1',
].map((line) => `in "app": ${line}`);

const programs = serverPrograms();

describe.skipIf(programs === undefined)('with a server of this machine', () => {
  let server: PostgresServer;
  let asked = '';
  const listed = (database: string, before = ''): string[] => {
    const told = server.sql(database, `begin;\n${before};\n${asked}\nrollback;`);
    return told
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^in "\w+"/, 'in "app"'))
      .toSorted();
  };
  beforeAll(() => {
    server = startPostgres(programs ?? '');
    asked = printed('sw_contents_of_database');
    server.sql('postgres', 'create database app');
    server.sql('postgres', 'create database copy');
    server.sql('app', DEFINED);
  }, 120_000);
  afterAll(() => server?.stop());

  test('a new cluster has nothing of its own', () => {
    for (const name of ['postgres', 'template1']) {
      expect(listed(name)).toEqual(['in "app": extension "plpgsql"', 'in "app": schema "public"']);
    }
  });

  test('a copy has the same, and nothing is missing in either', () => {
    const before = listed('app');
    expect(before).toEqual(expect.arrayContaining(LINES));
    server.copy('app', 'copy');
    expect(listed('copy')).toEqual(before);
  });

  test.each([
    [
      'alter table app.child drop constraint child_extra_check',
      'check constraints of schema "app" 10',
    ],
    [`alter domain "S s"."D 'd" drop constraint no`, 'check constraints of schema "S s" 2'],
    ['alter table app.f drop constraint f_self_fkey', 'foreign key constraints of schema "app" 4'],
    [
      'alter table app.part drop constraint part_b_fkey',
      'foreign key constraints of schema "app" 4',
    ],
    ['alter table app.part drop constraint part_pkey', 'primary key constraints of schema "app" 3'],
    ['alter table app.p drop constraint p_name_key', 'unique constraints of schema "app" 1'],
    ['alter table app.p drop constraint p_x_excl', 'exclusion constraints of schema "app" 1'],
    ['drop trigger on_p on app.p', 'triggers of schema "app" 3'],
    ['drop trigger on_f on app.f', 'triggers of schema "app" 3'],
    ['drop trigger on_part on app.part', 'triggers of schema "app" 3'],
    ['drop policy pol on "S s".safe', 'policies of schema "S s" 1'],
    [
      'alter table "S s".safe disable row level security',
      'tables with row security of schema "S s" 1',
    ],
    ['drop rule ru on app.v', 'rules of schema "app" 1'],
    ['delete from app.kept where a = 2', 'table "app"."kept" with rows 3'],
    ["select setval('app.kept_a_seq', 2)", 'sequence "app"."kept_a_seq" at 3 true'],
    ['select lo_unlink(4712)', 'large objects 2'],
    ['drop event trigger "ev t"; drop function app.e()', 'functions of schema "app" 2'],
    ['drop index app.kept_b', 'index "app"."kept_b"'],
    ['refresh materialized view app.seen with no data', 'materialized view "app"."seen" with data'],
    ['alter table app.loose set logged', 'unlogged table "app"."loose" with rows 1'],
    ['drop table app.part1', 'table "app"."part1" with rows 0'],
    ['drop view app.v', 'view "app"."v"'],
    ['drop type app.mood', 'enums of schema "app" 1'],
    ['drop type app.pair', 'composite types of schema "app" 1'],
    ['drop type app.span', 'ranges of schema "app" 1'],
    [`drop domain "S s"."D 'd"`, 'domains of schema "S s" 1'],
    ['drop event trigger "ev t"', 'event trigger "ev t"'],
    ['drop publication "pu b"', 'publication "pu b"'],
    ['drop subscription "s ub"', 'subscription "s ub"'],
  ])('what is lost shows: %s', (statement, line) => {
    const now = new Set(listed('app', statement));
    expect(LINES.filter((each) => !now.has(each))).toContain(`in "app": ${line}`);
  });

  test('what would work on while a cluster is copied is asked for', () => {
    const listing =
      'sw_old=13 sw_cluster=main; sw_know_owner() { owner=x; }; sw_psql() { cat >&2; }; sw_fail_to_list() { :; }';
    const text = printed(`{ ${listing}; sw_list_disturbances; } 2>&1`, 'copyable');
    const told = (before: string): string[] =>
      server.sql('app', `begin;\n${before};\n${text}\nrollback;`).trim().split('\n');
    expect(told('select')).toEqual(['end']);
    const enabled =
      "update pg_subscription set subenabled = true from pg_database where subdbid = pg_database.oid and datname = 'app'";
    expect(told(enabled)).toEqual(['subscription', '"s ub" in "app"', 'end']);
  });

  test('what an extension was configured with is counted, and its own things are not', () => {
    // What an extension's script would say of its tables, and of what it makes.
    const made = `create table public.conf (id int primary key, t text check (t <> ''), n serial, unused serial);
insert into public.conf values (1, 'shipped'), (2, 'shipped'), (100, 'own'), (101, 'own');
select setval('public.conf_unused_seq', 1, false) \\gset
create table public.passed_over (a serial primary key); insert into public.passed_over default values;
alter extension plpgsql add table public.passed_over;
create type public.kind as enum ('a'); create sequence public.seq; select nextval('public.seq') \\gset
create table public.unset (a int); alter extension plpgsql add table public.unset;
alter extension plpgsql add table public.conf; alter extension plpgsql add type public.kind;
alter extension plpgsql add sequence public.seq;
update pg_extension set extconfig = array['public.conf', 'public.seq', 'public.unset']::regclass[]::oid[],
  extcondition = array['where id >= 100 order by id', '', ''] where extname = 'plpgsql'`;
    const ofExtensions = / of extension |"public"$|: index|: sequence "public"\."seq"/;
    expect(listed('postgres', made).filter((line) => ofExtensions.test(line))).toEqual([
      'in "app": configuration of extension "plpgsql" "public"."conf" with rows 2',
      'in "app": schema "public"',
      // Rows with numbers from it are copied, and it is not.
      'in "app": sequence of extension "plpgsql" "public"."conf_n_seq" with rows 1',
      // pg_dump passes it over.
      'in "app": table of extension "plpgsql" "public"."passed_over" with rows 1',
    ]);
  });
});
