import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops, type Row } from '../../support/modules.ts';

const AT = { before: 'cd "${sw_state%/*}"; here=$PWD' };

/** Files of all kinds, by name. */
function hostWithFiles(): Host {
  const host = temporaryHost();
  host.write('two', 'a\nb\n');
  host.write('cut', 'a\nb');
  host.write('empty', '');
  host.write('blank', '\n');
  host.write('nul', 'a\n\0b\n');
  host.write('odd', '\xff'.repeat(3));
  host.write('latin', Buffer.from([0x61, 0xe9, 0x0a]).toString('latin1'));
  host.write("it's $(touch x) *", 'a\nb\n');
  host.write('folder/x', '');
  symlinkSync('two', host.path('link'));
  symlinkSync('gone', host.path('dangling'));
  return host;
}

/** Whether `file` is these lines and nothing else. */
function hasLines(file: string, ...lines: readonly string[]): string {
  return `file_has_lines "$here"/${quote(file)} '' ${lines.map(quote).join(' ')} >/dev/null`;
}

test('a file is these lines and nothing else', () => {
  expectAnswers(
    hostWithFiles(),
    [
      ...all(0, [
        hasLines('two', 'a', 'b'),
        hasLines('link', 'a', 'b'),
        hasLines("it's $(touch x) *", 'a', 'b'),
      ]),
      ...all(0, [hasLines('empty'), hasLines('blank', ''), hasLines('cut') + ' || [[ $? == 1 ]]']),
      ...all(1, [hasLines('two', 'a'), hasLines('two', 'b', 'a'), hasLines('two', 'a', 'b', '')]),
      ...all(1, [
        hasLines('cut', 'a', 'b'),
        hasLines('empty', ''),
        hasLines('two', '*', 'b'),
        hasLines('two'),
      ]),
      ...all(1, [hasLines('gone', 'a'), hasLines('dangling', 'a'), hasLines('two/x', 'a')]),
      ...all(2, [hasLines('nul', 'a'), hasLines('folder', 'a')]),
      ['file_has_lines "$here/two" 0644 a b', 0, ''],
      ['file_has_lines "$here/two" 0600 a b', 1, ''],
      ['file_has_lines "$here/gone" 0644 a b', 1, ''],
      ['file_has_lines "$here/nul" "" a', 2, 'HOST/nul is no text: there is a NUL in it\n'],
      ['file_has_lines "$here/folder" ""', 2, 'HOST/folder is no plain file that can be read\n'],
    ],
    AT,
  );
});

test('a line is there, and no other begins as it does', () => {
  const host = temporaryHost();
  host.write('conf', '# Port 22\nPort 23\n\nPort 24');
  host.write('nul', 'Port 23\n\0');
  const rows: Row[] = [
    ["file_has_line conf 'Port 23'", 0],
    ["file_has_line conf 'Port 24'", 0],
    ["file_has_line conf 'Port 24' 'Port '", 1],
    ["file_has_line conf 'Port 24' '# '", 1],
    ["file_has_line conf '# Port 22' '# '", 0],
    ["file_has_line conf '# Port 22' '' x '# '", 0],
    ["file_has_line conf 'Port 24' x 'Port '", 1],
    ["sw_begins_with 'a b' '' b 'a '", 0],
    ["sw_begins_with 'a b' '' b '*'", 1],
    ["sw_begins_with 'a b'", 1],
    ["file_has_line conf 'Port'", 1],
    ["file_has_line conf 'Port *'", 1],
    ["file_has_line conf 'Port 23' 'P*'", 0],
    ["file_has_line conf ''", 0],
    ["file_has_line conf '-n'", 1],
    ["file_has_line gone 'x'", 1],
    ["file_has_line nul 'Port 23' >/dev/null", 2],
    ['file_lacks_text conf Port', 1],
    ['file_lacks_text conf "P*t"', 0],
    ["file_lacks_text conf $'23\\n\\n'", 1],
    ['file_lacks_text gone x', 1],
    ['file_lacks_text nul x >/dev/null', 2],
    ['file_is_absent gone', 0],
    ['file_is_absent conf', 1],
    ['directory_is_there . ""', 0],
    ['directory_is_there gone 0755', 1],
    ['directory_is_there conf 0644', 1],
    ['chmod 2750 state; directory_is_there state 2750', 0],
    ['directory_is_there state 0750', 1],
  ];
  symlinkSync('nowhere', host.path('dangling'));
  expectAnswers(host, [...rows, ['file_is_absent dangling', 1]], AT);
});

/** What becomes of a file that holds `content`: `made` by a function, which then holds. */
function change(content: string, made: string, holds: string, result: string): Row[] {
  return [
    [`printf '%b' ${quote(content)} >"$here/f"; ${made} >/dev/null; cat "$here/f"`, 0, result],
    [holds, 0, ''],
  ];
}

function put(line: string, prefix = ''): string {
  return `put_line "$here/f" '${line}' '${prefix}'`;
}

function has(line: string, prefix = ''): string {
  return `file_has_line "$here/f" '${line}' '${prefix}'`;
}

function replace(from: string, to: string): string {
  return `replace_text "$here/f" '${from}' '${to}'`;
}

function lacks(from: string): string {
  return `file_lacks_text "$here/f" '${from}'`;
}

test('what is written holds then', () => {
  expectApplied(
    temporaryHost(),
    [
      ...change('', put('a'), has('a'), 'a\n'),
      ...change('a', put('b'), has('b'), 'a\nb\n'),
      ...change('a\\nb\\n', put('b'), has('b'), 'a\nb\n'),
      ...change('x=1\\ny\\nx=2\\n', put('x=3', 'x='), has('x=3', 'x='), 'x=3\ny\n'),
      ...change('x=1\\nx=3\\n', put('x=3', 'x='), has('x=3', 'x='), 'x=3\n'),
      ...change('\\n\\n', put('-e', '-'), has('-e', '-'), '\n\n-e\n'),
      [
        `printf 'x\\377\\n' >"$here/f"; ${put('y')} >/dev/null; od -A n -t x1 "$here/f"`,
        0,
        ' 78 ff 0a 79 0a\n',
      ],
      [
        `printf '\\351' >"$here/f"; ${replace('x', 'y')} >/dev/null; od -A n -t x1 "$here/f"`,
        0,
        ' e9\n',
      ],
      ...change('a*b*', replace('*', '&\\1'), lacks('*'), 'a&\\1b&\\1'),
      ...change('aaa', replace('aa', 'b'), lacks('aa'), 'ba'),
      ...change('$(x) `y`\\n', replace('$(x)', '"$1"'), lacks('$(x)'), '"$1" `y`\n'),
      ...change('a\\n\\n\\n', replace('a', ''), lacks('a'), '\n\n\n'),
      [
        'write_lines "$here/new dir/-f" 0600 "a b" "" >/dev/null; stat -c %a "$here/new dir/-f"',
        0,
        '600\n',
      ],
      ['file_has_lines "$here/new dir/-f" 0600 "a b" ""', 0, ''],
      ['write_lines "$here/none" "" >/dev/null; file_has_lines "$here/none" 0644', 0, ''],
    ],
    AT,
  );
});

test('what cannot be changed whole stops the step, and stays as it was', () => {
  const host = hostWithFiles();
  const untouched = host.snapshot();
  expectApplied(
    host,
    [
      stops('put_line "$here/nul" a', 'could not be read as text, and was not changed'),
      stops('replace_text "$here/nul" a b', 'could not be read as text, and was not changed'),
      stops('put_line "$here/folder" a', 'is no plain file, and was not changed'),
      stops('replace_text "$here/gone" a b', 'to replace'),
      stops(
        'replace_text "$here/two" a ba',
        "'a' cannot be replaced by 'ba': it would still be there",
      ),
      stops('replace_text "$here/two" "" x', 'it would still be there'),
      stops('remove_file "$here/gone"', 'is no plain file, and is not removed'),
      stops('remove_file "$here/folder"', 'is no plain file, and is not removed'),
      stops('stat() { echo 99; }; put_line "$here/two" a', 'could not be read to its end'),
      stops('cp() { return 1; }; remove_file "$here/two"', 'could not be kept below'),
    ],
    AT,
  );
  const { state: _, ...rest } = host.snapshot();
  expect(Object.keys(rest).filter((name) => !name.startsWith('state/'))).toEqual(
    Object.keys(untouched).filter((name) => !name.startsWith('state/') && name !== 'state'),
  );
  expect(host.read('two')).toBe('a\nb\n');
});

test('what is removed is kept, beside what was removed there before', () => {
  const host = temporaryHost();
  const file = "it's $(touch x) *";
  host.write(file, 'first');
  expectApplied(
    host,
    [
      [`remove_file "$here"/${quote(file)} >/dev/null`, 0, ''],
      [`echo second >"$here"/${quote(file)}; remove_file "$here"/${quote(file)} >/dev/null`, 0, ''],
      [
        `ln -s nowhere "$here"/${quote(file)}; remove_file "$here"/${quote(file)} >/dev/null`,
        0,
        '',
      ],
      [`file_is_absent "$here"/${quote(file)}`, 0, ''],
    ],
    AT,
  );
  const kept = `state/removed${host.path(file)}`;
  expect([host.read(kept), host.read(`${kept}.~2~`)]).toEqual(['first', 'second\n']);
  expect(host.snapshot()).toHaveProperty([`${kept}.~3~`]);
});
