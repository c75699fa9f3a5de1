import { expect, test } from 'vitest';
import { runtimeOn, temporaryHost } from '../../support/kinds.ts';

test.each([
  ['nothing', '', ''],
  ['the same, in part', 'role "a"\nin "a": table "s"."t" with rows 5\n', ''],
  ['fewer rows', 'in "a": table "s"."t" with rows 4\nin "a": table "s"."t 9" with rows 10\n', ''],
  ['more rows', 'in "a": table "s"."t" with rows 6\n', 'in "a": table "s"."t" with rows 6\n'],
  [
    'ten times the rows',
    'in "a": table "s"."t" with rows 50\n',
    'in "a": table "s"."t" with rows 50\n',
  ],
  ['another table', 'in "a": table "s"."u" with rows 0\n', 'in "a": table "s"."u" with rows 0\n'],
  ['another name', 'role "a"\nrole "$(touch x)]*"\n', 'role "$(touch x)]*"\n'],
  ['a sequence as it was', 'in "a": sequence "s"."q" at 12 true\n', ''],
  ['a sequence that nothing was taken from', 'in "a": sequence "s"."q" at 1 false\n', ''],
  ['another sequence of that kind', 'in "a": sequence "s"."r" at 1 false\n', ''],
  [
    'what comes with a database',
    'database "postgres" in UTF8\nin "a": schema "public"\nin "a": extension "plpgsql"\n',
    '',
  ],
  ['triggers, while rows are copied', 'in "a": trigger "s"."t"."x" D\n', ''],
  ['a database that was not looked into', 'in "b\\"c in d": table "s"."u" with rows 9\n', ''],
  ['its encoding', 'database "b\\"c in d" in LATIN1\n', ''],
  [
    'a database that was not there',
    'in "c": table "s"."u" with rows 9\n',
    'in "c": table "s"."u" with rows 9\n',
  ],
  [
    'a sequence elsewhere',
    'in "a": sequence "s"."q" at 900 true\n',
    'in "a": sequence "s"."q" at 900 true\n',
  ],
  [
    'a table that is called like what every copy has',
    'in "a": table "s"."x: trigger y" with rows 0\n',
    'in "a": table "s"."x: trigger y" with rows 0\n',
  ],
  ['another database', 'database "c" in UTF8\n', 'database "c" in UTF8\n'],
  ['a view that is not filled', 'in "a": materialized view "s"."v" without data\n', ''],
  ['fewer functions', 'in "a": functions of schema "s" 2\n', ''],
  ['more functions', 'in "a": functions of schema "s" 4\n', 'in "a": functions of schema "s" 4\n'],
])('what a list has beyond another one: %s', (_, after, output) => {
  const host = temporaryHost();
  const before =
    'database "a" in UTF8\ndatabase "b\\"c in d" in UTF8\nrole "a"\nin "a": functions of schema "s" 3\nin "a": table "s"."t" with rows 5\nin "a": table "s"."t 9" with rows 10\nin "a": sequence "s"."q" at 12 true\nin "a": materialized view "s"."v" with data\n';
  const variables = { old: host.write('old', before), new: host.write('new', after) };
  expect(runtimeOn(host, 'sw_further_contents "$old" "$new"', variables)).toEqual({
    status: 0,
    output,
  });
});

/** What `sw_lost_contents` answers for these two lists. */
function lost(before: string, after: string) {
  const host = temporaryHost();
  host.allow('comm');
  const variables = { old: host.write('old', before), new: host.write('new', after) };
  return runtimeOn(
    host,
    'set -e; lost=$(sw_lost_contents "$old" "$new"); printf "%s" "$lost"',
    variables,
  );
}

const table = (count: number, kind = 'table'): string =>
  `in "walt": ${kind} "public"."t" with rows ${count}\n`;

const conf = (count: number): string => table(count, 'configuration of extension "x"');

test.each([
  ['the same', table(5), table(5), ''],
  ['more in the copy', table(5), `${table(5)}role "app"\n`, ''],
  ['a table that is not there', table(5), 'role "app"\n', table(5).trimEnd()],
  ['fewer rows', table(5), table(4), table(5).trimEnd()],
  ['more rows', table(5), table(6), table(5).trimEnd()],
  ['more rows of an unlogged table', table(0, 'unlogged table'), table(6, 'unlogged table'), ''],
  [
    'fewer rows of an unlogged table',
    table(5, 'unlogged table'),
    table(0, 'unlogged table'),
    table(5, 'unlogged table').trimEnd(),
  ],
  ['more rows of an extension', conf(1), conf(2), ''],
  ['other rows of an extension, which writes them itself', conf(2), conf(1), ''],
  ['none of the rows of an extension', conf(2), 'role "app"\n', conf(2).trimEnd()],
  [
    'no unlogged table',
    table(0, 'unlogged table'),
    'role "app"\n',
    table(0, 'unlogged table').trimEnd(),
  ],
])('%s', (_, before, after, output) => {
  expect(lost(before, after)).toEqual({ status: 0, output });
});

test.each([
  ['nothing was listed of the old cluster', '', table(5)],
  ['nothing was listed of the new one', table(5), ''],
  ['the lists are not in order', 'b\na\n', 'a\nb\n'],
])('it cannot be told when %s', (_, before, after) => {
  expect(lost(before, after).status).not.toBe(0);
});

test('a comparison that fails does not pass for one that found nothing', () => {
  const host = temporaryHost();
  host.stub('comm', 'exit 1');
  const variables = { old: host.write('old', 'a\n'), new: host.write('new', 'a\n') };
  expect(runtimeOn(host, 'sw_lost_contents "$old" "$new"', variables).status).toBe(1);
});
