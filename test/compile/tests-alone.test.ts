import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEngines, type Engine } from '../../src/check/engine.ts';
import { printScript } from '../../src/bash/print.ts';
import { stepFunctions } from '../../src/compile/part-script.ts';
import { partsOf } from '../../src/compile/parts.ts';
import { requirementFunctions } from '../../src/compile/preflight.ts';
import { validate } from '../../src/compile/validate.ts';
import { parameter, program, requires, shell } from '../../src/index.ts';
import { small, started } from '../support/procedures.ts';

const dir = parameter.path('dir', { default: '/srv', help: 'a folder' });

/** Conditions that are tests and nothing else. */
const FRAGMENTS = [
  'test -e /etc/debian_version',
  '[ -e /x ]',
  '[[ -e /x ]]',
  '! test -e /x',
  '! [[ -e /x ]]',
  'test -e /a && test -e /b',
  'test -e /a || ! [ -e /b ]',
  '[[ -e /a ]] &&\n  [[ -e /b ]]',
  'test -e /a\ntest -e /b',
  '[[ -v HOME ]]',
  '[[ ${BASH_VERSION} == 5* ]]',
  '[[ ${HOME:-} == /root ]]',
  '[[ $(nproc) -gt 3 ]]',
  '[ "$(nproc)" -gt 3 ]',
  '! [[ $(nproc) -gt 3 ]]',
  '! [[ $(nproc) -gt 3 ]] && test -e /a || test -e /b',
  '[[ $(nproc) -gt 3 ]]; # a remark\n',
  'test -e /a # a remark\n[[ $(nproc) -gt 3 ]] >/dev/null\n# another',
  '{ test -e /a; } && test -e /b',
  '[ -e /x ] # a remark',
  '[[ -d $dir && ! -e "$dir/x" ]]',
  'grep -q x /etc/motd && test -e /x',
] as const;

let engines: readonly Engine[] = [];
beforeAll(async () => {
  engines = (await findEngines()).usable;
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
});

const about = { title: 'it is so', why: 'it has to be' };
const told = { refusal: 'it is not so', remedy: 'make it so' };

/** The functions that ask, or run, `condition` in each of the places that take one. */
function functionsOf(condition: string, index: number): string {
  const values = condition.includes('$dir') ? { values: { dir } } : {};
  const id = (name: string): string => `${name}-${index}`;
  const input = small({
    parameters: condition.includes('$dir') ? [dir] : [],
    requires: [requires.holds({ check: condition, ...values, ...told })],
    steps: [
      program.ran({ id: id('ran'), ...about, command: ['true'], condition, ...values }),
      shell({ id: id('checked'), ...about, check: condition, apply: 'run true', ...values }),
      shell({ id: id('applied'), ...about, check: 'ls /x', apply: condition, ...values }),
    ],
  });
  const procedure = validate('steps/small/index.ts', input);
  const [part] = partsOf(procedure.steps);
  const asked = printScript(part === undefined ? [] : requirementFunctions(procedure, part));
  return asked.replace('_1__', `_${index}__`) + printScript(procedure.steps.flatMap(stepFunctions));
}

/** Each function is called by a name that is computed, as scripts do, which also ask for errexit. */
const SCRIPT = `set -e\n${FRAGMENTS.map(functionsOf).join('')}dir=/srv\n"$1__check" "$dir"\n`;

test('ShellCheck takes every condition, wherever it stands', async () => {
  expect(engines.length).toBeGreaterThan(0);
  const lines = SCRIPT.split('\n');
  for (const engine of engines) {
    const found = await engine.check(SCRIPT);
    expect(found.map(({ code, line }) => `${code}: ${lines[line]}`)).toEqual([]);
  }
});

/** The function that asks `condition` as a requirement. */
function requirement(condition: string): string {
  const input = small({
    requires: [requires.holds({ check: condition, ...told })],
    steps: [started],
  });
  const procedure = validate('x.ts', input);
  const [part] = partsOf(procedure.steps);
  return printScript(part === undefined ? [] : requirementFunctions(procedure, part));
}

test.each([
  ['test -e /x', 'requirement_1__holds() {\n  test -e /x\n}\n'],
  ['[[ $(nproc) -gt 3 ]]', 'requirement_1__holds() (\n  [[ $(nproc) -gt 3 ]] || exit\n)\n'],
  ['grep -q x /y', 'requirement_1__holds() (\n  grep -q x /y\n)\n'],
])('%j has a shell of its own where it could leave a trace', (condition, text) => {
  expect(requirement(condition)).toBe(text);
});

test.each([
  ['[[ 1 -eq x=1 ]]', 0, 'unset'],
  ['[[ 1 -eq x=2 ]]', 1, 'unset'],
  ['[[ 1 -eq x=1 ]] && ! [[ 1 -eq x=2 ]]', 0, 'unset'],
  ['! [[ 1 -eq x=1 ]] # a remark', 1, 'unset'],
  ['[[ $unset == 1 ]]', 1, 'unset'],
])('%s: its answer counts, and what it sets or ends is its own', (condition, status, x) => {
  const text = requirement(condition);
  const script = `set -u\n${text}status=0\nrequirement_1__holds 2>/dev/null || status=$?\necho "$status \${x:-unset}"\n`;
  expect(spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout).toBe(`${status} ${x}\n`);
});
