import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { printNode } from '../../src/bash/print.ts';
import { lower } from '../../src/compile/lower.ts';
import { carried, file, parameter, text } from '../../src/dsl/index.ts';
import { stepSchema } from '../../src/model/step.ts';
import { expectGoldenStep, stepOn, temporaryHost } from '../support/kinds.ts';

const path = parameter.path('target', { default: '/etc/x', help: 'a file' });
const value = carried.text('value', 'a text');
const about = { id: 'x', why: 'the page says so' };
const HOSTILE = `$(touch x) it's "q" \\1 & * ?\\n -x /`;

/** The commands of who does it by hand. */
function manual(step: Parameters<typeof stepOn>[1]): string {
  return lower(stepSchema.parse(step))
    .manual.map((node) => printNode(node))
    .join('\n');
}

describe('file.content', () => {
  const step = file.content({ ...about, path, lines: ['deb x', value, ''], mode: '0640' });

  test('the file is these lines, and has the mode', async () => {
    await expectGoldenStep(step);
    const host = temporaryHost();
    const target = host.path('etc/new/x.list');
    const on = stepOn(host, step, { target, value: HOSTILE });
    const untouched = host.snapshot();
    expect(on.check()).toEqual({ status: 1, output: '' });
    expect(on.plan()).toContain(`             | ${HOSTILE}\n`);
    expect(host.snapshot()).toEqual(untouched);
    expect(on.apply().status).toBe(0);
    expect(readFileSync(target, 'utf8')).toBe(`deb x\n${HOSTILE}\n\n`);
    expect(lstatSync(target).mode & 0o777).toBe(0o640);
    expect(on.check().status).toBe(0);
    const done = host.snapshot();
    expect(on.check().status).toBe(0);
    expect(host.snapshot()).toEqual(done);
  });

  test.each([
    ['deb x\nv\n', 'the last line is missing'],
    ['deb x\nv\n\n\n', 'there is a line more'],
    ['deb x\nv\n\nx', 'there is text behind'],
    ['deb y\nv\n\n', 'another line'],
  ])('%j does not do: %s', (found) => {
    const host = temporaryHost();
    const target = host.write('etc/x', found, 0o640);
    const on = stepOn(host, step, { target, value: 'v' });
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(0);
    expect(on.check().status).toBe(0);
    expect(host.read(`state/originals${target}`)).toBe(found);
  });

  test('no lines are an empty file, and the mode stays where none is asked for', async () => {
    const empty = file.content({ ...about, path, lines: [] });
    await expectGoldenStep(empty, 'file.content.empty');
    const host = temporaryHost();
    const target = host.write('etc/x', 'x', 0o600);
    const on = stepOn(host, empty, { target });
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(0);
    expect(lstatSync(target)).toMatchObject({ size: 0, mode: 0o100600 });
    expect(on.check().status).toBe(0);
    expect(stepOn(host, step, { target, value: 'v' }).check().status).toBe(1);
  });

  test('another mode alone is a change too', () => {
    const host = temporaryHost();
    const target = host.write('etc/x', 'deb x\nv\n\n', 0o644);
    const on = stepOn(host, step, { target, value: 'v' });
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(0);
    expect(on.check().status).toBe(0);
  });

  test('a directory or a NUL in its place: the check cannot tell', () => {
    const host = temporaryHost();
    mkdirSync(host.path('etc/x'), { recursive: true });
    const binary = host.write('etc/binary', 'deb x\n\0');
    const told = stepOn(host, step, { target: host.path('etc/x'), value: '' });
    expect(told.check()).toEqual({
      status: 2,
      output: `${host.path('etc/x')} is no plain file that can be read\n`,
    });
    expect(told.apply().status).toBe(1);
    expect(stepOn(host, step, { target: binary, value: '' }).check()).toEqual({
      status: 2,
      output: `${binary} is no text: there is a NUL in it\n`,
    });
  });
});

describe('file.line', () => {
  const added = file.line({ ...about, path, line: value });
  const instead = file.line({
    ...about,
    path,
    line: text`INTERFACESv4=${value}`,
    replaces: 'INTERFACES',
  });

  test('adds a line at the end', async () => {
    await expectGoldenStep(added);
    const host = temporaryHost();
    const target = host.write('etc/x', 'a\nno newline', 0o600);
    const on = stepOn(host, added, { target, value: HOSTILE });
    const untouched = host.snapshot();
    expect(on.check().status).toBe(1);
    expect(on.plan()).toContain(HOSTILE);
    expect(host.snapshot()).toEqual(untouched);
    expect(on.apply().status).toBe(0);
    expect(host.read('etc/x')).toBe(`a\nno newline\n${HOSTILE}\n`);
    expect(lstatSync(target).mode & 0o777).toBe(0o600);
    expect(on.check().status).toBe(0);
    expect(on.apply().status).toBe(0);
    expect(host.read('etc/x')).toBe(`a\nno newline\n${HOSTILE}\n`);
  });

  test('makes a file that is not there', () => {
    const host = temporaryHost();
    const target = host.path('etc/new/x');
    const on = stepOn(host, added, { target, value: 'v' });
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(0);
    expect(host.read('etc/new/x')).toBe('v\n');
  });

  test.each([
    ['', 'INTERFACESv4=v\n'],
    ['a\nINTERFACES="x"\nb\n', 'a\nINTERFACESv4=v\nb\n'],
    ['INTERFACES="x"\na\nINTERFACESv6=\n', 'INTERFACESv4=v\na\n'],
    ['INTERFACES=x\nINTERFACESv4=v\n', 'INTERFACESv4=v\n'],
    ['#INTERFACES=x', '#INTERFACES=x\nINTERFACESv4=v\n'],
  ])('in the place of what begins so: %j', async (before, after) => {
    await expectGoldenStep(instead, 'file.line.replaces');
    const host = temporaryHost();
    const target = host.write('etc/x', before);
    const on = stepOn(host, instead, { target, value: 'v' });
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(0);
    expect(host.read('etc/x')).toBe(after);
    expect(on.check().status).toBe(0);
    expect(host.read(`state/originals${target}`)).toBe(before);
  });

  test('in the place of what begins in one of several ways, and of nothing else', async () => {
    const several = file.line({ ...about, path, line: 'I4=v', replaces: ['I=', 'I4='] });
    await expectGoldenStep(several, 'file.line.several');
    const host = temporaryHost();
    const target = host.write('etc/x', 'I6=w\nI4=u\nI=x\n');
    const on = stepOn(host, several, { target });
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(0);
    expect(host.read('etc/x')).toBe('I6=w\nI4=v\n');
    expect(on.check().status).toBe(0);
  });

  test('a prefix is no pattern', () => {
    const host = temporaryHost();
    const target = host.write('etc/x', 'abc\n[a]*z\n');
    const step = file.line({ ...about, path, line: 'new', replaces: '[a]*' });
    expect(stepOn(host, step, { target }).apply().status).toBe(0);
    expect(host.read('etc/x')).toBe('abc\nnew\n');
  });

  test('refuses a file with a NUL in it', () => {
    const host = temporaryHost();
    const target = host.write('etc/x', 'a\0b\n');
    const on = stepOn(host, added, { target, value: 'v' });
    expect(on.check().status).toBe(2);
    expect(on.apply().status).toBe(1);
    expect(on.failure()[2]).toBe(`${target} could not be read as text, and was not changed`);
    expect(host.read('etc/x')).toBe('a\0b\n');
  });
});

describe('file.replaced', () => {
  const step = file.replaced({ ...about, path, from: 'stretch', to: value });

  test('replaces a text everywhere', async () => {
    await expectGoldenStep(step);
    const host = temporaryHost();
    const target = host.write('etc/x', 'deb a stretch main\n# stretch/stretch-updates, "stretch"');
    const on = stepOn(host, step, { target, value: HOSTILE });
    const untouched = host.snapshot();
    expect(on.check().status).toBe(1);
    expect(on.plan()).toContain(HOSTILE);
    expect(host.snapshot()).toEqual(untouched);
    expect(on.apply().status).toBe(0);
    expect(host.read('etc/x')).toBe(
      `deb a ${HOSTILE} main\n# ${HOSTILE}/${HOSTILE}-updates, "${HOSTILE}"`,
    );
    expect(on.check().status).toBe(0);
  });

  test('looks for text and not for a pattern', () => {
    const host = temporaryHost();
    const target = host.write('etc/x', `a.b* axb ${HOSTILE} é\n`);
    const dots = file.replaced({ ...about, path, from: 'a.b*', to: '' });
    expect(stepOn(host, dots, { target }).apply().status).toBe(0);
    const hostile = file.replaced({ ...about, path, from: HOSTILE, to: '&' });
    expect(stepOn(host, hostile, { target }).apply().status).toBe(0);
    expect(host.read('etc/x')).toBe(' axb & é\n');
  });

  test('leaves bytes alone that are no UTF-8', () => {
    const host = temporaryHost();
    const target = host.write('etc/x', '');
    writeFileSync(target, Buffer.from('\xff\xe9 stretch \xe2\x82\n\n', 'latin1'));
    expect(stepOn(host, step, { target, value: 'ü' }).apply().status).toBe(0);
    expect(readFileSync(target, 'latin1')).toBe('\xff\xe9 \xc3\xbc \xe2\x82\n\n');
  });

  test('a file that is not there fails the step, and so does a text that would stay', () => {
    const host = temporaryHost();
    const missing = stepOn(host, step, { target: host.path('etc/none'), value: '' });
    expect(missing.check().status).toBe(1);
    expect(missing.apply().status).toBe(1);
    expect(missing.failure()[2]).toBe(
      `there is no ${host.path('etc/none')} to replace 'stretch' in`,
    );
    const target = host.write('etc/x', 'stretch');
    const staying = stepOn(host, step, { target, value: 'a stretch' });
    expect(staying.apply().status).toBe(1);
    expect(host.read('etc/x')).toBe('stretch');
    expect(Object.keys(host.snapshot())).not.toContain('state/originals');
  });

  test('an empty text is refused', () => {
    const empty = file.replaced({ ...about, path, from: '', to: 'x' });
    expect(stepSchema.safeParse(empty).error?.issues).toMatchObject([
      { path: ['from'], message: 'must not be empty' },
    ]);
  });

  test('is done by hand with sed where both texts are literal, else in an editor', () => {
    const host = temporaryHost();
    const target = host.write('etc/x', 'x a.b/[c]*^$\\ y\naxb\n');
    const from = 'a.b/[c]*^$\\';
    const typed = manual(file.replaced({ ...about, path: target, from, to: '&/\\1' }));
    execFileSync('bash', ['-c', typed]);
    expect(host.read('etc/x')).toBe('x &/\\1 y\naxb\n');
    expect(manual(step)).toBe('# Replace stretch by $value\neditor "$target"');
  });
});

describe('file.absent', () => {
  const step = file.absent({ ...about, path });

  test('keeps what it takes away, every time', async () => {
    await expectGoldenStep(step);
    const host = temporaryHost();
    const target = host.write(`etc/${"it's *"}`, 'first', 0o640);
    const on = stepOn(host, step, { target });
    const untouched = host.snapshot();
    expect(on.check().status).toBe(1);
    expect(on.plan()).toContain('rm --');
    expect(host.snapshot()).toEqual(untouched);
    expect(on.apply().status).toBe(0);
    expect(on.check().status).toBe(0);
    expect(host.read(`state/removed${target}`)).toBe('first');
    host.write(`etc/${"it's *"}`, 'second');
    expect(on.apply().status).toBe(0);
    expect(host.read(`state/removed${target}`)).toBe('first');
    expect(host.read(`state/removed${target}.~2~`)).toBe('second');
  });

  test('takes a link away, and not what it leads to', () => {
    const host = temporaryHost();
    host.write('etc/real', 'real');
    symlinkSync('real', host.path('etc/link'));
    symlinkSync('nowhere', host.path('etc/dangling'));
    for (const name of ['etc/link', 'etc/dangling']) {
      const on = stepOn(host, step, { target: host.path(name) });
      expect(on.check().status).toBe(1);
      expect(on.apply().status).toBe(0);
      expect(on.check().status).toBe(0);
      expect(lstatSync(host.path(`state/removed${host.path(name)}`)).isSymbolicLink()).toBe(true);
    }
    expect(host.read('etc/real')).toBe('real');
  });

  test('refuses a directory', () => {
    const host = temporaryHost();
    host.write('etc/x/y', 'y');
    const on = stepOn(host, step, { target: host.path('etc/x') });
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(1);
    expect(on.failure()[2]).toContain('is no plain file, and is not removed');
    expect(host.read('etc/x/y')).toBe('y');
  });
});

describe('file.directory', () => {
  test('is there, with its mode', async () => {
    const step = file.directory({ ...about, path, mode: '0700' });
    await expectGoldenStep(step);
    const host = temporaryHost();
    const target = host.path('a/b c');
    const on = stepOn(host, step, { target });
    expect(on.check().status).toBe(1);
    expect(on.plan()).toContain('mkdir -p -m 0700 --');
    expect(on.apply().status).toBe(0);
    expect(lstatSync(target).mode & 0o777).toBe(0o700);
    expect(on.check().status).toBe(0);
    expect(
      stepOn(host, file.directory({ ...about, path, mode: '0755' }), { target }).check().status,
    ).toBe(1);
    expect(stepOn(host, file.directory({ ...about, path }), { target }).check().status).toBe(0);
  });

  test('has its mode, and no other, below a directory that hands its group on', () => {
    const host = temporaryHost();
    mkdirSync(host.path('shared'));
    chmodSync(host.path('shared'), 0o2755);
    const target = host.path('shared/x');
    const modes = [
      ['0755', 0o755],
      ['0700', 0o700],
    ] as const;
    for (const [mode, found] of modes) {
      const on = stepOn(host, file.directory({ ...about, path, mode }), { target });
      expect(on.check().status).toBe(1);
      expect(on.apply().status).toBe(0);
      expect(lstatSync(target).mode & 0o7777).toBe(found);
      expect(on.check().status).toBe(0);
    }
  });
});
