import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, type Row } from '../../support/modules.ts';

const DECLARED = `name=walt; parameter name identifier 'A name.'
keep_days=7; parameter keep_days integer 'Days.' 1 30
colour=red; parameter colour choice 'A colour.' red 'dark blue' '*'
some='a b'; parameter some identifiers 'Names.'
none=''; parameter none identifiers 'No names.'
folder=/x; parameter folder path 'A folder.'
other_parameter later text "it's \\$(x)" 'Of another part.'
set_one() { sw_set "$@"; local status=$?; printf '%s' "\${sw_text:-}"; return "$status"; }
`;

const takes = (set: string, name: string, value: string): Row => [
  `sw_set '${set}' flag && printf '%s' "$${name} \${sw_origins[${name}]}"`,
  0,
  `${value} flag`,
];

test('a value that is one is taken, however odd it looks', () => {
  expectAnswers(
    temporaryHost(),
    [
      takes('name=x', 'name', 'x'),
      takes('keep-days=30', 'keep_days', '30'),
      takes('keep_days=1', 'keep_days', '1'),
      takes('colour=dark blue', 'colour', 'dark blue'),
      takes('colour=*', 'colour', '*'),
      takes('later=', 'later', ''),
      takes('later=a=b=c', 'later', 'a=b=c'),
      takes('later=$(touch x) `y` "z" \\n', 'later', '$(touch x) `y` "z" \\n'),
      takes('folder=/a b/$(x)/*', 'folder', '/a b/$(x)/*'),
      takes('later=-n ünï 😀', 'later', '-n ünï 😀'),
      ['printf "%s" "$later ${sw_origins[later]}"', 0, "it's $(x) default"],
    ],
    { before: DECLARED },
  );
});

const refuses = (set: string, told: string): Row => [
  `set_one ${set} flag; status=$?; [[ $name$keep_days$colour == walt7red ]] || echo changed; exit "$status"`,
  1,
  expect.stringContaining(told),
];

test('a value that is none is refused, and the old one stays', () => {
  expectAnswers(
    temporaryHost(),
    [
      refuses('name', "--set 'name': write --set NAME=VALUE"),
      refuses("''", "--set '': write --set NAME=VALUE"),
      refuses(
        '=x',
        "--set '': no such parameter; there are: name keep_days colour some none folder later",
      ),
      refuses('NAME=x', '--set NAME: no such parameter'),
      refuses("'x[$(touch y)]=1'", "--set 'x[$(touch y)]': no such parameter"),
      refuses("'PATH=/x'", '--set PATH: no such parameter'),
      refuses("'sw_state=/x'", '--set sw_state: no such parameter'),
      refuses("'name=a b'", "got 'a b'"),
      refuses('name=', "got ''"),
      refuses('name=-x', "got '-x'"),
      refuses('keep_days=0', 'must be 1 or more'),
      refuses('keep_days=31', 'must be 30 or less'),
      refuses('keep_days=07', 'must be a whole number'),
      refuses("'keep_days=sw_x[$(touch y)]'", 'must be a whole number'),
      refuses('colour=dark', "must be one of red, dark blue, *, got 'dark'"),
      refuses("$'colour=red\\ndark blue'", 'must be one of'),
      refuses('colour=', 'must be one of'),
      refuses('folder=/a/../b', 'must be an absolute path'),
      refuses("$'later=a\\nb'", 'must be text without control characters'),
      refuses("$'later=\\e[31m'", 'must be text without control characters'),
      refuses("$'later=\\u202e'", 'must be text without control characters'),
    ],
    { before: DECLARED },
  );
});

const limits = (number: string, minimum: string, maximum: string) =>
  `sw_text=; sw_check_limits ${number} ${minimum} ${maximum}; [[ -z $sw_text ]]`;

test('limits, lists and the arguments of this run', () => {
  expectAnswers(
    temporaryHost(),
    [
      ...all(0, [limits('5', '-', '-'), limits('5', '5', '5'), limits('0', '0', '-')]),
      ...all(1, [limits('4', '5', '-'), limits('6', '-', '5')]),
      [
        'sw_split_lists; printf "[%s]" "${#some_list[@]}" "${some_list[@]}" "${none_list[0]-none}"',
        0,
        '[2][a][b][none]',
      ],
      ['some=one; sw_split_lists; printf "[%s]" "${some_list[@]}"', 0, '[one]'],
      ['sw_set_arguments; printf "%s" "$sw_text"', 0, ''],
      [
        'sw_set "later=it\'s \\$x" flag; sw_set name=n recorded; sw_set folder=/a flag; sw_set_arguments; printf \'%s\' "$sw_text"',
        0,
        "--set folder=/a --set 'later=it'\\''s $x'",
      ],
      ...all(0, ['sw_is_printable "ä 😀"', 'sw_is_printable ""', "sw_is_printable $'\\u00a0'"]),
      ...all(1, [
        "sw_is_printable $'a\\tb'",
        "sw_is_printable $'\\x7f'",
        "sw_is_printable $'\\u200b'",
      ]),
      ['sw_why_refused keep_days 99; printf "%s" "$sw_text"', 0, 'must be 30 or less'],
      ['sw_why_refused keep_days 9; printf "%s" "$sw_text"', 0, ''],
      ...(
        [
          ['keep_days', 'a whole number from 1 to 30'],
          ['colour', 'one of red, dark blue, *'],
          ['folder', 'an absolute path, without "." or ".." in it'],
          ['least', 'a whole number of 3 or more'],
          ['most', 'a whole number of 9 or less'],
          ['any', 'a whole number, zero or more'],
          ['both', 'a whole number, zero or more'],
        ] as const
      ).map(([name, words]): Row => [
        'parameter least integer L 3 -; parameter most integer M - 9; parameter any integer A; parameter both integer B - -; ' +
          `sw_tell_values ${name}; printf "%s" "$sw_text"`,
        0,
        words,
      ]),
    ],
    { before: DECLARED },
  );
});
