import { describe, expect, test } from 'vitest';
import { compareFiles, type Files } from '../../src/diff/compare.ts';
import { compareProcedures } from '../../src/diff/procedures.ts';
import { changedText } from '../../src/diff/text.ts';
import { parameter, postgres, requires } from '../../src/index.ts';
import { own, rebooted, small, started, stopped } from '../support/procedures.ts';
import { changesOf, filesOf, namesOf } from './compiled.ts';

const dir = parameter.path('dir', { default: '/srv', help: 'the folder' });
const one = own('one', { values: { dir }, check: 'test -e "$dir"', apply: 'run mkdir -- "$dir"' });
const two = own('two', { owns: 'two' });
const base = { parameters: [dir], steps: [one, two, stopped, rebooted, started] };
const steps = (...changed: unknown[]) => ({ ...base, steps: changed as (typeof one)[] });

/** Each edit of a procedure, and how it is told. */
const EDITS: readonly (readonly [string, object, readonly string[]])[] = [
  ['nothing', {}, []],
  ['a step added', steps(one, own('new'), two, stopped, rebooted, started), ['step added: new']],
  ['a step removed', steps(one, stopped, rebooted, started), ['step removed: two']],
  ['a step moved', steps(two, one, stopped, rebooted, started), ['step moved: one']],
  [
    'a step moved behind the reboot',
    steps(one, stopped, rebooted, two, started),
    ['step moved: two'],
  ],
  [
    'a step renamed',
    steps(one, { ...two, id: 'second', title: 'two is so' }, stopped, rebooted, started),
    ['step renamed: second'],
  ],
  [
    'a check changed',
    steps(one, { ...two, check: 'test -d /etc' }, stopped, rebooted, started),
    ['check changed: two'],
  ],
  [
    'an apply changed',
    steps(one, { ...two, apply: 'run touch /etc/b' }, stopped, rebooted, started),
    ['apply changed: two'],
  ],
  [
    'undo and needs added',
    steps(one, { ...two, undo: 'x', needs: ['one'] }, stopped, rebooted, started),
    ['options changed: two', 'undo changed: two'],
  ],
  [
    'a title and a why changed',
    steps(one, { ...two, title: 'so', why: 'y' }, stopped, rebooted, started),
    ['words changed: two'],
  ],
  [
    "a reboot's title changed",
    steps(one, two, stopped, { ...rebooted, title: 'again' }, started),
    ['words changed: rebooted'],
  ],
  ['a requirement added', { requires: [requires.noPins()] }, ['preflight changed: preflight']],
  [
    'the summary changed',
    { summary: 'Another.' },
    ['header changed: header', 'header changed: header'],
  ],
];

const asks = (file: string) =>
  requires.holds({ check: `test -e /${file}`, refusal: `no ${file}`, remedy: 'mend it' });

/** What is told of the preflight: its changes without their files, and the lines that have come or gone. */
const ORDERS: readonly (readonly [string, object[], object[], string | undefined, string[]])[] = [
  [
    'a requirement more',
    [asks('a')],
    [requires.noPins(), asks('a')],
    undefined,
    ['+require_no_pins'],
  ],
  ['another order', [asks('a'), asks('b')], [asks('b'), asks('a')], 'in another order', []],
];

describe('edits of a procedure are told in terms of its steps', async () => {
  const before = small(base);

  test.each(EDITS)('%s', async (_, edit, told) => {
    const changes = await changesOf(before, small({ ...base, ...edit }));
    expect(namesOf(changes)).toEqual(told);
  });

  test("a parameter's default", async () => {
    const changed = { ...dir, default: '/opt' };
    const now = small({
      ...steps({ ...one, values: { dir: changed } }, two, stopped, rebooted, started),
      parameters: [changed],
    });
    const changes = await changesOf(before, now);
    expect(namesOf(changes)).toEqual(['parameter changed: dir', 'parameter changed: dir']);
    expect(changes[0]?.before).toContain('dir=/srv\n');
    expect(changes[0]?.after).toContain('dir=/opt\n');
  });

  test('a first parameter', async () => {
    const changes = await changesOf(small(), small({ ...steps(one, stopped, rebooted, started) }));
    expect(namesOf(changes)).toEqual([
      'parameter added: dir',
      'parameter added: dir',
      'step added: one',
    ]);
  });

  test.each(ORDERS)('requirements: %s', async (_, old, now, note, lines) => {
    const changes = await changesOf(
      small({ ...base, requires: old as never }),
      small({ ...base, requires: now as never }),
    );
    expect(namesOf(changes)).toEqual(['preflight changed: preflight']);
    const change = changes.find(({ kind }) => kind === 'preflight changed');
    expect(change).toMatchObject({ risks: [], ...(note === undefined ? {} : { note }) });
    if (lines.length > 0) {
      const told = changedText(change?.before ?? '', change?.after ?? '');
      expect(told.filter((line) => /^[+-]/.test(line))).toEqual(lines);
    }
  });

  test('a moved step says from where', async () => {
    const [moved] = await changesOf(before, small(steps(one, stopped, rebooted, two, started)));
    expect(moved).toMatchObject({ script: 'post-reboot.sh', note: 'from pre-reboot.sh' });
  });

  test('a first reboot makes two scripts of one, and moves only what comes after it', async () => {
    const changes = await changesOf(small(steps(one, two)), small(steps(one, rebooted, two)));
    expect(namesOf(changes)).toContain('script renamed: pre-reboot.sh');
    expect(namesOf(changes)).toContain('script added: post-reboot.sh');
    expect(namesOf(changes)).toContain('step moved: two');
    expect(namesOf(changes)).not.toContain('step moved: one');
  });
});

const saved = (id: string) => postgres.dump({ id, why: 'x', database: id, to: `/srv/${id}.dump` });

const ofRuntime = (from: Files, to: Files) =>
  compareFiles(from, to).filter(({ kind }) => kind === 'runtime changed');

describe('what a step of a new kind brings of the runtime', async () => {
  const answering = postgres.answering({
    id: 'up',
    why: 'x',
    version: '15',
    cluster: 'main',
  });
  const before = await filesOf(small(steps(one, answering, rebooted, started)));
  const after = await filesOf(small(steps(one, answering, saved('shop'), rebooted, started)));

  test('has nothing to review in it, whether the script had some of a module or none', () => {
    const changes = ofRuntime(before, after);
    const postgresChange = changes.find(({ subject }) => subject === 'postgres');
    expect(postgresChange?.before).not.toBe('');
    expect(changes.find(({ subject }) => subject === 'dump')?.before).toBe('');
    for (const { note, risks } of changes) {
      expect(note).toBe('new here, and as it is in every script that needs it');
      expect(risks).toEqual([]);
    }
  });

  test('has, when a line of it is another one', () => {
    const text = after.get('pre-reboot.sh') ?? '';
    const edited = text.replace('\nsw_psql() (\n', '\nsw_psql() (\n  rm -rf /srv\n');
    expect(edited).not.toBe(text);
    const changes = ofRuntime(before, new Map([...after, ['pre-reboot.sh', edited]]));
    const told = changes.filter(({ note }) => note === undefined);
    expect(told.map(({ subject }) => subject)).toEqual(['postgres']);
    expect(told[0]?.risks).toContainEqual({ risk: 'wider deletion', line: 'rm -rf /srv' });
  });

  test('goes with it, and that is told', () => {
    const gone = ofRuntime(after, before);
    expect(gone.map(({ subject }) => subject)).toEqual(['postgres', 'dump', 'cluster']);
    expect(gone.map(({ note }) => note)).toEqual([undefined, undefined, undefined]);
  });
});

describe('scripts that no compiler made', async () => {
  const files = await filesOf(small(base));
  const edited = (from: RegExp | string, to: string) =>
    new Map(
      [...files].map(([name, text]) => [
        name,
        name === 'pre-reboot.sh' ? text.replace(from, to) : text,
      ]),
    );

  test.each([
    ['a line above main', /\n\nmain\(\) \{/, '\n\nrm -rf /srv\n\nmain() {'],
    ['a line at the end', /\n$/, '\nrm -rf /srv\n'],
    ['a line in the guard', /\n {2}exit 2\n/, '\n  rm -rf /srv\n  exit 2\n'],
    ['a line in main', 'perform "$@"', 'rm -rf /srv\n  perform "$@"'],
    ['a line in the runtime', /\nsw_call_hooks\(\) \{\n/, '\nsw_call_hooks() {\n  rm -rf /srv\n'],
    ['a line in a check', /\ntwo__check\(\) \{\n/, '\ntwo__check() {\n  rm -rf /srv\n'],
  ])('%s is told, with its risk', (_, from, to) => {
    const changes = compareFiles(files, edited(from, to));
    expect(changes.length).toBeGreaterThan(0);
    const lines = changes
      .flatMap(({ risks }) => risks)
      .filter(({ risk }) => risk === 'wider deletion');
    expect(lines).toEqual([{ risk: 'wider deletion', line: 'rm -rf /srv' }]);
  });

  test('a blank line alone is told', () => {
    expect(namesOf(compareFiles(files, edited('\n\nmain()', '\n\n\nmain()')))).toEqual([
      'frame changed: layout',
    ]);
  });

  test('a manifest that cannot be read is none', () => {
    for (const text of ['{', 'null', '[]', '{"parts": 3}', '{"parts": [{"steps": 1}, null]}']) {
      expect(compareFiles(files, new Map([...files, ['manifest.json', text]]))).toEqual([]);
    }
  });
});

describe('several procedures', async () => {
  const files = await filesOf(small(base));

  test('new ones and gone ones', () => {
    const { procedures } = compareProcedures(new Map([['a', files]]), new Map([['b', files]]));
    expect(procedures.map(({ procedure, state }) => [procedure, state])).toEqual([
      ['a', 'removed'],
      ['b', 'added'],
    ]);
  });

  test('a module that changed in all scripts is told once', () => {
    const now = new Map(
      [...files].map(([name, text]) => [
        name,
        text.replace('sw_call_hooks() {', 'sw_call_hooks() { # x'),
      ]),
    );
    const { procedures, runtime } = compareProcedures(
      new Map([['a', files]]),
      new Map([['a', now]]),
    );
    expect(procedures).toEqual([]);
    expect(runtime.map(({ subject, scripts }) => [subject, scripts])).toEqual([
      ['hooks', ['a/post-reboot.sh', 'a/pre-reboot.sh'].toSorted().toReversed()],
    ]);
  });
});
