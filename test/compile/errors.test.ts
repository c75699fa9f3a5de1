import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { ProcedureError } from '../../src/model/problem.ts';
import {
  carried,
  containers,
  file,
  learn,
  parameter,
  postgres,
  program,
  reboot,
  requires,
  service,
  text,
} from '../../src/index.ts';
import { expectGolden } from '../support/golden.ts';
import { own, rebooted, small, started, stopped } from '../support/procedures.ts';

const unit = parameter.identifier('unit', { default: 'nginx', help: 'the service' });
const version = parameter.version('version', { default: '5', help: 'the version' });
const dir = parameter.path('dir', { default: '/srv', help: 'the folder' });
const units = parameter.identifiers('units', { default: 'a b', help: 'the services' });
const size = parameter.choice('size', { default: 'big', help: 'how big', choices: ['big', 'wee'] });
const driver = carried.text('driver', 'the driver');
const place = carried.path('place', 'where it is');
const wanted = parameter.boolean('wanted', { default: 'no', help: 'whether it is wanted' });
const learnt = learn({
  id: 'driver-known',
  title: 'the driver is known',
  why: 'it is needed later',
  into: driver,
  from: 'uname -s',
});
const { kind: _, ...about } = rebooted as Extract<typeof rebooted, { kind: 'reboot' }>;
const reads = own('driver-used', { values: { driver }, check: 'test -n "$driver"' });
const anything = (value: unknown) => value as never;
const images = carried.lines('images', 'the images');
const inventory = (id: string, until?: string) =>
  containers.inventoried({
    id,
    why: 'they are moved',
    into: images,
    ...(until === undefined ? {} : { until }),
  });

/** Each wrong procedure, and the golden file of what the compiler says about it. */
const WRONG: readonly (readonly [string, unknown])[] = [
  ['no-procedure', 42],
  ['empty', {}],
  ['missing-why', small({ steps: [anything({ ...stopped, why: undefined })] })],
  ['wrong-option', small({ steps: [anything({ ...stopped, unti: 'nginx' })] })],
  ['unknown-kind', small({ steps: [anything({ kind: 'service.paused', id: 'a', why: 'b' })] })],
  [
    'relative-path',
    small({ steps: [file.content({ id: 'made', why: 'x', path: 'etc/x', lines: [] })] }),
  ],
  [
    'path-with-dots',
    small({ steps: [file.content({ id: 'made', why: 'x', path: '/a/../b', lines: [] })] }),
  ],
  [
    'wrong-type',
    small({
      parameters: [version],
      steps: [file.content({ id: 'made', why: 'x', path: anything(version), lines: [] })],
    }),
  ],
  ['hostile-unit', small({ steps: [service.stopped({ id: 'quiet', why: 'x', unit: '-H evil' })] })],
  ['control-character', small({ title: 'Two\nlines', steps: [{ ...stopped, why: 'a\u202eb' }] })],
  ['nul', small({ steps: [own('bad', { apply: 'run echo "a\0b"' })] })],
  ['duplicate-id', small({ steps: [stopped, { ...started, id: 'stopped' }] })],
  ['bad-id', small({ steps: [{ ...stopped, id: 'Stopped_now' }] })],
  ['no-check', small({ steps: [anything({ ...own('free'), check: undefined })] })],
  ['check-and-once', small({ steps: [own('both', { once: true })] })],
  ['unknown-parameter', small({ steps: [service.stopped({ id: 'quiet', why: 'x', unit })] })],
  ['unused-parameter', small({ parameters: [unit] })],
  [
    'parameter-twice',
    small({ parameters: [unit, unit], steps: [service.stopped({ id: 'quiet', why: 'x', unit })] }),
  ],
  [
    'shared-variable',
    small({
      parameters: [units, { ...dir, name: 'units-list' }, { ...version, name: 'driver' }],
      steps: [
        own('all', {
          values: { units, units_list: { ...dir, name: 'units-list' } },
          check: 'test -n "$units_list" && test "${#units[@]}" -gt 0',
        }),
        own('one', {
          values: { driver: { ...version, name: 'driver' } },
          check: 'test -n "$driver"',
        }),
        learnt,
      ],
    }),
  ],
  [
    'parameter-of-other-type',
    small({
      parameters: [anything({ ...dir, name: 'unit' })],
      steps: [service.stopped({ id: 'quiet', why: 'x', unit })],
    }),
  ],
  [
    'parameter-default',
    small({ parameters: [{ ...dir, default: 'srv' }], steps: [own('a', { values: { dir } })] }),
  ],
  [
    'parameter-reserved',
    small({
      parameters: [{ ...dir, name: 'sw-state' }],
      steps: [own('a', { values: { dir: { ...dir, name: 'sw-state' } } })],
    }),
  ],
  [
    'wrong-choice',
    small({
      parameters: [size],
      steps: [anything({ ...stopped, when: { parameter: size, is: 'huge' } })],
    }),
  ],
  [
    'replaced-by-itself',
    small({
      steps: [file.replaced({ id: 'a', why: 'b', path: '/etc/x', from: 'on', to: 'on, off' })],
    }),
  ],
  [
    'cluster-backwards',
    small({ steps: [postgres.upgraded({ id: 'a', why: 'b', from: '15', to: '9.6' })] }),
  ],
  ['carried-unset', small({ steps: [reads] })],
  ['carried-later', small({ steps: [reads, learnt] })],
  [
    'carried-when',
    small({
      parameters: [wanted],
      steps: [
        anything({ ...learnt, when: wanted }),
        reads,
        anything({ ...reads, id: 'too', when: wanted }),
      ],
    }),
  ],
  [
    'carried-required',
    small({
      steps: [anything({ ...learnt, into: place })],
      requires: [requires.space({ path: place, mebibytes: 1, purpose: 'x' })],
    }),
  ],
  [
    'further-elsewhere',
    small({
      steps: [
        anything({ ...learnt, into: place }),
        reboot({
          ...about,
          further: {
            requires: [
              requires.space({ path: place, mebibytes: 1, purpose: 'x' }),
              requires.unit({ unit }),
              requires.holds({ check: 'if true', refusal: 'a', remedy: 'b' }),
            ],
            first: 'place-known',
          },
        }),
        started,
      ],
    }),
  ],
  ['carried-after-reboot', small({ steps: [stopped, rebooted, reads, learnt] })],
  ['carried-twice', small({ steps: [learnt, { ...learnt, id: 'again' }] })],
  ['inventory-twice', small({ steps: [inventory('images-known'), inventory('images-counted')] })],
  [
    'needs-across-reboot',
    small({ steps: [stopped, rebooted, anything({ ...started, needs: ['stopped'] })] }),
  ],
  ['until-earlier', small({ steps: [stopped, anything({ ...own('later'), until: 'stopped' })] })],
  [
    'until-begun-earlier',
    small({ steps: [stopped, anything({ ...own('later'), untilBegun: 'stopped' })] }),
  ],
  [
    'order-itself',
    small({
      steps: [
        anything({ ...own('needy'), needs: ['needy'] }),
        anything({ ...own('endless'), until: 'endless' }),
        anything({ ...own('unbegun'), untilBegun: 'unbegun' }),
      ],
    }),
  ],
  ['fight', small({ steps: [stopped, { ...stopped, id: 'stopped-too' }] })],
  [
    'fight-file',
    small({
      steps: [
        file.content({ id: 'written', why: 'x', path: '/etc/thing', lines: ['a of file "b'] }),
        file.line({ id: 'lined', why: 'x', path: '/etc/thing', line: 'b = "1 of file x' }),
        file.replaced({
          id: 'mended',
          why: 'x',
          path: '/etc/thing',
          from: text`${unit} a`,
          to: 'b',
        }),
      ],
      parameters: [unit],
    }),
  ],
  [
    'fight-file-later',
    small({
      steps: [
        file.line({ id: 'lined', why: 'x', path: '/etc/thing', line: 'b = 1', replaces: 'b =' }),
        file.content({ id: 'written', why: 'x', path: '/etc/thing', lines: ['a'] }),
      ],
    }),
  ],
  ['fight-own', small({ steps: [own('one', { owns: 'thing' }), own('two', { owns: 'thing' })] })],
  ['takes-longer-down', small({ takes: { total: 10, downtime: 20 } })],
  ['takes-in-words', small({ takes: anything({ total: '10 min', downtime: -1 }) })],
  ['reboot-first', small({ steps: [rebooted, started] })],
  ['reboot-last', small({ steps: [stopped, rebooted] })],
  [
    'fragment-syntax',
    small({ steps: [own('bad', { apply: 'if true; then\n  run touch "/etc/thing\nfi' })] }),
  ],
  ['fragment-open', small({ steps: [own('bad', { apply: 'run touch /x\n}\nrm -rf /srv\n{' })] })],
  [
    'fragment-unquoted',
    small({
      parameters: [dir],
      steps: [own('bad', { values: { dir }, apply: 'run rm -r $dir/x' })],
    }),
  ],
  [
    'fragment-early-end',
    small({
      steps: [
        own('bad', {
          check: 'ss -tln |\n  grep -q ":80 "',
          apply: 'if run-parts --list /etc | head -n 1 | grep -x a; then run touch /x; fi',
        }),
        learn({
          id: 'driver-known',
          title: 'x',
          why: 'x',
          into: driver,
          from: "dpkg -l | sed -n '/x/{p;q}'",
        }),
      ],
    }),
  ],
  [
    'fragment-run',
    small({
      requires: [requires.holds({ check: 'run test -e /x', refusal: 'a', remedy: 'b' })],
      steps: [
        own('asked', { check: 'run test -e /srv/x' }),
        own('set', { apply: 'run LC_ALL=C sort /x\nrun x="$(cat /y)"' }),
        anything({ ...learnt, from: 'run uname -s' }),
        program.ran({
          id: 'ran',
          title: 'x',
          why: 'x',
          command: ['true'],
          condition: 'test -e /x && run test -e /y',
        }),
      ],
    }),
  ],
  [
    'fragment-background',
    small({
      steps: [
        own('left', { apply: 'run sleep 25 &\nrun touch /etc/thing' }),
        own('waited', { apply: 'run sleep 1 &\nrun touch /etc/thing\nwait "$!"' }),
      ],
    }),
  ],
  [
    'fragment-key',
    small({
      steps: [
        own('bad', {
          apply: 'declare -A port=([shop-api]=80)\nrun touch "/srv/${port[shop.service]}"',
        }),
      ],
    }),
  ],
  ['fragment-values', small({ parameters: [dir], steps: [own('bad', { values: { PATH: dir } })] })],
  [
    'several',
    small({
      parameters: [unit],
      steps: [
        stopped,
        { ...stopped, id: 'stopped-too' },
        file.content({ id: 'made', why: '', path: 'x', lines: [] }),
        reads,
      ],
    }),
  ],
];

describe('every mistake is told with where, what, what was found and how to mend it', () => {
  test.each(WRONG)('%s', async (name, input) => {
    const error: unknown = await compile('steps/small/index.ts', input).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ProcedureError);
    expectGolden(`errors/${name}.approved.txt`, `${(error as ProcedureError).message}\n`);
  });

  test('lines and texts of one file do not fight, nor what a reboot parts', async () => {
    const path = '/etc/thing';
    const right = small({
      steps: [
        file.line({ id: 'one', why: 'x', path, line: 'a = 1', replaces: 'a =' }),
        file.line({ id: 'two', why: 'x', path, line: 'b = 1', replaces: 'b =' }),
        file.replaced({ id: 'three', why: 'x', path, from: 'old', to: 'new' }),
        rebooted,
        file.content({ id: 'four', why: 'x', path, lines: ['a = 2'] }),
      ],
    });
    await expect(compile('steps/small/index.ts', right)).resolves.toBeDefined();
  });

  test('an inventory that gives way to a later one learns the same list', async () => {
    const right = small({
      steps: [inventory('images-known', 'images-counted'), inventory('images-counted')],
    });
    await expect(compile('steps/small/index.ts', right)).resolves.toBeDefined();
  });

  test('a procedure that is right compiles', async () => {
    const { scripts } = await compile('steps/small/index.ts', small());
    expect(scripts.map(({ name }) => name)).toEqual(['pre-reboot.sh', 'post-reboot.sh']);
  });
});
