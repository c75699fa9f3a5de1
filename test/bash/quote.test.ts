import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { variable, word } from '../../src/bash/build.ts';
import { printWord } from '../../src/bash/print.ts';
import { quote, quoteName } from '../../src/bash/quote.ts';

/** What bash makes of `words`, read as the arguments of one command. */
function readBack(words: readonly string[], before = ''): string[] {
  const script = `${before}\nprintf '%s\\0' ${words.join(' ')}\n`;
  const { status, stdout, stderr } = spawnSync('bash', ['-s'], {
    input: script,
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.split('\0').slice(0, -1);
}

const PLAINEST: readonly [string, string][] = [
  ['', "''"],
  ['plain', 'plain'],
  ['/etc/apt/sources.list', '/etc/apt/sources.list'],
  ['--file=a', '--file=a'],
  ['-n', '-n'],
  ['=', "'='"],
  ['a b', "'a b'"],
  ['*', "'*'"],
  ['~', "'~'"],
  ['~/x', "'~/x'"],
  ['{a,b}', "'{a,b}'"],
  ['#', "'#'"],
  ['!', "'!'"],
  ['a;b', "'a;b'"],
  ['"', "'\"'"],
  ["it's", '"it\'s"'],
  ['$HOME', '"\\$HOME"'],
  ['$(reboot)', '"\\$(reboot)"'],
  ['`reboot`', '"\\`reboot\\`"'],
  ['back\\slash', "'back\\slash'"],
  ['ends in \\', '"ends in \\\\"'],
  ['two\nlines', "'two\nlines'"],
  ['a\tb', "$'a\\tb'"],
  ['a\tb\n', "'a\tb\n'"],
  ['a\rb', "$'a\\rb'"],
  ['\u001b[1m', "$'\\033[1m'"],
  ['\u00017', "$'\\0017'"],
  ['\u007f', "$'\\177'"],
  ['\u0085', "$'\\302\\205'"],
  ['\u202eabc', "$'\\342\\200\\256abc'"],
  ["\u0001'\\", "$'\\001\\'\\\\'"],
  ['é', "'é'"],
  ['if', "'if'"],
  ['done', "'done'"],
  ['\u2019', '"\u2019"'],
  ['\u201c', "'\u201c'"],
  ['\u2018\u201d', "$'\u2018\u201d'"],
];

describe('quote', () => {
  test.each(PLAINEST)('%j is %s', (text, expected) => {
    expect(quote(text)).toBe(expected);
    expect(readBack([expected])).toEqual([text]);
  });

  test('refuses what no bash word can hold', () => {
    expect(() => quote('a\0b')).toThrow('a bash word cannot hold NUL');
    expect(() => quote('a\ud800b')).toThrow('a bash word cannot hold half a character');
  });

  test('a first word is never an assignment', () => {
    expect(quoteName('a=b')).toBe("'a=b'");
    expect(quoteName('./a')).toBe('./a');
    expect(quoteName('while')).toBe("'while'");
  });
});

const NASTY = Array.from(
  '\'"`$\\!*?[]{}()<>|&;#~=- \t\n\r\u0007\u001b\u007f\u0085\u00a0\u2019\u201d\ufeff7x',
).concat('$(', '${', '$((', "$'", '$"', '--', '\\\n', 'if');

const anyWord = fc
  .oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.constantFrom(...NASTY), { maxLength: 12 }).map((parts) => parts.join('')),
  )
  .map((text) => text.replaceAll('\0', ''));

/** Each run checks this many words, in one bash. */
const WORDS = { minLength: 500, maxLength: 500 } as const;

describe('read back by bash', () => {
  test('every word is itself: 12,500 of them', () => {
    fc.assert(
      fc.property(fc.array(anyWord, WORDS), (words) => {
        expect(readBack(words.map(quote))).toEqual(words);
      }),
      { numRuns: 25 },
    );
  });

  test('a word around the value of a variable is the texts and the value: 5,000 of them', () => {
    const mixed = fc.tuple(anyWord, anyWord);
    fc.assert(
      fc.property(anyWord, fc.array(mixed, WORDS), (value, words) => {
        const printed = words.map(([left, right]) =>
          printWord(word(left, variable('v'), right, variable('v'))),
        );
        const expected = words.map(([left, right]) => left + value + right + value);
        expect(readBack(printed, `v=${quote(value)}`)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });
});
