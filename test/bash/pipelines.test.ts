import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { earlyEnds } from '../../src/bash/pipelines.ts';

/** Writes more than a pipe holds, so that it is still at it when a reader ends. */
const MUCH = 'seq 1 200000';

/** What bash says of `text` under pipefail, as scripts run. */
function statusOf(text: string): number | null {
  return spawnSync('bash', ['-c', `set -o pipefail; { ${text}; } >/dev/null`]).status;
}

describe('a reader that ends before its pipe does', () => {
  test.each([
    'grep -q 5',
    'grep -Fxq 5',
    'grep --quiet 5',
    'grep -m 1 5',
    'grep --max-count=1 5',
    'head',
    'head -n 5',
    'head -c 10 | cat',
    'sed 5q',
    "sed -n '/5/{p;q}'",
    "sed -e '5 q'",
    "awk '/5/ { print; exit }'",
    'LC_ALL=C grep -q 5',
    'command grep -q 5',
  ])('%s', (reader) => {
    expect(earlyEnds(`${MUCH} | ${reader}`)).toHaveLength(1);
    expect(statusOf(`${MUCH} | ${reader}`)).toBe(141);
  });
});

describe('a reader that reads all there is', () => {
  test.each([
    'grep 5 >/dev/null',
    'grep -c 5',
    'grep -- -q || true',
    'head -n -5',
    'head --lines=-5',
    "sed -n '1,5p'",
    "sed 's/q/Q/'",
    "awk '/5/ { found = 1 } END { exit !found }'",
    'tail -n 1',
    'sort | wc -l',
  ])('%s', (reader) => {
    expect(earlyEnds(`${MUCH} | ${reader}`)).toEqual([]);
    expect(statusOf(`${MUCH} | ${reader}`)).toBe(0);
  });
});

test('where it stands, in substitutions too; what reads no pipe is left alone', () => {
  const text = 'grep -q x /etc/motd &&\n  x=$(ls |\n    head -n1)';
  expect(earlyEnds(text)).toMatchObject([{ line: 3, column: 5, text: 'head -n1' }]);
  expect(earlyEnds('head -n1 /etc/motd | cat')).toEqual([]);
});
