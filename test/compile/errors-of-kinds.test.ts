import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { ProcedureError } from '../../src/model/problem.ts';
import {
  apt,
  carried,
  containers,
  download,
  file,
  parameter,
  path,
  pip,
  postgres,
  program,
  requires,
  text,
} from '../../src/index.ts';
import { expectGolden } from '../support/golden.ts';
import { own, small } from '../support/procedures.ts';

const anything = (value: unknown) => value as never;
const about = { id: 'it', why: 'x' };
const list = carried.text('images', 'the images');
const found = carried.lines('found', 'what was found');
const unit = parameter.identifier('unit', { default: 'nginx', help: 'the service' });

function replaced(id: string, from: unknown, to: unknown) {
  return file.replaced({
    id,
    why: 'x',
    path: `/etc/${id}`,
    from: anything(from),
    to: anything(to),
  });
}

/** Each wrong option of a kind, a parameter or a requirement, and the golden file of what is said. */
const WRONG: readonly (readonly [string, unknown])[] = [
  [
    'program-endless',
    small({
      steps: [anything({ ...program.ran({ ...about, title: 'it', command: ['x'] } as never) })],
    }),
  ],
  [
    'cluster-and-clusters',
    small({
      steps: [
        postgres.upgraded({
          ...about,
          from: '13',
          to: '15',
          cluster: 'main',
          clusters: ['main'],
        } as never),
      ],
    }),
  ],
  [
    'pip-venv-of-python2',
    small({
      steps: [
        pip.installed({ ...about, python: 'python2', venv: '/opt/x', packages: ['x'] } as never),
      ],
    }),
  ],
  [
    'file-empty-text',
    small({
      steps: [
        file.line({ ...about, path: '/etc/x', line: '' }),
        file.replaced({ id: 'other', why: 'x', path: '/etc/y', from: '', to: 'a' }),
      ],
    }),
  ],
  [
    'replaced-by-default',
    small({
      parameters: [unit],
      steps: [
        replaced('a', 'ngin', unit),
        replaced('b', 'nginx.service', text`${unit}.service`),
        replaced('c', unit, text`my-${unit}`),
        replaced('d', unit, 'nginx-full'),
        replaced('e', 'x', text`${list}x`),
        replaced('f', 'nginx.service', unit),
      ],
    }),
  ],
  [
    'file-mode',
    small({ steps: [file.content({ ...about, path: '/etc/x', lines: [], mode: '644' })] }),
  ],
  [
    'download-digest',
    small({
      steps: [
        download.file({
          ...about,
          url: 'https://example.org/x',
          path: '/srv/x',
          sha256: 'ABC',
        } as never),
      ],
    }),
  ],
  [
    'carried-of-other-type',
    small({ steps: [containers.inventoried({ ...about, into: list } as never)] }),
  ],
  [
    'lines-as-text',
    small({
      steps: [
        file.line({ ...about, path: '/etc/x', line: anything(found) }),
        file.line({ id: 'b', why: 'x', path: '/etc/y', line: text`hosts=${anything(found)}` }),
        file.line({
          id: 'c',
          why: 'x',
          path: '/etc/z',
          line: 'a',
          replaces: ['a', anything(found)],
        }),
        file.content({ id: 'd', why: 'x', path: path('/srv', anything(found)), lines: [found] }),
        own('e', { values: { all: found, some: text`${anything(found)} b` } }),
      ],
    }),
  ],
  [
    'list-in-words',
    small({ steps: [containers.saved({ ...about, images: 'all', to: '/srv' } as never)] }),
  ],
  ['parameter-without-choices', small({ parameters: [anything({ ...unit, type: 'choice' })] })],
  ['parameter-minimum', small({ parameters: [anything({ ...unit, minimum: 1 })] })],
  [
    'fragment-hidden-value',
    small({
      parameters: [unit],
      steps: [own('bad', { values: { unit: '/srv', other: unit } })],
    }),
  ],
  [
    'list-as-text',
    small({
      parameters: anything('x'),
      steps: [
        apt.installed({ ...about, packages: anything('nginx') }),
        apt.installed({ id: 'other', why: 'x', packages: ['a', '-b'] }),
        apt.absent({ id: 'none', why: 'x', packages: [] }),
        own('needs', { needs: anything('it') }),
        pip.installed({ id: 'pip', why: 'x', packages: [anything(3)] }),
      ],
    }),
  ],
  [
    'text-wrong',
    small({
      steps: [
        own('a', { values: { a: anything(true), b: text`all of ${anything(['x', unit])}` } }),
      ],
    }),
  ],
  [
    'choices-wrong',
    small({
      parameters: [
        parameter.choice('one', { default: 'a', help: 'x', choices: ['a'] }),
        parameter.choice('two', { default: 'a', help: 'x', choices: ['a', 'a'] }),
        parameter.integer('three', { default: 5, help: 'x', minimum: 10, maximum: 3 }),
      ],
    }),
  ],
  [
    'requirement-wrong',
    small({
      requires: [
        requires.space({ path: 'srv', mebibytes: -1, purpose: 'x' }),
        requires.holds({ check: 'if true', refusal: 'a', remedy: 'b' }),
      ],
    }),
  ],
  [
    'requirement-fragment',
    small({ requires: [requires.holds({ check: 'if true', refusal: 'a', remedy: 'b' })] }),
  ],
];

describe('every mistake in what a kind is given is told as well', () => {
  test.each(WRONG)('%s', async (name, input) => {
    const error: unknown = await compile('steps/small/index.ts', input).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ProcedureError);
    expectGolden(`errors/${name}.approved.txt`, `${(error as ProcedureError).message}\n`);
  });
});
