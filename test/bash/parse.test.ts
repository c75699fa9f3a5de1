import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  functionsDefined,
  namesUsed,
  parseFragment,
  unquotedExpansions,
} from '../../src/bash/parse.ts';

function problems(text: string): string[] {
  const parsed = parseFragment(text);
  return parsed.ok
    ? []
    : parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const RIGHT = [
  'echo hi',
  'return 1',
  'local a=1 b',
  'f() { echo; }',
  'f() ( a )',
  'function f { a; }',
  'if a; then b; elif c; then d; else e; fi',
  'if a\nthen b\nfi',
  'for i in 1 2; do a "$i"; done',
  'for i; do a; done',
  'for i in; do a; done',
  'for ((i = 0; i < 3; i++)); do a; done',
  'while a; do b; done',
  'until a; do b; done',
  'case $x in a) b ;; (c | d) e ;& *) ;; esac',
  'select i in a b; do c; done',
  '[[ -f $x && $y == @(a|b) || ! $z =~ ^(a|b)$ ]]',
  '((x = 1 + y))',
  'a <in >out 2>&1 <<<"$x"',
  'a &>out',
  '{ a; } 2>>log',
  'cat <<EOF | b\n$x $(y)\nEOF\nc',
  'cat <<"E F"\n$(\nE F',
  'cat <<-EOF\n\ta\n\tEOF',
  'x=$(a "$(b)") c',
  'a=(b # c\n  d)',
  'a[1]=2 b+=3',
  'a <(b) >(c)',
  'a | b |& c && d || ! e',
  'a & b',
  'a "${x:-"$y"}" "${z%%*(}" $((1 + 2))',
  'echo `a \\`b\\``',
  'time a | b',
  'time -p a',
  '[[ ( -f a || -f b ) && ! -d c ]]',
  'while read -r x; do a "$x"; done < <(b)',
  'for ((;;)) { a; }',
  'a |\n  # why\n  b',
  'a "$(cat <<E\nx ( y\nE\n)"',
  'coproc a { b; }',
  "a $'\\'' $\"b\"",
  'a \\\n  b',
  'a # ( ; &&',
  'a;\nb',
  '! { a; }',
  'echo { } if done',
];

/** What `bash -n` refuses, alone or as the body of a function. */
const WRONG: readonly [string, string][] = [
  ['', '1:1 there is no command in it'],
  ['# nothing', '1:1 there is no command in it'],
  ['a\necho "b', '2:6 unterminated double quote'],
  ["echo 'a", '1:6 unterminated single quote'],
  ['echo $(', '1:6 unterminated command substitution'],
  ['echo "$(if)"', "1:11 expected 'then'"],
  ['a\n  b $(c $(d; fi))', "2:14 unexpected token 'fi'"],
  ['é; fi', "1:4 unexpected token 'fi'"],
  ['}', "1:1 unexpected token '}'"],
  ['a; }; f() { b', "1:4 unexpected token '}'"],
  ['a)', "1:2 unexpected token ')'"],
  ['(a', "1:3 expected ')' to close subshell"],
  ['a &&', "1:5 expected command after '&&'"],
  ['a\n| b', "2:1 unexpected token '|'"],
  ['a; ; b', "1:4 unexpected token ';'"],
  ['if a; then b; else c\n ; fi', "2:2 unexpected ';'"],
  ['if a; then fi', "1:12 expected command after 'then'"],
  ['if a; b; fi', "1:12 expected 'then'"],
  ['for i { b; }', "1:1 unexpected '{'"],
  ['for (i = 0; i < 3; i++)); do a; done', "1:1 unexpected '('"],
  ['case x in a) b', "1:15 expected 'esac' to close 'case'"],
  ['[[ a b ]]', "1:6 unexpected token 'b'"],
  ['[[ -f ]]', '1:6 expected operand after unary test operator'],
  ['((1 + ', '1:1 unterminated arithmetic command'],
  ['echo ${a', '1:6 unterminated parameter expansion'],
  ['echo("a")', "1:9 unexpected token ')'"],
  ['test (', "1:6 unexpected '('"],
  ['a=1 b() { c; }', "1:1 unexpected 'a=1'"],
  ['a >', '1:4 expected redirect target'],
  ['a > 2>&1', '1:3 a redirection without its target'],
  ['if ! && b; then c; fi', "1:4 no command after '!'"],
  ['echo @(a|b)', '1:6 @(…) is an extended pattern, which bash reads only inside of [[ ]]'],
  ['cat <<EOF\na', '1:5 no line EOF ends this here-document'],
  ['a \\', '1:4 a command cannot end in a backslash'],
];

/** What bash finds only when it gets there, or never. */
const WORSE: readonly [string, string][] = [
  ['echo ${a b}', '1:6 bad substitution: ${a b}'],
  ['echo "${a@Z}"', '1:7 bad substitution: ${a@Z}'],
  ['echo `a; fi`', "1:10 unexpected token 'fi'"],
  ['echo `a \\`fi\\``', "1:6 unexpected token 'fi'"],
  ['for 1x in a; do b; done', '1:1 no name for a variable: 1x'],
  ['!', "1:1 no command after '!'"],
  ['a\0', '1:2 the character U+0000 cannot be shown to a reader'],
  ['a\r\nb', '1:2 the character U+000D cannot be shown to a reader'],
  ['a\n\u202eb\u001b', '2:1 the character U+202E cannot be shown to a reader'],
];

/** Whether bash reads `text`, alone and as a function's body, without a word of complaint. */
function bashAgrees(text: string): boolean {
  return [text, `f() {\n${text}\n}\n`].every((input) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input, encoding: 'utf8' });
    return status === 0 && stderr === '';
  });
}

describe('a fragment that is right', () => {
  test.each(RIGHT)('%j', (text) => {
    expect(problems(text)).toEqual([]);
    expect(bashAgrees(text)).toBe(true);
  });
});

describe('a fragment that is wrong', () => {
  test.each(WRONG)('%j', (text, first) => {
    expect(problems(text)[0]).toBe(first);
    expect(bashAgrees(text)).toBe(false);
  });

  test.each(WORSE)('%j, though bash lets it pass', (text, first) => {
    expect(problems(text)[0]).toBe(first);
  });

  test('every problem is told, in order', () => {
    expect(problems('a $(fi)\u0007\nb $(done)')).toEqual([
      "1:5 unexpected token 'fi'",
      '1:8 the character U+0007 cannot be shown to a reader',
      "2:5 unexpected token 'done'",
    ]);
  });
});

describe('unquoted expansions', () => {
  const FOUND: readonly [string, readonly string[]][] = [
    ['a $x', ['1:3 $x']],
    ['$x a', ['1:1 $x']],
    ['a\n  b $1 "$2" $@', ['2:5 $1', '2:13 $@']],
    ['a ${x} ${y[@]} ${z:-"b"}', ['1:3 ${x}', '1:8 ${y[@]}', '1:16 ${z:-"b"}']],
    ['a x$y/z', ['1:4 $y']],
    ['a {b,$c}', ['1:6 $c']],
    ['a $(b) `c`', ['1:3 $(b)', '1:8 `c`']],
    ['a "$(b $c)"', ['1:8 $c']],
    ['x=$(a $b)', ['1:7 $b']],
    ['a=($b "$c")', ['1:4 $b']],
    ['for i in $x; do a; done', ['1:10 $x']],
    ['a >$x 2>"$y"', ['1:4 $x']],
    ['env x=$y', ['1:7 $y']],
    ['[ -n $x ]', ['1:6 $x']],
    ['a <(b $c)', ['1:7 $c']],
    ['echo `a \\`b $c\\``', ['1:6 `a \\`b $c\\``', '1:6 `b $c`', '1:6 $c']],
    ['a ${x:+$y}', ['1:8 $y']],
  ];

  test.each(FOUND)('%j', (text, expected) => {
    const found = unquotedExpansions(text);
    expect(found.map((one) => `${one.line}:${one.column} ${one.text}`)).toEqual(expected);
  });

  const NONE = [
    'x=$y z=$(a)',
    'local x=$y; export z=$1',
    'x+=$y; a[$i]=$b',
    '[[ -n $x && $y == $z ]]',
    '((x = $y)); a $((x + $y))',
    'case $x in $y) a ;; esac',
    'a <<<$x',
    'cat <<EOF\n$x $(a)\nEOF',
    'a "$x" "${y[@]}" "$(b)" "c${d:-$e}"',
    'a $# $? $$ $! ${#x} ${#y[@]}',
    'a ${1:+"$1"} ${x+yes}',
    "a '$x' \\$x $'$x'",
  ];

  test.each(NONE)('%j has none', (text) => {
    expect(unquotedExpansions(text)).toEqual([]);
  });
});

describe('names', () => {
  test('of functions that are defined', () => {
    expect(functionsDefined('a() { b() { c; }; }; function d { e; }')).toEqual(['a', 'b', 'd']);
  });

  test('of commands and variables that are used', () => {
    const { commands, variables } = namesUsed(
      'a "$x" $(b "${y[i]}") && ((z + 0x1f > 1)); [[ $v -nt c ]]; w=$1',
    );
    expect([...commands].toSorted()).toEqual(['a', 'b']);
    expect([...variables].toSorted()).toEqual(['v', 'x', 'y', 'z']);
  });
});
