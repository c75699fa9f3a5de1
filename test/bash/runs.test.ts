import { expect, test } from 'vitest';
import { wrongRuns } from '../../src/bash/runs.ts';

test.each([
  // It notes its command in the log, wherever its output goes.
  ['x=$(run cat /etc/hostname)', []],
  ['mapfile -t x < <(run cat /x)', []],
  ['x=`run A=b cat`', ['1:4 assignment']],
  ['if true; then\n  x=$(a | run B=c d)\nfi', ['2:11 assignment']],
  ['run env A=b make', []],
  ['A=b run make', []],
  ['run make A=b', []],
  ['run A=b make', ['1:1 assignment']],
  ['run A="$b" make', ['1:1 assignment']],
  ['true && run A+=b make', ['1:9 assignment']],
  ['run A=b', ['1:1 assignment alone']],
  ['run "A=$b" make', ['1:1 assignment']],
  ['run "$(which A=b)" make', []],
  ['run touch "$(cat /x)"', []],
  ['run a > >(run b)', []],
  ["echo '$(run x)' run # $(run y)\ngrep run /x", []],
])('%j', (text, found) => {
  const told = wrongRuns(text, false).map(
    ({ line, column, wrong }) => `${line}:${column} ${wrong}`,
  );
  expect(told).toEqual(found);
});

test('where something is only looked at, no run is right', () => {
  expect(wrongRuns('a && run b', true)).toMatchObject([{ line: 1, column: 6, wrong: 'reading' }]);
  expect(wrongRuns('[[ $(run nproc) -gt 3 ]]', true)).toMatchObject([
    { column: 6, wrong: 'reading' },
  ]);
  expect(wrongRuns('echo run', true)).toEqual([]);
});
