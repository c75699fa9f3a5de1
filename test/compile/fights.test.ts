import { expect, test } from 'vitest';
import { fights } from '../../src/compile/judge-fights.ts';
import { parameter, service, text } from '../../src/index.ts';
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
