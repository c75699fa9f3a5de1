import { expect, test } from 'vitest';
import { fights } from '../../src/compile/judge-fights.ts';
import { file, parameter, service, text } from '../../src/index.ts';
import type { Step } from '../../src/model/step.ts';

const unit = parameter.identifier('unit', { default: 'nginx', help: 'the service' });

type Unit = Parameters<typeof service.started>[0]['unit'];

function fought(...units: readonly Unit[]): string[] {
  const steps = units.map((each, index) =>
    service.started({ id: `step-${index}`, why: 'x', unit: each }),
  );
  return fights('a.ts', steps as unknown as Step[]).map(({ what }) => what);
}

test.each([
  ['nginx', 'nginx.service'],
  ['nginx.service', 'nginx'],
  [unit, text`${unit}.service`],
  [text`walt-${unit}`, text`walt-${unit}.service`],
] as const)('%j and %j are one unit', (one, other) => {
  expect(fought(one as Unit, other as Unit)).toHaveLength(1);
});

test.each([
  ['nginx', 'nginx.socket'],
  ['nginx.service', 'nginx.service.service'],
  [unit, 'unit'],
  [text`walt-${unit}`, text`${unit}`],
] as const)('%j and %j are two', (one, other) => {
  expect(fought(one as Unit, other as Unit)).toEqual([]);
});

test('the unit is told by its short name', () => {
  expect(fought('nginx.service', 'nginx.service')).toEqual([
    'it fights with step step-0 over activity-on of unit "nginx"',
  ]);
});

test('steps that are wanted for different choices are alternatives; others fight', () => {
  const how = parameter.choice('how', { default: 'a', help: 'how', choices: ['a', 'b'] });
  const other = parameter.choice('other', { default: 'b', help: 'how', choices: ['a', 'b'] });
  const step = (id: string, parameter: typeof how, is: string) =>
    file.content({ id, why: 'x', path: '/etc/x', lines: [id], when: { parameter, is } as never });
  const told = (...steps: readonly unknown[]): string[] =>
    fights('a.ts', steps as Step[]).map(({ where, what }) => `${where}: ${what}`);
  expect(told(step('one', how, 'a'), step('two', how, 'b'))).toEqual([]);
  expect(told(step('one', how, 'a'), step('two', other, 'b'))).toHaveLength(1);
  expect(told(step('one', how, 'a'), step('two', how, 'b'), step('three', how, 'b'))).toEqual([
    'a.ts: step three: it fights with step two over file "/etc/x"',
  ]);
});
