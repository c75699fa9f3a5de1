import { expect, test } from 'vitest';
import { runtimeOn, temporaryHost } from '../support/kinds.ts';

/** A run of one step whose check says no, from the command line's end of the runtime downwards. */
function runOf(apply: string) {
  const host = temporaryHost();
  const body = [
    'sw_begin() { :; }; sw_folder=/root sw_default_log=$sw_log',
    'sw_ids=(a) sw_titles=(title) sw_options=(" ") sw_index_of=([a]=0)',
    'a__check() { return 1; }',
    `a__apply() { ${apply}; echo went on; }`,
    'exec 7>/dev/null 8>&1',
    'sw_run',
    'echo "status $?"',
  ];
  return runtimeOn(host, body.join('\n')).output;
}

test.each([
  ['a command', 'false'],
  ['a command that runs', 'run false'],
  ['a command in a function', 'f() { false; echo went on; }; f'],
  ['what a variable is set to', 'local x; x=$(false)'],
  ['the first command of a pipeline', 'false | true'],
])('%s that fails stops its step in a whole run', (_, apply) => {
  const output = runOf(apply);
  expect(output).not.toContain('went on');
  expect(output).toMatch(/\[1\/1\] failed +a/);
  expect(output).toContain('status 1');
});
