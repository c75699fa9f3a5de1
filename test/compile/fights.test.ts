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

type Choice = ReturnType<typeof parameter.choice>;

/** Writes one file where `choice` is `is`. */
function chosen(id: string, choice: Choice, is: string): unknown {
  const when = { parameter: choice, is } as never;
  return file.content({ id, why: 'x', path: '/etc/x', lines: [id], when });
}

function told(...steps: readonly unknown[]): string[] {
  return fights('a.ts', steps as Step[]).map(({ where, what }) => `${where}: ${what}`);
}

test('steps that are wanted for different choices are alternatives; others fight', () => {
  const how = parameter.choice('how', { default: 'a', help: 'how', choices: ['a', 'b'] });
  const other = parameter.choice('other', { default: 'b', help: 'how', choices: ['a', 'b'] });
  const [one, two] = [chosen('one', how, 'a'), chosen('two', how, 'b')];
  expect(told(one, two)).toEqual([]);
  expect(told(one, chosen('two', other, 'b'))).toHaveLength(1);
  expect(told(one, two, chosen('three', how, 'b'))).toEqual([
    'a.ts: step three: it fights with step two over file "/etc/x"',
  ]);
});
