import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

test('the folder of the state is for root alone, and a file is replaced whole', () => {
  expectApplied(temporaryHost(), [
    [
      'sw_state="$sw_state/a b/c"; sw_open_state; sw_open_state; stat -c %a "$sw_state" "$sw_state/carried"',
      0,
      '700\n700\n',
    ],
    [
      'printf "a\\n\\n" | sw_replace_file "$sw_state/-x y" 0640; cat "$sw_state/-x y"; stat -c %a "$sw_state/-x y"',
      0,
      'a\n\n640\n',
    ],
    [
      'sync() { return 1; }; echo b | sw_replace_file "$sw_state/-x y" 0640 || echo "no $?"; cat "$sw_state/-x y"',
      0,
      'no 1\na\n\n',
    ],
    ['mv() { return 1; }; echo b | sw_replace_file "$sw_state/-x y" 0640; echo went on', 1],
    [
      'mkdir "$sw_state/d"; echo b | sw_replace_file "$sw_state/d" 0640; echo went on',
      1,
      expect.not.stringContaining('went on'),
    ],
    [
      'echo b | sw_replace_file /nowhere/x 0600; echo went on',
      1,
      expect.not.stringContaining('went on'),
    ],
  ]);
});

test('what a run keeps for itself is removed where it is there; nothing else starts a program', () => {
  expectApplied(temporaryHost(), [
    [
      ': >"$sw_state/a b"; : >"$sw_state/kept"; sw_forget none "a b"; ls "$sw_state"',
      0,
      expect.stringMatching(/^kept$/m),
    ],
    ['[[ ! -e "$sw_state/a b" ]]', 0, ''],
    ['rm() { echo called; }; sw_forget none "a b"; echo -', 0, '-\n'],
    [': >"$sw_state/stop"; rm() { return 1; }; sw_forget stop; echo went on', 1, ''],
    [
      'chmod() { return 1; }; umask 022; echo a | sw_replace_file "$sw_state/x" 0600; stat -c %a "$sw_state/x"',
      0,
      '600\n',
    ],
    ['chmod() { return 1; }; echo a | sw_replace_file "$sw_state/y" 0644; echo went on', 1],
  ]);
});

test('a step stops where a carried value that it reads was never learnt', () => {
  expectAnswers(temporaryHost(), [
    ['carried place path; carry place /a; demand_carried place; echo went on', 0, 'went on\n'],
    [
      'carried place path; carried other text; carry place /a; set -e; demand_carried place other; echo went on',
      1,
      expect.stringMatching(/^carried value other is not known; nothing was changed\n.*--skip/s),
    ],
  ]);
});

test('what a step reads that was never learnt has its name in a text, and a list none in a plan', () => {
  const before = `carried one text; carried two text; carried all lines; one=old; two=''; all=(a)
steps() { step a A learns=one,all; step b B learns=two; step c C learns=one; step d "$one" reads=one,two,all; }
sw_make_plan
told() { printf '%s|' "$one" "$two" "\${all[@]}"; }
unlearnt() { sw_is_unlearnt "$1" && printf '%s' "$sw_text"; }
`;
  expectAnswers(
    temporaryHost(),
    [
      ['echo "${sw_titles[3]}|${sw_reads[d]}|${sw_learners[one]}"', 0, '$one|one,two,all|a c\n'],
      [
        'sw_add_learner b all,one; echo "${sw_learners[all]}|${sw_learners[one]}"',
        0,
        'a b|a c b\n',
      ],
      ['unlearnt a', 1, ''],
      ['unlearnt d', 0, 'a'],
      ['carry one x; unlearnt d', 0, 'b'],
      ['carry two ""; unlearnt d', 0, 'a'],
      ['carry all; unlearnt d', 1, ''],
      ['sw_by_name told', 0, 'old||a|'],
      ['rm -r "$sw_state/carried"; sw_by_name told; told', 0, '$one|$two|$all|old||a|'],
      ['all=(); sw_planning=yes; sw_by_name told', 0, '$one|$two|'],
      ['sw_planning=yes; demand_carried one; echo went on', 0, 'went on\n'],
    ],
    { before },
  );
});

const DECLARED = `name=walt; parameter name identifier 'A name.'
note=''; parameter note text 'A note.'
tell() { printf '%s' "$name|$note|\${sw_refusals[*]}"; }
`;

const recall = (content: string, then = '') =>
  `printf '${content}' >"$sw_state/parameters"; ${then}sw_recall_parameters; tell`;

test('parameters that were set stay so, unless they are none any more', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_recall_parameters; tell', 0, 'walt||'],
      [recall('name=x\\nnote=a=b $(touch y) *\\n'), 0, 'x|a=b $(touch y) *|'],
      [recall('gone=1\\n=2\\n\\nx[y]=3\\nPATH=/x\\n'), 0, 'walt||'],
      [recall('name=x\\nnote=cut'), 0, 'x||'],
      [recall('name=x\\n', 'sw_set name=given flag; '), 0, 'given||'],
      [
        recall('name=a b\\n'),
        0,
        expect.stringMatching(
          /^walt\|\|an earlier run had it so: name: must be .*, got 'a b' set it anew: --set name=VALUE$/,
        ),
      ],
    ],
    { before: DECLARED },
  );
  expectApplied(
    temporaryHost(),
    [
      ['sw_keep_parameters; ls "$sw_state"', 0, 'carried\n'],
      [
        'sw_set \'note=a b\' flag; sw_keep_parameters; cat "$sw_state/parameters"; stat -c %a "$sw_state/parameters"',
        0,
        'note=a b\n600\n',
      ],
      [
        'echo gone=1 >>"$sw_state/parameters"; sw_recall_parameters; sw_set name=n flag; sw_keep_parameters; cat "$sw_state/parameters"',
        0,
        'gone=1\nname=n\nnote=a b\n',
      ],
      [
        'sw_recall_parameters; sw_replace_file() { return 1; }; sw_keep_parameters; sw_set name=m flag; sw_keep_parameters || echo "no $?"',
        0,
        'no 1\n',
      ],
    ],
    { before: DECLARED },
  );
});

const CARRIED = 'carried list lines; carried one identifier; carried count integer 1\n';

test('a carried value is learnt when it is one, and is known in later runs', () => {
  expectApplied(
    temporaryHost(),
    [
      ['carry one \'a\'; cat "$sw_state/carried/one"', 0, 'a\n'],
      stops(
        "carry one 'a b'",
        "carried value one: must be a name of letters, digits and _ . @ : + -, not beginning with a sign, got 'a b'",
      ),
      stops('carry one a b', ', got a b'),
      stops('carry one', 'carried value one: must be'),
      stops('carry count 01', 'must be a whole number'),
      stops("carry list ok $'a\\nb'", "an item must be one line of text, got $'a\\nb'"),
      ["carry list 'a b' '' '$(x)' -n; cat \"$sw_state/carried/list\"", 0, 'a b\n\n$(x)\n-n\n'],
      ['learn count 7; cat "$sw_state/carried/count"', 0, '7\n'],
      stops("learn count $'7\\n8'", 'must be a whole number'),
      [
        'sw_recall_carried; printf "[%s]" "$one" "$count" "${list[@]}"',
        0,
        '[a][7][a b][][$(x)][-n]',
      ],
      ['learn list ""; list=(x); sw_recall_carried; printf "[%s]" "${#list[@]}"', 0, '[0]'],
      ["learn list $'a\\n\\nb'; sw_recall_carried; printf '[%s]' \"${list[@]}\"", 0, '[a][][b]'],
      ['sw_replace_file() { return 1; }; carry one b; echo went on', 1, ''],
    ],
    { before: CARRIED },
  );
});

const holds = (name: string, content: string) =>
  `printf '${content}' >"$sw_state/carried/${name}"; is_carried ${name}`;

test('what is no value of its type was not learnt', () => {
  expectAnswers(
    temporaryHost(),
    [
      ...all(1, ['is_carried one', 'is_carried list']),
      ...all(0, [
        holds('one', 'a\\n'),
        holds('count', '0\\n'),
        holds('list', ''),
        holds('list', 'a\\n'),
      ]),
      ...all(1, [
        holds('one', 'a'),
        holds('one', ''),
        holds('one', '\\n'),
        holds('one', 'a b\\n'),
        holds('count', 'x\\n'),
      ]),
      ['count=unset; sw_recall_carried; echo "$count"', 0, 'unset\n'],
    ],
    { before: CARRIED },
  );
});
