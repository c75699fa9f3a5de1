import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { ProcedureError } from '../../src/model/problem.ts';
import {
  carried,
  containers,
  learn,
  parameter,
  reboot,
  requires,
  service,
} from '../../src/index.ts';
import { own, rebooted, small, started, stopped } from '../support/procedures.ts';

const dir = parameter.path('dir', { default: '/srv', help: 'the folder' });
const got = carried.text('got', 'what was got');
const anything = (value: unknown) => value as never;

/** What is said of a procedure, a line each, without its file. */
async function told(input: unknown): Promise<string[]> {
  const error: unknown = await compile('a.ts', input).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProcedureError);
  return (error as ProcedureError).problems.map(({ where, what }) =>
    `${where}: ${what}`.replace('a.ts: ', ''),
  );
}

test('a name in `values` that no variable can have is told, with all else', async () => {
  const input = small({
    parameters: [dir],
    requires: [requires.holds({ check: 'ls', values: { 'a-b': dir }, refusal: 'x', remedy: 'x' })],
    steps: [own('one', { values: { 'backup-dir': dir } }), { ...stopped, why: '' }],
  });
  expect(await told(input)).toEqual([
    'step stopped: `why` must not be empty',
    'step one: `values` has "backup-dir", which is no name for a variable',
    'requirement shell: `values` has "a-b", which is no name for a variable',
  ]);
});

test('what is wrong by itself is there all the same for what refers to it', async () => {
  const input = small({
    parameters: [{ ...dir, default: 'srv' }],
    steps: [
      learn(anything({ id: 'learnt', title: 'x', why: '', into: got, from: 'uname' })),
      own('reads', { values: { dir, got }, needs: ['later'], until: 'learnt' }),
      own('later', { needs: ['learnt'] }),
    ],
  });
  expect(await told(input)).toEqual([
    'parameter dir: `default` must be an absolute path, without "." or ".." in it, got "srv"',
    'step learnt: `why` must not be empty',
    'step reads: `needs` names later, which is no earlier step of the same part',
    'step reads: `until` names learnt, which is no later step of the same part',
  ]);
});

test('a choice whose choices are wrong is told once', async () => {
  const size = parameter.choice('size', { default: 'big', help: 'x', choices: [] });
  const when = { parameter: size, is: 'big' };
  const lines = await told(small({ parameters: [size], steps: [anything({ ...stopped, when })] }));
  expect(lines.filter((line) => line.startsWith('step'))).toEqual([]);
});

test('what may be meant by a name that is wrong is not told to be missing', async () => {
  const input = small({
    parameters: [{ ...dir, name: 'Dir' }],
    steps: [{ ...stopped, id: 'Quiet' }, own('reads', { values: { dir }, needs: ['quiet'] })],
  });
  expect(await told(input)).toEqual([
    'parameter Dir: `name` must be lower-case words joined by hyphens, got "Dir"',
    'step Quiet: `id` must be lower-case words joined by hyphens, got "Quiet"',
  ]);
});

test('an id that is taken by a step that is wrong otherwise, too, is told', async () => {
  const input = small({ steps: [stopped, anything({ ...started, id: 'stopped', why: '' })] });
  expect(await told(input)).toEqual([
    'step stopped: `why` must not be empty',
    'step stopped: its id is that of an earlier step',
  ]);
});

test('two reboots with nothing between them are told as that', async () => {
  const again = { ...rebooted, id: 'again' };
  expect(await told(small({ steps: [stopped, rebooted, again, started] }))).toEqual([
    'step again: no step stands between it and reboot rebooted',
  ]);
  expect(await told(small({ steps: [stopped, rebooted, again] }))).toEqual([
    'step again: no step stands between it and reboot rebooted',
    'procedure: nothing comes after its last reboot',
  ]);
});

test('steps of one id do not fight besides', async () => {
  const twice = service.started({ id: 'started', why: 'x', unit: 'nginx' });
  expect(await told(small({ steps: [twice, twice] }))).toEqual([
    'step started: its id is that of an earlier step',
  ]);
});

const images = carried.lines('images', 'the images');

test('an inventory that is wrong by itself is taken anew by the step that it names', async () => {
  const anew = containers.inventoried({ id: 'taken-anew', why: 'x', into: images });
  const first = { ...anew, id: 'taken', why: '', until: 'taken-anew' };
  expect(await told(small({ steps: [anything(first), anew] }))).toEqual([
    'step taken: `why` must not be empty',
  ]);
});

/** An inventory of two lists. */
function taken(id: string, into: unknown, more: unknown) {
  const expected = { database: 'x', query: 'select 1', into: more };
  return containers.inventoried(anything({ id, why: 'x', into, expected }));
}

test('each list of an inventory is a value of its own', async () => {
  const named = carried.lines('named', 'the named ones');
  const steps = [taken('taken', images, named), taken('other', named, images)];
  expect((await told(small({ steps }))).filter((line) => line.includes('learns'))).toEqual([
    'step other: it learns carried value named, which an earlier step has learnt',
    'step other: it learns carried value images, which an earlier step has learnt',
  ]);
  expect(await told(small({ steps: [taken('taken', images, images)] }))).toEqual([
    'step taken: it learns carried value images twice',
  ]);
});

test('a further way may begin with the step whose id is wrong', async () => {
  const further = { requires: [requires.unit({ unit: 'ssh' })], first: 'begun' };
  const ends = reboot(anything({ ...rebooted, further }));
  const lines = await told(small({ steps: [stopped, ends, { ...started, id: 'Begun' }] }));
  expect(lines.filter((line) => line.includes('further'))).toEqual([]);
  const right = small({ steps: [anything({ ...stopped, why: '' }), ends, started] });
  expect(await told(right)).toEqual([
    'step stopped: `why` must not be empty',
    'step rebooted: `further` begins with begun, which is no step between it and the next reboot',
  ]);
});
