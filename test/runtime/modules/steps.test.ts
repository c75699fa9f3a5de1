import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, type Row } from '../../support/modules.ts';

/** Steps a to d; what their checks answer is $answer_ID, and what applying comes to $applied. */
const PLAN = `answer_a=0 answer_b=0 answer_c=0 answer_d=0 applied=0
a__check() { echo "asked a" >>"$sw_state/asked"; return "$answer_a"; }
b__check() { echo "asked b" >>"$sw_state/asked"; return "$answer_b"; }
c__check() { return "$answer_c"; }
d__check() { return "$answer_d"; }
step a A; step b 'B b' until=c; step c C once; step d D until-begun=c when=yes is=yes
sw_apply() { echo "applied $1"; sw_status=$applied; [[ $applied != 0 ]] || answer_a=0 answer_b=0 answer_c=0; }
lines() { cut -f 4-5 "$sw_state/journal"; }
sw_know_events
at() { sw_index=\${sw_index_of[$1]}; shift; "$@"; }
look() { at "$1" sw_look; printf '%s' "$sw_status"; }
`;

const has = (word: string): string => `sw_index=0; sw_has ${word}`;

test('a step has the options that it was given', () => {
  expectAnswers(temporaryHost(), [
    [
      'step a "A  *"; echo "${sw_ids[0]}|${sw_titles[0]}|${sw_options[0]}|${sw_index_of[a]}"',
      0,
      'a|A  *| |0\n',
    ],
    ...all(0, [`step a A once; ${has('once')}`, `step a A x reboot; ${has('reboot')}`]),
    ...all(1, [
      `step a A; ${has('once')}`,
      `step a A needs=once; ${has('once')}`,
      `step a A once; ${has("'*'")}`,
    ]),
    [
      'step a A needs=b,c follows=d; sw_index=0; sw_option needs; echo "$sw_text"; sw_option follows; echo "$sw_text"',
      0,
      'b,c\nd\n',
    ],
    ['step a A until-begun=b; sw_index=0; sw_option until', 1, ''],
    ['step a A until-begun=b; echo "[$sw_ending]"', 0, '[ b ]\n'],
    [
      'step a A "when=x y" "is=x y"; step b B when=x is=y; echo "${sw_options[0]}|${sw_options[1]}"',
      0,
      ' | left-out \n',
    ],
    ['step a A when= is=; step b B once; echo "${sw_options[0]}|${sw_once_ids[*]}"', 0, ' |b\n'],
  ]);
});

test('whether a step is done is asked of its check, its journal, or what comes after it', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['look a', 0, '0'],
      ['answer_a=1; look a', 0, '1'],
      ['answer_a=7; look a', 0, '7'],
      ['a__check() { false; true; }; look a', 0, '0'],
      ['unset -f a__check; look a 7>/dev/null', 0, '127'],
      ['sw_answers=([a]=1); look a', 0, '1'],
      ['look c', 0, '1'],
      ['sw_events=([c]=done); answer_c=1; look c', 0, '0'],
      ['sw_events=([c]=start); look c', 0, '1'],
      ['answer_b=1; look b', 0, '1'],
      ['answer_b=1; sw_events=([c]=done); look b', 0, '0'],
      ['answer_b=1; sw_events=([c]=skipped); look b', 0, '0'],
      ['answer_b=1; sw_events=([c]=start); look b', 0, '1'],
      // The step that ends the need for it cannot tell, by its check: neither can this one, then.
      [
        'step e E until=a; e__check() { return 1; }; sw_events=([a]=done); answer_a=3; look e; sw_tell_doubt; echo " $sw_text"; look a; echo "[$sw_doubt]"',
        0,
        '3 whether a still holds, which ends the need for it, could not be told (status 3)\n3[]\n',
      ],
      // It does not hold any more, and its beginning was enough all the same.
      [
        'step e E until=a until-begun=a; e__check() { return 1; }; sw_take_event a done; answer_a=1; look e',
        0,
        '0',
      ],
      ['answer_d=1; sw_take_event c start; look d', 0, '0'],
      ['answer_d=1; sw_take_event c stopped; look d', 0, '1'],
      ['answer_d=1; look d', 0, '1'],
      [
        'step e E until=a; e__check() { return 1; }; sw_events=([a]=ok); look e; answer_a=1; sw_answers=(); look e',
        0,
        '01',
      ],
    ],
    { before: PLAN },
  );
});

const out = (ids: string): string =>
  `for id in ${ids}; do if at "$id" sw_left_out; then printf '%s:%s ' "$id" "$sw_text"; fi; done`;

test('steps that are left out, and why', () => {
  expectAnswers(
    temporaryHost(),
    [
      [out('a b c d'), 0, ''],
      [`sw_only=b; ${out('a b c')}`, 0, 'a:--only c:--only '],
      [`sw_from=b; ${out('a b c')}`, 0, 'a:--from '],
      [`sw_skip=(c a); ${out('a b c')}`, 0, 'a:--skip c:--skip '],
      [`step x X when=a is=b; sw_only=x; ${out('x')}`, 0, 'x:not wanted '],
      [
        'sw_text=--skip; at a sw_leave_out; sw_flush; echo "${sw_left_ids[*]} ${sw_events[a]}"',
        0,
        '[1/4] skipped  a  A  (--skip)\na skipped\n',
      ],
      [
        'sw_text=--only; at a sw_leave_out; sw_flush; echo "${sw_left_ids[*]} ${sw_events[a]:-}"',
        0,
        'a \n',
      ],
      [
        'sw_text=\'not wanted\'; at a sw_leave_out; sw_flush; echo "${#sw_left_ids[@]}"',
        0,
        '[1/4] skipped  a  A  (not wanted)\n0\n',
      ],
      [
        'sw_events=([a]=done); sw_text=--skip; at a sw_leave_out >/dev/null; echo "${sw_events[a]}"',
        0,
        'done\n',
      ],
    ],
    { before: PLAN },
  );
});

/** Runs the plan; prints what is told, the status, and the lines of the journal. */
const runs = (set: string, told: unknown): Row => [
  `: >"$sw_state/journal"; sw_boot=b; ${set || ':'}; sw_run_steps; sw_went=$?; sw_flush; echo "$sw_went"; lines`,
  0,
  told,
];

test('a plan runs from top to bottom, until something stops it', () => {
  const ok = '[1/4] ok       a  A\n[2/4] ok       b  B b\n';
  expectAnswers(
    temporaryHost(),
    [
      runs(
        'sw_events=([c]=done)',
        `${ok}[3/4] ok       c  C\n[4/4] ok       d  D\n0\nok\ta\nok\tb\nok\td\n`,
      ),
      runs(
        'sw_events=([c]=done) sw_part_events=([1]=" finished ")',
        `${ok}[3/4] ok       c  C\n[4/4] ok       d  D\n0\n`,
      ),
      runs(
        'answer_a=1 sw_events=([c]=done)',
        expect.stringMatching(
          /^applied a__apply\n\[1\/4\] changed  a  A {2}\(\d+ s\)\n[^]*0\nstart\ta\ndone\ta\nok\tb\nok\td\n$/,
        ),
      ),
      runs(
        '',
        expect.stringMatching(
          /applied c__apply\n\[3\/4\] changed  c  C[^]*0\nok\ta\nok\tb\nstart\tc\nok\td\n$/,
        ),
      ),
      runs(
        'answer_a=2',
        expect.stringMatching(
          /failed   a  A\n\nStep a failed: its check could not tell \(status 2\)\n1\nfailed\ta\n$/,
        ),
      ),
      runs(
        'answer_a=1; sw_apply() { sw_status=0; }',
        expect.stringMatching(
          /Step a failed: its commands ended without an error, and yet its check does not hold\n1\nstart\ta\nfailed\ta\n$/,
        ),
      ),
      runs(
        'answer_a=1 applied=7',
        expect.stringMatching(
          /Step a failed: a command ended with status 7\n1\nstart\ta\nfailed\ta\n$/,
        ),
      ),
      runs(
        'step e E until=a; e__check() { return 1; }; sw_index_of[a]=0; sw_ids=(e a) sw_options=(" until=a " " ") sw_titles=(E A); sw_events=([a]=done); answer_a=2',
        expect.stringMatching(
          /^\[1\/2\] failed   e  E\n\nStep e failed: whether a still holds, [^]*\n1\nfailed\te\n$/,
        ),
      ),
      // Nobody watches, and the check before it has had something to say.
      runs(
        `exec 7>>"$sw_log" 8>&7; sw_log_open=yes; a__check() { echo noise; }; b__check() { echo 'cannot tell'; return 5; }`,
        expect.stringMatching(
          /Step b failed: its check could not tell \(status 5\)\n {2}its last output:\n {4}\| cannot tell\n1\n/,
        ),
      ),
      runs('answer_a=1 applied=143 sw_stop=TERM', '1\n'),
      runs(
        'answer_a=1; sw_apply() { sw_stop=INT sw_status=143; }',
        expect.stringMatching(/stopped  a  A {2}\(on request\)\n1\nstart\ta\nstopped\ta\n$/),
      ),
      runs(
        'answer_a=1; sw_apply() { sw_stop=INT sw_status=0 answer_a=0; }',
        expect.stringMatching(/changed  a  A[^]*\n1\nstart\ta\ndone\ta\n$/),
      ),
      runs(
        'sw_events=([c]=done); step e E; e__check() { [[ -n $sw_stop ]]; }; sw_apply() { sw_stop=INT sw_status=0; }',
        expect.stringMatching(/changed  e  E[^]*\n1\n/),
      ),
      runs(
        'answer_a=1; a__check() { sw_stop=INT; return 1; }',
        expect.stringMatching(/stopped  a  A[^]*\n1\nstopped\ta\n$/),
      ),
      runs(
        'answer_a=1; sw_journal_broken=yes',
        expect.stringMatching(
          /Step a failed: nothing of it was done: [^]*journal cannot be written[^]*\n1\n$/,
        ),
      ),
      runs('step reboot R reboot; sw_events=([c]=done)', expect.not.stringContaining('reboot')),
    ],
    { before: PLAN },
  );
});

test('lines are as wide as the plan is long, and are held back only while all is well', () => {
  const many = 'for ((i = 0; i < 12; i++)); do step "s$i" S; done; ';
  expectAnswers(temporaryHost(), [
    [
      `${many}sw_index=2; sw_ok_line; sw_index=11; sw_line ok ''; echo -; sw_flush`,
      0,
      '-\n[ 3/12] ok       s2  S\n[12/12] ok       s11  S\n',
    ],
    [
      `${many}sw_index=2; sw_ok_line; sw_line would '' 'a remark'; echo -`,
      0,
      '[ 3/12] ok       s2  S\n[ 3/12] would    s2  S  (a remark)\n-\n',
    ],
    [`${many}sw_live=yes; sw_index=2; sw_ok_line; echo -`, 0, '[ 3/12] ok       s2  S\n-\n'],
    [
      `${many}sw_index=0; for ((i = 0; i < 100; i++)); do sw_ok_line; done | wc -l`,
      0,
      expect.stringMatching(/^\d\d\n$/),
    ],
    [
      `step a '%s \\n $(x)'; sw_index=0; sw_ok_line; sw_flush; echo "\${#sw_counts[ok]}"`,
      0,
      '[1/1] ok       a  %s \\n $(x)\n1\n',
    ],
  ]);
});

test('titles are made anew when a value was learnt, and nothing is asked that reads one before', () => {
  const before = `carried v text; v=''
steps() { step a A learns=v; step b "B $v" reads=v; step c C until=b; }
a__check() { is_carried v; }; b__check() { echo asked >&2; [[ -n $v ]]; }; c__check() { return 1; }
sw_apply() { carry v new; sw_status=0; }
sw_know_events; sw_make_plan
`;
  expectAnswers(
    temporaryHost(),
    [
      ['echo "${sw_titles[1]}|${sw_options[0]}|${sw_options[1]}"', 0, 'B $v| learns=v | \n'],
      ['sw_ask b; echo "$sw_status"', 0, '2\n'],
      [
        'sw_index=1; sw_ask b; sw_tell_doubt; echo "$sw_text"',
        0,
        'it depends on what a learns, which is not known (was that left out? run the script without --skip, --only and --from)\n',
      ],
      // Whether b holds still cannot be told: nothing is done anew for that.
      ['sw_events=([b]=done); sw_index=2; sw_look; echo "$sw_status $sw_doubt"', 0, '2 b\n'],
      [
        'sw_index=0; sw_status=1; sw_change; echo "${sw_titles[1]} ${#sw_ids[@]}"; sw_ask b 7>&1; echo "$sw_status"',
        0,
        '[1/3] changed  a  A  (0 s)\nB new 3\nasked\n0\n',
      ],
    ],
    { before },
  );
});
