import { describe, expect, test } from 'vitest';
import { modelProblems, withToldErrors } from '../../src/cli/checked-model.ts';
import { ProcedureError } from '../../src/model/problem.ts';
import type { HostModel } from '../../src/simulate/define.ts';

const world = {};
const right = { title: 'a server', make: () => ({}) };

describe('what is no model is refused', () => {
  test.each<[unknown, string[]]>([
    [undefined, ['host.ts: its default export is no model']],
    [{ world }, ['host.ts: its default export is no model']],
    [{ world, states: {} }, ['host.ts: `states` is empty: nothing would be tried']],
    [{ world, states: 5 }, ['host.ts: `states` must have the start states by name, got 5']],
    [{ world, states: [right] }, [expect.stringContaining('`states` must have the start states')]],
    [{ world, states: { a: right, b: 1 } }, ['host.ts: start state b: it is 1']],
    [
      { target: [], states: { a: { title: '' }, b: { ...right, title: 3 } } },
      [
        'host.ts: `target` must be a function, got []',
        'host.ts: `world` must be a world, got nothing',
        'host.ts: start state a: `title` must be text, got ""',
        'host.ts: start state a: `make` must be a function, got nothing',
        'host.ts: start state b: `title` must be text, got 3',
      ],
    ],
    [{ world, states: { a: right } }, []],
  ])('%j', (model, expected) => {
    expect(modelProblems('host.ts', model).map(({ where, what }) => `${where}: ${what}`)).toEqual(
      expected,
    );
  });
});

const wrong = (): never => {
  throw new RangeError('no such thing');
};

const says = (name: string) =>
  new RegExp(
    `^host\\.ts: ${name}: no such thing\\n {2}mend that: test/cli/checked-model\\.test\\.ts:\\d+$`,
  );

const model = (make: () => unknown) =>
  withToldErrors('host.ts', {
    world,
    states: { a: { title: 'x', make } },
    target: wrong,
    precious: wrong,
  } as unknown as HostModel);
describe('what a function of a model throws is told as its own', () => {
  test('at once, or later', async () => {
    const { states, target, precious } = model(wrong);
    expect(() => states['a']?.make({} as never)).toThrow(says('start state a: make'));
    expect(() => target?.({} as never)).toThrow(says('target'));
    expect(() => precious?.({} as never)).toThrow(says('precious'));
    const later = model(async () => Promise.resolve().then(wrong)).states['a'];
    await expect(later?.make({} as never)).rejects.toThrow(says('start state a: make'));
  });

  test('but for what says already how to mend it', () => {
    const problem = new ProcedureError([{ where: 'x', what: 'y', mend: 'z' }]);
    const { states } = model(() => {
      throw problem;
    });
    expect(() => states['a']?.make({} as never)).toThrow(problem);
  });
});
