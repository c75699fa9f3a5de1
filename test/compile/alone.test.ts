import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShellCheck, type Engine } from '../../src/check/engine.ts';
import { compile } from '../../src/compile/compile.ts';
import { file, requires, text } from '../../src/index.ts';
import type { Parameter } from '../../src/model/parameter.ts';
import type { ProcedureInput } from '../../src/model/procedure.ts';
import { own, rebooted, small, started } from '../support/procedures.ts';
import { KINDS, PARAMETERS, REQUIREMENTS } from '../support/samples.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openShellCheck();
});
afterAll(async () => {
  await engine.close();
});

/** What ShellCheck has to say about the scripts of `procedure`, each with its line. */
async function findingsIn(procedure: ProcedureInput): Promise<string[]> {
  const { scripts } = await compile('steps/small/index.ts', procedure);
  const found = await Promise.all(
    scripts.map(async ({ text: script }) => {
      const lines = script.split('\n');
      const findings = await engine.check(script);
      return findings.map(({ code, message, line }) => `${code}: ${message}: ${lines[line - 1]}`);
    }),
  );
  return found.flat();
}

const parameters = Object.values(PARAMETERS);
const { identifiers } = PARAMETERS;

/** What looks at parameter `item`: several names are a list. */
function lookingAt(item: Parameter) {
  return item.type === 'identifiers'
    ? { values: { all: item }, check: 'test "${#all[@]}" -gt 0' }
    : { values: { x: item }, check: 'test -n "$x"' };
}

const told = { refusal: 'it is not so', remedy: 'make it so' };

/** Ways to read parameters, each in procedures that read them in no other. */
const READ: Readonly<Record<string, ProcedureInput>> = {
  'every parameter in text alone': small({
    parameters,
    steps: parameters.map((item) =>
      file.line({ id: item.type, why: 'x', path: `/srv/${item.type}`, line: text`is ${item}` }),
    ),
  }),
  'every parameter as a value alone': small({
    parameters,
    steps: parameters.map((item) => own(`of-${item.type}`, lookingAt(item))),
  }),
  'every parameter in a requirement alone': small({
    parameters,
    requires: parameters.map((item) => requires.holds({ ...lookingAt(item), ...told })),
  }),
  'names in the text of a requirement alone': small({
    parameters: [identifiers],
    requires: [
      requires.holds({
        check: 'test -n "$x"',
        values: { x: text`${identifiers}` },
        ...told,
      }),
    ],
  }),
  'names as text in one part, and as a list in another': small({
    parameters: [identifiers],
    steps: [
      own('one', { values: { x: text`${identifiers}` }, check: 'test -n "$x"' }),
      rebooted,
      own('all', { values: { x: identifiers }, check: 'test "${#x[@]}" -gt 0' }),
    ],
  }),
};

// Scripts wait for their turn: the engine takes two at a time.
describe('ShellCheck has nothing to say about a procedure with', { timeout: 600_000 }, () => {
  const procedures = [
    ...Object.entries(KINDS).map(([kind, steps]) => [`${kind} alone`, small({ steps })] as const),
    ...Object.entries(REQUIREMENTS).map(
      ([name, item]) =>
        [`requirement ${name} alone`, small({ requires: [item], steps: [started] })] as const,
    ),
    ...Object.entries(READ),
  ];

  test.concurrent.each(procedures)('%s', async (_, procedure) => {
    expect(await findingsIn(procedure)).toEqual([]);
  });
});
