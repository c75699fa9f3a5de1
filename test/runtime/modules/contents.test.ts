import { expect, test } from 'vitest';
import { runtimeOn, temporaryHost } from '../../support/kinds.ts';

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

const table = (rows: number, kind = 'table'): string =>
  `in "walt": ${kind} "public"."t" with rows ${rows}\n`;

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
