import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  and,
  assign,
  blank,
  command,
  comment,
  define,
  elements,
  forEach,
  not,
  or,
  pipeline,
  redirected,
  subshell,
  substitution,
  variable,
  when,
  withEnvironment,
  word,
} from '../../src/bash/build.ts';
import type { Node } from '../../src/bash/nodes.ts';
import { printScript } from '../../src/bash/print.ts';
import { formatScript } from '../../src/compile/format.ts';

const a = command('a');
const b = command('b');
const c = command('c');
const to = word('/tmp/out');
const LONG = Array.from({ length: 12 }, (_, index) => `--option-${index}`);

/** What is printed, under a name that says what of it matters. */
const CASES: Readonly<Record<string, readonly [readonly Node[], string]>> = {
  'a command': [[command('cp', '-a', '--', '/etc/apt', '/a b')], "cp -a -- /etc/apt '/a b'\n"],
  'a first word that is no assignment': [[command('a=b', 'c=d')], "'a=b' c=d\n"],
  'a variable': [[command('a', word(variable('x')))], 'a "$x"\n'],
  'a variable beside text that could be its name': [
    [command('a', word(variable('x'), 'y', variable('x'), '-', variable('x'), '['))],
    'a "${x}y$x-${x}["\n',
  ],
  'a variable beside another': [[command('a', word(variable('x'), variable('y')))], 'a "${x}$y"\n'],
  'texts side by side': [[command('a', word('b', '', ' ', 'c'))], "a 'b c'\n"],
  'text that cannot be seen beside a variable': [
    [command('a', word('\u001b[1m', variable('x'), '\r'))],
    "a $'\\033[1m'\"$x\"$'\\r'\n",
  ],
  'every element': [[command('a', word(elements('x')))], 'a "${x[@]}"\n'],
  'every argument': [[command('a', { type: 'word', parts: [{ type: 'positional' }] })], 'a "$@"\n'],
  'the output of a command': [
    [assign('x', word(substitution(command('a', 'b c'))))],
    'x="$(a \'b c\')"\n',
  ],
  'the output of two commands': [[assign('x', word(substitution(a, b)))], 'x="$(\n  a\n  b\n)"\n'],
  'the output of a command with a comment': [
    [assign('x', word(substitution({ type: 'fragment', text: 'a # b' })))],
    'x="$(\n  a # b\n)"\n',
  ],
  'the output of a subshell': [
    [assign('x', word(substitution(subshell(a))))],
    'x="$(\n  (\n    a\n  )\n)"\n',
  ],
  redirections: [
    [redirected(a, { operator: '>', target: to }, { operator: '>>', descriptor: 2, target: to })],
    'a >/tmp/out 2>>/tmp/out\n',
  ],
  'an environment of its own': [
    [withEnvironment(command('a', 'b'), 'LC_ALL', 'C')],
    'LC_ALL=C a b\n',
  ],
  'an array': [[assign('x', ['a b', '*', word(variable('y'))])], "x=('a b' '*' \"$y\")\n"],
  'an empty array': [[assign('x', [])], 'x=()\n'],
  'a long array': [[assign('x', LONG)], `x=(\n${LONG.map((item) => `  ${item}\n`).join('')})\n`],
  'a long command': [
    [command('a', ...LONG)],
    `a ${LONG.slice(0, 8).join(' ')} \\\n  ${LONG.slice(8).join(' ')}\n`,
  ],
  'a long command that holds lines': [
    [command('a', ...LONG, 'two\nlines')],
    `a ${LONG.join(' ')} 'two\nlines'\n`,
  ],
  'a chain': [[and(a, b, c)], 'a && b && c\n'],
  'a chain in a chain of its kind': [[and(a, and(b, c))], 'a && b && c\n'],
  'a chain in a chain': [
    [and(a, or(b, c)), or(and(a, b), c)],
    'a && { b || c; }\n{ a && b; } || c\n',
  ],
  'a long chain': [
    [and(command('a', ...LONG.slice(0, 5)), command('b', ...LONG.slice(0, 5)))],
    `a ${LONG.slice(0, 5).join(' ')} &&\n  b ${LONG.slice(0, 5).join(' ')}\n`,
  ],
  'a negation': [[not(a), not(pipeline(a, b))], '! a\n! a | b\n'],
  'a negation of a chain': [[not(and(a, b)), not(not(a))], '! { a && b; }\n! { ! a; }\n'],
  'a pipeline': [[pipeline(a, b, c)], 'a | b | c\n'],
  'a pipeline of chains': [[pipeline(and(a, b), not(c))], '{ a && b; } | { ! c; }\n'],
  'a fragment in a chain': [
    [and({ type: 'fragment', text: 'a\nb # c\n' }, c)],
    '{\n  a\nb # c\n} && c\n',
  ],
  if: [[when(a, [b])], 'if a; then\n  b\nfi\n'],
  'if and else': [[when(and(a, b), [b], [c])], 'if a && b; then\n  b\nelse\n  c\nfi\n'],
  'if with nothing to do': [[when(a, [comment('later')])], 'if a; then\n  # later\n  :\nfi\n'],
  'if on a fragment': [
    [when({ type: 'fragment', text: 'a; b' }, [c])],
    'if {\n  a; b\n}; then\n  c\nfi\n',
  ],
  for: [
    [forEach('x', ['1', 'b c'], [command('a', word(variable('x')))])],
    'for x in 1 \'b c\'; do\n  a "$x"\ndone\n',
  ],
  'for over nothing': [[forEach('x', [], [a])], 'for x in; do\n  a\ndone\n'],
  'a subshell': [[subshell(a, b)], '(\n  a\n  b\n)\n'],
  'a function': [[define('f', [a, blank, comment('why'), b])], 'f() {\n  a\n\n  # why\n  b\n}\n'],
  'an empty function': [[define('f', [])], 'f() {\n  :\n}\n'],
  'a function in a shell of its own': [
    [{ type: 'function', name: 'f', body: [a], subshell: true }],
    'f() (\n  a\n)\n',
  ],
  'a function within a function': [
    [define('f', [when(a, [forEach('x', ['1'], [b])])])],
    'f() {\n  if a; then\n    for x in 1; do\n      b\n    done\n  fi\n}\n',
  ],
  'a fragment': [[{ type: 'fragment', text: '\n  a\nb\n\n' }], 'a\nb\n'],
  'a fragment with an escaped blank at its end': [
    [{ type: 'fragment', text: 'a\\ ' }, b],
    'a\\ \nb\n',
  ],
  'a comment of two lines': [[comment('one\n\ntwo')], '# one\n#\n# two\n'],
  'a comment that would be an order to ShellCheck': [
    [comment('shellcheck disable=all'), a],
    '# - shellcheck disable=all\na\n',
  ],
};

/** What stands in a fragment is its author's, and is formatted with the whole script. */
const UNFORMATTED = new Set([
  'if on a fragment',
  'a fragment in a chain',
  'a fragment with an escaped blank at its end',
]);

describe.each(Object.entries(CASES))('%s', (name, [nodes, expected]) => {
  test('prints as', () => {
    expect(printScript(nodes)).toBe(expected);
  });

  test('is syntax to bash', () => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: expected, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.skipIf(UNFORMATTED.has(name))('is formatted as it stands', async () => {
    expect(await formatScript(expected)).toBe(expected);
  });
});

describe('operands are what they are in the tree', () => {
  const yes = command('true');
  const no = command('false');
  const CHAINS: readonly [Node, boolean][] = [
    [and(no, or(yes, yes)), false],
    [or(yes, and(no, no)), true],
    [or(and(yes, no), yes), true],
    [not(and(no, yes)), true],
    [not(or(no, yes)), false],
    [not(pipeline(yes, no)), true],
    [not(not(no)), false],
    [and(not(no), pipeline(or(no, yes), yes)), true],
    [pipeline(yes, and(yes, no)), false],
  ];

  test.each(CHAINS)('%j is %s', (node, expected) => {
    const { status } = spawnSync('bash', ['-s'], { input: printScript([node]) });
    expect(status === 0).toBe(expected);
  });
});

describe('nodes that cannot be', () => {
  const REFUSED: readonly [string, () => unknown, string][] = [
    ['a variable', () => variable('a-b'), 'not a bash name: "a-b"'],
    ['an array', () => elements('1a'), 'not a bash name: "1a"'],
    ['an assignment', () => assign('a b', 'c'), 'not a bash name: "a b"'],
    ['an environment', () => withEnvironment(a, 'x;y', 'c'), 'not a bash name: "x;y"'],
    ['a loop', () => forEach('$x', [], []), 'not a bash name: "$x"'],
    ['a function', () => define('a-b', []), 'not a function name: "a-b"'],
    ['a function with a name of the language', () => define('if', []), 'not a function name: "if"'],
    ['a command without a word', () => command(), 'a command needs a word'],
    ['a word', () => word('a\0b'), 'a bash word cannot hold NUL'],
  ];

  test.each(REFUSED)('%s', (_name, make, message) => {
    expect(make).toThrow(message);
  });
});
