import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import {
  carried,
  continuedBy,
  learn,
  parameter,
  prefixed,
  procedure,
  reboot,
  requires,
  service,
  shell,
  text,
} from '../../src/dsl/index.ts';
import { flattened } from '../../src/dsl/procedure.ts';

const unit = parameter.identifier('unit', { default: 'app', help: 'the service' });
const kernel = carried.text('kernel', 'what ran before');
const steps = [
  learn({ id: 'kernel-known', title: 'known', why: 'it is told', into: kernel, from: 'uname -r' }),
  [
    service.stopped({
      id: 'stopped',
      why: 'it writes',
      unit,
      until: 'told',
      needs: ['kernel-known'],
    }),
    shell({
      id: 'told',
      title: 'told',
      why: 'it has to be',
      check: 'test -e /run/told',
      apply: 'run touch -- "/run/$what"',
      values: { what: text`told ${kernel} of ${unit}` },
    }),
  ],
  reboot({ id: 'rebooted', why: 'it is time', release: 'bookworm', releaseName: 'Debian 12' }),
];

test('ids and carried values get the prefix wherever they are named, parameters do not', () => {
  const again = prefixed('second', steps);
  expect(again.map(({ id }) => id)).toEqual([
    'second-kernel-known',
    'second-stopped',
    'second-told',
    'second-rebooted',
  ]);
  expect(again[0]).toMatchObject({ into: { name: 'second-kernel' } });
  expect(again[1]).toMatchObject({ until: 'second-told', needs: ['second-kernel-known'], unit });
  const { values } = again[2] as unknown as { values: { what: { parts: unknown[] } } };
  expect(values.what.parts).toEqual(['told ', { ...kernel, name: 'second-kernel' }, ' of ', unit]);
  expect(steps[0]).toMatchObject({ id: 'kernel-known', into: { name: 'kernel' } });
});

test('what comes after the last reboot is over as soon as the next steps have begun', () => {
  const served = service.started({ id: 'served', why: 'it is up', unit });
  const own = service.started({ id: 'own', why: 'it is up', unit, untilBegun: 'served' });
  const continued = continuedBy('second-stopped', [steps, [served, own]]);
  expect(continued.slice(0, -2)).toEqual(flattened(steps));
  expect(continued.slice(-2)).toEqual([{ ...served, untilBegun: 'second-stopped' }, own]);
});

test('what a further way requires is asked for by the script that begins it, until it has begun', async () => {
  const further = { requires: [requires.unit({ unit }), requires.noPins()], first: 'begun' };
  const begun = service.started({ id: 'begun', why: 'it goes on', unit });
  const input = procedure({
    id: 'onwards',
    title: 'Onwards',
    summary: 'One way after the other.',
    from: { release: 'bullseye', name: 'Debian 11' },
    to: { release: 'bookworm', name: 'Debian 12' },
    parameters: [unit],
    steps: [continuedBy('begun', steps, further), begun],
  });
  expect(input.steps.at(-2)).toMatchObject({ id: 'rebooted', further });
  const { scripts } = await compile('steps/onwards/index.ts', input);
  const asks = 'asks_until_begun begun\n  require_unit "$unit"\n  require_no_pins\n';
  expect(scripts.map(({ text: script }) => script.includes(asks))).toEqual([false, true]);

  const [renamed] = prefixed('second', continuedBy('begun', [steps.at(-1)!], further));
  expect(renamed).toMatchObject({ further: { first: 'second-begun', requires: [{ unit }, {}] } });
});

test('two copies of the same steps make one procedure of three scripts', async () => {
  const input = procedure({
    id: 'twice',
    title: 'Twice',
    summary: 'The same, twice.',
    from: { release: 'bullseye', name: 'Debian 11' },
    to: { release: 'bookworm', name: 'Debian 12' },
    parameters: [unit],
    steps: [
      prefixed('first', steps),
      prefixed('second', steps),
      service.started({ id: 'started', why: 'it is over', unit }),
    ],
  });
  const { scripts } = await compile('steps/twice/index.ts', input);
  expect(scripts.map(({ name }) => name)).toEqual([
    'pre-reboot.sh',
    'post-reboot-1.sh',
    'post-reboot-2.sh',
  ]);
});

test('steps that are not there are told as such, and a list that is in itself', () => {
  const missing = undefined as never;
  expect(() => prefixed('x', missing)).toThrow('these steps are not there yet: do two files');
  expect(() => flattened([[missing]])).toThrow('these steps are not there yet: do two files');
  const list: unknown[] = [];
  list.push([list]);
  expect(() => flattened(list as never)).toThrow('a list of steps is in itself');
  const part = [shell({ id: 'a', title: 'a', why: 'a', check: 'true', apply: 'true' })];
  expect(flattened([part, part])).toHaveLength(2);
});
