import { expect, test } from 'vitest';
import { apt, carried, containers, file, parameter, program, shell } from '../../src/dsl/index.ts';
import type { StepInput } from '../../src/model/step.ts';
import { stepOn, stepText, temporaryHost } from '../support/kinds.ts';

const path = parameter.path('target', { default: '/etc/x', help: 'a file' });
const names = parameter.identifiers('names', { default: 'a b', help: 'some names' });
const lines = carried.lines('found', 'what was found');
const about = { id: 'x', why: 'the page says so' };
const held = { names: 'alpha beta', names_list: ['alpha', 'beta'], found: ['one', 'two words'] };

test.each([
  ['a line', file.line({ ...about, path, line: names }), 'a\nbeta=1\nalpha beta\n'],
  ['in a place', file.line({ ...about, path, line: names, replaces: 'a' }), 'alpha beta\nbeta=1\n'],
  ['a prefix', file.line({ ...about, path, line: 'new', replaces: names }), 'a\nbeta=1\nnew\n'],
  [
    'one of several prefixes',
    file.line({ ...about, path, line: 'new', replaces: ['a', names] }),
    'new\nbeta=1\n',
  ],
  ['instead', file.replaced({ ...about, path, from: '=1', to: names }), 'a\nbetaalpha beta\n'],
  ['a line of its own each', file.content({ ...about, path, lines: [names] }), 'alpha\nbeta\n'],
  ['lines', file.content({ ...about, path, lines: [lines] }), 'one\ntwo words\n'],
])('names are one text, or items where a list is due: %s', (_, step, after) => {
  const host = temporaryHost();
  const target = host.write('etc/x', 'a\nbeta=1\n');
  const on = stepOn(host, step, { ...held, target });
  expect(on.check().status).toBe(1);
  expect(on.apply().status).toBe(0);
  expect(host.read('etc/x')).toBe(after);
  expect(on.check().status).toBe(0);
});

const url = 'https://example.org/debian';
const [images, prefix] = [carried.lines('images', 'the images'), names];

/** Steps whose only values are `names`, or that have them beside others, as one text. */
const ONE: readonly (readonly [string, StepInput])[] = [
  ['apt.repository', apt.repository({ ...about, name: 'x', url, suite: names, key: url })],
  [
    'containers.present',
    containers.present({ ...about, images, storage: 'podman', prefix } as never),
  ],
  [
    'containers.inventoried',
    containers.inventoried({
      ...about,
      into: images,
      label: names,
      prefix,
      expected: { database: 'x', query: names, pending: { query: names, remedy: 'wait' } },
    }),
  ],
];

test.each(ONE)('%s takes names as one text', async (_, step) => {
  const script = await stepText(step);
  expect(script).toContain('$names');
  expect(script).not.toContain('names_list');
});

test.each([
  [
    'program.ran',
    program.ran({ ...about, title: 'it', command: ['x', names], condition: 'false' }),
  ],
  [
    'shell',
    shell({
      ...about,
      title: 'it',
      once: true,
      apply: 'run x "${all[@]}"',
      values: { all: names },
    }),
  ],
])('%s takes each of the names by itself', async (_, step) => {
  expect(await stepText(step)).toContain('"${names_list[@]}"');
});
