import { expect, test } from 'vitest';
import { fights } from '../../src/compile/judge-fights.ts';
import { judgedOf } from '../../src/compile/judged.ts';
import { file, parameter, path, service, text } from '../../src/index.ts';
import type { Step } from '../../src/model/step.ts';
import { own } from '../support/procedures.ts';

const unit = parameter.identifier('unit', { default: 'nginx', help: 'the service' });

function problemsOf(steps: readonly unknown[]) {
  return fights('a.ts', judgedOf({ steps }, { steps: steps as Step[], requires: [] }));
}

type Unit = Parameters<typeof service.started>[0]['unit'];

function fought(...units: readonly Unit[]): string[] {
  const steps = units.map((each, index) =>
    service.started({ id: `step-${index}`, why: 'x', unit: each }),
  );
  return problemsOf(steps).map(({ what }) => what);
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

test('equal steps are told as such, whatever name the unit has', () => {
  expect(fought('nginx', 'nginx.service')).toEqual(['it is the same as step step-0']);
});

type Choice = ReturnType<typeof parameter.choice>;

/** Writes one file where `choice` is `is`. */
function chosen(id: string, choice: Choice, is: string): unknown {
  const when = { parameter: choice, is } as never;
  return file.content({ id, why: 'x', path: '/etc/x', lines: [id], when });
}

function told(...steps: readonly unknown[]): string[] {
  return problemsOf(steps).map(({ where, what }) => `${where}: ${what}`);
}

test('a need that ends later is not over yet', () => {
  const one = {
    ...(chosen('one', undefined as never, 'a') as object),
    when: undefined,
    until: 'end',
  };
  const two = { ...(chosen('two', undefined as never, 'b') as object), when: undefined };
  expect(told(one, two, own('end'))).toHaveLength(1);
  expect(told(one, own('end'), two)).toEqual([]);
});

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

const { stopped, started, enabled, disabled } = service;
const about = (id: string) => ({ id, why: 'x', unit: 'nginx' });

test('what is done and undone in one part is told, unless its end is said', () => {
  const between = own('other');
  expect(told(stopped(about('a')), between, started(about('b')))).toEqual([
    'a.ts: step b: it fights with step a over whether unit nginx runs',
  ]);
  expect(told(enabled(about('a')), between, disabled(about('b')))).toEqual([
    'a.ts: step b: it fights with step a over whether unit nginx starts at boot',
  ]);
  expect(told(disabled(about('a')), stopped(about('b')))).toEqual([]);
  for (const until of ['other', 'b']) {
    expect(told(stopped({ ...about('a'), until }), between, started(about('b')))).toEqual([]);
  }
});

test('a step does not fight with one that has its id: that is told by itself', () => {
  expect(told(started(about('a')), started(about('a')))).toEqual([]);
});

const folder = parameter.path('folder', { default: '/srv', help: 'a folder' });
const written = (id: string, at: unknown) =>
  file.content({ id, why: 'x', path: at as '/x', lines: [id] });

test.each([
  [folder, folder, '"$folder"'],
  [path(folder, 'x'), path(folder, 'x'), '"$folder/x"'],
  [path('/srv', unit), path('/srv', unit), '"/srv/$unit"'],
  ['/srv/a$b', '/srv/a$b', '"/srv/a\\$b"'],
])('what they fight over is shown as people write it: %j', (one, other, shown) => {
  expect(told(written('a', one), written('b', other))).toEqual([
    `a.ts: step b: it fights with step a over file ${shown}`,
  ]);
});

test.each([
  [folder, '$folder'],
  [path('/srv', unit), '/srv/$unit'],
  [text`${unit}x`, text`${parameter.identifier('unitx', { default: 'a', help: 'x' })}`],
])('values that are shown alike elsewhere are not the same: %j and %j', (one, other) => {
  expect(told(written('a', one), written('b', other))).toEqual([]);
});

test('a line of a file is part of it, whatever its values are', () => {
  const line = file.line({ id: 'b', why: 'x', path: folder, line: text`a "${unit}" of file "x"` });
  expect(told(written('a', folder), line)).toEqual([
    'a.ts: step b: it fights with step a over file "$folder"',
  ]);
});
