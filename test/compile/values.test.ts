import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { carried, learn, parameter } from '../../src/index.ts';
import { own, small } from '../support/procedures.ts';
const how = parameter.choice('how', { default: 'a', help: 'how', choices: ['a', 'b'] });
const driver = carried.text('driver', 'the driver');
test('names of the runtime are no names for values', async () => {
  const steps = [own('x', { values: { sw_state: '/x' }, check: 'test -n "$sw_state"' })];
  await expect(compile('a.ts', small({ steps }))).rejects.toThrow(/sw_state/);
});
test('a value that is learnt for another choice is none', async () => {
  const learnt = learn({
    id: 'known',
    title: 'it is known',
    why: 'x',
    into: driver,
    from: 'uname -s',
    when: { parameter: how, is: 'a' } as never,
  });
  const reads = own('used', {
    values: { driver },
    check: 'test -n "$driver"',
    when: { parameter: how, is: 'b' } as never,
  });
  await expect(
    compile('a.ts', small({ parameters: [how], steps: [learnt, reads] })),
  ).rejects.toThrow(/learns only where/);
});
