import { expect, test } from 'vitest';
import { wrongRuns } from '../../src/bash/runs.ts';

test.each([
  ['x=$(run cat /etc/hostname)', ['1:5 value']],
  ['x=`run cat /etc/hostname`', ['1:4 value']],
  ['echo "a ${x:-$(run cat /x)}"', ['1:16 value']],
  ['mapfile -t x < <(run cat /x)', ['1:18 value']],
  ['if true; then\n  x=$(a | run b)\nfi', ['2:11 value']],
  ['[[ $(run nproc) -gt 3 ]]', ['1:6 value']],
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

test('where all that is printed is a value, no run is right', () => {
  expect(wrongRuns('a && run b', true)).toMatchObject([{ line: 1, column: 6, wrong: 'value' }]);
  expect(wrongRuns('echo run', true)).toEqual([]);
});
