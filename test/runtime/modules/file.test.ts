import { lstatSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { runtimeOn, temporaryHost, type Host } from '../../support/kinds.ts';
import { all, expectAnswers } from '../../support/modules.ts';

function run(host: Host, body: string) {
  return runtimeOn(host, `set -eE; shopt -s inherit_errexit; ${body}`);
}

describe('replace_file', () => {
  test('makes a new file, and the directories above it', () => {
    const host = temporaryHost();
    const file = host.path('etc/new dir/-x');
    expect(run(host, `printf 'a\\nb' | replace_file ${quote(file)}`).status).toBe(0);
    expect(host.read('etc/new dir/-x')).toBe('a\nb');
    expect(lstatSync(file).mode & 0o777).toBe(0o644);
    expect(Object.keys(host.snapshot()).filter((name) => name.startsWith('etc/new dir/'))).toEqual([
      'etc/new dir/-x',
    ]);
  });

  test('starts no program that has nothing to do', () => {
    const host = temporaryHost();
    const file = host.path('x y');
    const none = 'mkdir() { return 9; }; rm() { return 9; }; chmod() { return 9; }; umask 022; ';
    expect(run(host, `${none}replace_file ${quote(file)} 0600 <<<a`).status).toBe(0);
    expect(lstatSync(file).mode & 0o7777).toBe(0o600);
    expect(run(host, `chmod() { return 9; }; replace_file ${quote(`${file}2`)} <<<a`).status).toBe(
      1,
    );
  });

  test('takes away what a run that was cut off has left, were it a link that leads nowhere', () => {
    const host = temporaryHost();
    const file = host.path('x');
    symlinkSync('nowhere', host.path('.x.sw-part'));
    expect(run(host, `replace_file ${quote(file)} <<<a`).status).toBe(0);
    expect(host.read('x')).toBe('a\n');
  });

  test('keeps the mode, unless it is told one', () => {
    const host = temporaryHost();
    const file = host.write('etc/x', 'old\n', 0o640);
    run(host, `replace_file ${quote(file)} <<<new`);
    expect(host.read('etc/x')).toBe('new\n');
    expect(lstatSync(file).mode & 0o7777).toBe(0o640);
    run(host, `replace_file ${quote(file)} 0600 <<<newer`);
    expect(lstatSync(file).mode & 0o7777).toBe(0o600);
  });

  test.runIf(process.getuid?.() === 0)('keeps the owner', () => {
    const host = temporaryHost();
    const file = host.write('etc/x', 'old\n');
    run(host, `chown 1234:4321 ${quote(file)}; replace_file ${quote(file)} <<<new`);
    expect(lstatSync(file)).toMatchObject({ uid: 1234, gid: 4321 });
  });

  test('follows a link and keeps it', () => {
    const host = temporaryHost();
    host.write('etc/real/x', 'old\n');
    symlinkSync('real/x', host.path('etc/link'));
    run(host, `replace_file ${quote(host.path('etc/link'))} <<<new`);
    expect(lstatSync(host.path('etc/link')).isSymbolicLink()).toBe(true);
    expect(host.read('etc/real/x')).toBe('new\n');
  });

  test('goes on where it was killed, and writes through no link that was put in its way', () => {
    const host = temporaryHost();
    const file = host.write('etc/x', 'old\n');
    const other = host.write('etc/other', 'other\n');
    symlinkSync(other, host.path('etc/.x.sw-part'));
    expect(run(host, `replace_file ${quote(file)} <<<new`).status).toBe(0);
    expect(host.read('etc/x')).toBe('new\n');
    expect(host.read('etc/other')).toBe('other\n');
  });

  test('a failure stops the caller, and leaves the file as it was', () => {
    const host = temporaryHost();
    const file = host.write('etc/x', 'old\n');
    host.stub('sync', 'exit 1');
    const { status, output } = run(host, `replace_file ${quote(file)} <<<new; echo went on`);
    expect(status).not.toBe(0);
    expect(output).toContain('could not be written, and was not changed');
    expect(output).not.toContain('went on');
    expect(host.read('etc/x')).toBe('old\n');
  });

  test('refuses a directory', () => {
    const host = temporaryHost();
    host.write('etc/x/y', '');
    const { status, output } = run(host, `replace_file ${quote(host.path('etc/x'))} <<<new`);
    expect(status).not.toBe(0);
    expect(output).toContain('is no plain file');
  });
});

describe('keep_original', () => {
  test('keeps the first content, with its mode, and none that a run has written', () => {
    const host = temporaryHost();
    const file = host.write('etc/x', 'first\n', 0o640);
    const keep = `keep_original ${quote(file)}; replace_file ${quote(file)} <<<`;
    expect(run(host, `${keep}second`).status).toBe(0);
    expect(run(host, `${keep}third`).status).toBe(0);
    const kept = `state/originals${file}`;
    expect(host.read(kept)).toBe('first\n');
    expect(lstatSync(host.path(kept)).mode & 0o777).toBe(0o640);
    expect(lstatSync(host.path('state/originals')).mode & 0o777).toBe(0o700);
    expect(host.read('etc/x')).toBe('third\n');
    expect(() => host.read(`${kept}.~2~`)).toThrow();
  });

  test('keeps what somebody has made of it since, once', () => {
    const host = temporaryHost();
    const file = host.write('etc/it’s x', 'first\n');
    const keep = `keep_original ${quote(file)}; replace_file ${quote(file)} <<<`;
    const kept = `state/originals${file}`;
    run(host, `${keep}ours`);
    host.write('etc/it’s x', 'ours and theirs\n');
    run(host, `${keep}ours`);
    expect(host.read(`${kept}.~2~`)).toBe('ours and theirs\n');
    // What is kept already, and a copy that did not get so far.
    host.write('etc/it’s x', 'ours and theirs\n');
    run(host, `keep_original ${quote(file)}`);
    expect(() => host.read(`${kept}.~3~`)).toThrow();
    host.write('etc/it’s x', 'first\n');
    run(host, `keep_original ${quote(file)}`);
    expect(() => host.read(`${kept}.~3~`)).toThrow();
    // Of another file with this content, nothing is known.
    host.write('etc/it’s x', 'more\n');
    run(host, `${keep}ours`);
    expect(host.read(`${kept}.~3~`)).toBe('more\n');
    expect(host.read(kept)).toBe('first\n');
    expect(host.read('etc/it’s x')).toBe('ours\n');
  });

  test('what a run has put there is known before it is there', () => {
    const host = temporaryHost();
    const file = host.write('etc/x', 'first\n');
    const keep = `keep_original ${quote(file)}; replace_file ${quote(file)} <<<ours`;
    host.stub(
      'mv',
      '[[ $* != -f*etc/x ]] || { /bin/mv "$@"; kill -9 "$PPID"; }; exec /bin/mv "$@"',
    );
    run(host, keep);
    expect(host.read('etc/x')).toBe('ours\n');
    host.stub('mv', 'exec /bin/mv "$@"');
    run(host, `keep_original ${quote(file)}`);
    expect(() => host.read(`state/originals${file}.~2~`)).toThrow();
  });

  test('keeps what a link leads to', () => {
    const host = temporaryHost();
    const file = host.write('etc/real', 'first\n');
    symlinkSync('real', host.path('etc/link'));
    run(host, `keep_original ${quote(host.path('etc/link'))}`);
    expect(host.read(`state/originals${file}`)).toBe('first\n');
  });

  test('notes a file that is not there yet: what comes there later is no original, and kept all the same', () => {
    const host = temporaryHost();
    const file = host.path('etc/x');
    expect(run(host, `keep_original ${quote(file)}`).status).toBe(0);
    expect(host.read(`state/created${file}`)).toBe('');
    expect(run(host, `keep_original ${quote(file)}`).status).toBe(0);
    expect(Object.keys(host.snapshot())).not.toContain('state/originals');
    run(host, `replace_file ${quote(file)} <<<ours; keep_original ${quote(file)}`);
    expect(Object.keys(host.snapshot())).not.toContain('state/originals');
    host.write('etc/x', 'later\n');
    expect(run(host, `keep_original ${quote(file)}`).status).toBe(0);
    expect(host.read(`state/originals${file}.~2~`)).toBe('later\n');
    expect(() => host.read(`state/originals${file}`)).toThrow();
  });

  test('goes on where it was killed', () => {
    const host = temporaryHost();
    const file = host.write('etc/x', 'first\n');
    host.write(`state/originals${host.path('etc')}/.x.sw-part`, 'fi');
    run(host, `keep_original ${quote(file)}`);
    expect(host.read(`state/originals${file}`)).toBe('first\n');
  });

  test('refuses a directory', () => {
    const host = temporaryHost();
    host.write('etc/x/y', '');
    const { status, output } = run(host, `keep_original ${quote(host.path('etc/x'))}`);
    expect(status).not.toBe(0);
    expect(output).toContain('is no plain file');
    expect(Object.keys(host.snapshot())).not.toContain('state/originals');
  });

  test('a copy that cannot be made stops the caller', () => {
    const host = temporaryHost();
    const file = host.write('etc/x', 'first\n');
    host.stub('cp', 'exit 1');
    const { status, output } = run(host, `keep_original ${quote(file)}; echo went on`);
    expect(status).not.toBe(0);
    expect(output).toContain('could not be kept');
    expect(output).not.toContain('went on');
  });
});

const has = (file: string, mode: string): string =>
  `sw_has_mode "\${sw_state%/*}"/${quote(file)} '${mode}' 2>/dev/null`;

const partOf = (path: string): string => `sw_part_of ${path}; printf '%s' "$sw_text"`;

describe('names and modes', () => {
  test('a new content waits beside its file, hidden, whatever the name', () => {
    const host = temporaryHost();
    expectAnswers(host, [
      [partOf("'/a b/-x'"), 0, '/a b/.-x.sw-part'],
      [partOf("'/$(x)/*'"), 0, '/$(x)/.*.sw-part'],
      [partOf("$'/a\\nb/c\\nd'"), 0, '/a\nb/.c\nd.sw-part'],
      [partOf('/x'), 0, '/.x.sw-part'],
    ]);
  });

  test('a mode is compared as a number', () => {
    const host = temporaryHost();
    host.write("it's $(x)", '', 0o640);
    host.write('set', '', 0o4755);
    host.write('none', '', 0o000);
    symlinkSync('set', host.path('link'));
    symlinkSync('gone', host.path('dangling'));
    expectAnswers(host, [
      ...all(0, [has("it's $(x)", '0640'), has("it's $(x)", '640'), has("it's $(x)", '')]),
      ...all(0, [has('set', '4755'), has('link', '4755'), has('none', '0000'), has('gone', '')]),
      ...all(1, [has('set', '0755'), has("it's $(x)", '0644'), has('none', '0400')]),
      ...all(2, [has('gone', '0644'), has('dangling', '0644')]),
    ]);
  });
});
