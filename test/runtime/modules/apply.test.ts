import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied, stops } from '../../support/modules.ts';

const STEP = `step a A; sw_index=0; exec 8>>"$sw_log"; sw_log_open=yes
applied() { : >"$sw_log"; sw_apply "$1"; echo "$sw_status"; cat "$sw_log"; }
`;

test('what a command prints is its own, wherever it goes: it is noted in the log', () => {
  const body =
    'cd "${sw_state%/*}"; run echo a >"f 1"; x=$(run echo b); run printf "c%s" "$x" | run cat >f2; echo "[$x]$(<"f 1")$(<f2)"';
  expectAnswers(
    temporaryHost(),
    [
      [
        `f() { ${body}; }; applied f`,
        0,
        // Both ends of a pipe are begun at once.
        expect.stringMatching(
          /^0\n\+ echo a\n\+ echo b\n(\+ printf c%s b\n\+ cat\n|\+ cat\n\+ printf c%s b\n)\[b\]acb\n$/,
        ),
      ],
      [
        'f() { local x; x=$(: >"$sw_state/stop"; run echo b); echo "went on $x"; }; applied f',
        0,
        '143\nstopped before: echo b\n',
      ],
    ],
    { before: STEP },
  );
});

test('a command is noted as it would be typed, and run as it is', () => {
  expectApplied(temporaryHost(), [
    [
      "run printf '[%s]' 'a b' '$(x)' '*' '' -n",
      0,
      "+ printf '[%s]' 'a b' '$(x)' '*' '' -n\n[a b][$(x)][*][][-n]",
    ],
    ['run false; echo went on', 1, '+ false\n'],
    ['run nosuch; echo went on', 127, expect.stringContaining('+ nosuch\n')],
    // A name that no function can have.
    ['run a=b; echo went on', 127, expect.stringMatching(/^\+ a=b\nbash: line \d+: a=b: .*\n$/)],
    ['exec 9>"$sw_state/lock"; run bash -c "echo x >&9" 2>/dev/null; echo went on', 1],
    [
      'sw_planning=yes; run touch "$sw_state/x y"; [[ ! -e $sw_state/x\\ y ]]',
      0,
      "           touch 'HOST/state/x y'\n",
    ],
    [
      'sw_stop=TERM; run touch "$sw_state/x"; echo went on',
      143,
      "stopped before: touch 'HOST/state/x'\n",
    ],
    ['[[ -e $sw_state/stopped && ! -e $sw_state/x ]]', 0],
    ['sw_stop=TERM sw_once=yes; run true', 0, '+ true\n'],
    [': >"$sw_state/stop"; run true', 143, 'stopped before: true\n'],
    // What is for the step's shell itself; a function has the lock, and what it runs apart has not.
    [
      'rm "$sw_state/stop"; run cd /; run umask 031; pwd; umask',
      0,
      '+ cd /\n+ umask 031\n/\n0031\n',
    ],
    [
      'exec 9>"$sw_state/lock"; f() { echo "$1" >&9; sw_run_apart bash -c "echo x >&9" 2>/dev/null || echo shut; }; run f y; cat "$sw_state/lock"',
      0,
      '+ f y\nshut\ny\n',
    ],
    // Told to end with all others, the shell around a command waits for it.
    [
      `sw_run_apart bash -c 'trap "" TERM; kill -TERM "$PPID"; sleep 0.3; echo ended; exit 7' || echo "$?"`,
      0,
      'ended\n7\n',
    ],
    ['sw_run_apart bash -c \'kill -TERM "$$"\' 2>/dev/null || echo "$?"', 0, '143\n'],
    // Somebody else at work is waited for, with a limit.
    [
      'times=3; find_one() { holder=x; ((times-- > 0)); }; sleep() { echo "slept $1"; }; sw_outwait find_one 60 end',
      0,
      'waiting: x\nslept 2\nslept 2\nslept 2\n',
    ],
    [
      'find_one() { holder=x; }; sleep() { :; }; sw_outwait find_one 4 "let go"; echo went on',
      1,
      'waiting: x\nx, and did not let go within 4 seconds\nlet it finish, or end it; then run this script again\n',
    ],
    ['sw_stop=INT; sw_ended_on_request 130', 0],
    ['sw_stop=INT sw_once=yes; sw_ended_on_request 130', 1],
    ['sw_stop=TERM; sw_ended_on_request 130', 1],
  ]);
});

test('a failure is noted once, by who knows it best', () => {
  expectApplied(temporaryHost(), [
    stops("fail 'it  is' 'like *' '$(x)'", 'it  is\nlike *\n$(x)\n'),
    ['cat "$sw_state/failure"', 0, '1\n\nit  is\nlike *\n$(x)\n'],
    ['(sw_asking=yes; fail "a b" c) || echo "$?"', 0, 'a b\nc\n1\n'],
    [
      'sw_note_failure 1 other || echo "$?"; cat "$sw_state/failure"; rm "$sw_state/failure"',
      1,
      '',
    ],
    [
      'sw_command=(a \'b c\'); (sw_note_failure 7 \'"$@"\') || cat "$sw_state/failure"',
      0,
      "7\na 'b c'\n",
    ],
    ['(sw_note_failure 7 other) || cat "$sw_state/failure"', 0, "7\na 'b c'\n"],
    ['(sw_note_failure 8 $\'two\\nlines\') || cat "$sw_state/failure"', 0, '8\ntwo lines\n'],
    ['sw_planning=yes; fail one two; echo went on', 1, '           stop: one\n'],
  ]);
});

test('what a step comes to: its status, its log, and what failed', () => {
  const failure = 'cat "$sw_state/failure" 2>/dev/null || :';
  expectAnswers(
    temporaryHost(),
    [
      ['f() { echo out; echo err >&2; }; applied f', 0, '0\nout\nerr\n'],
      [
        `f() { run echo a; run false; run echo b; }; applied f; ${failure}`,
        0,
        '1\n+ echo a\na\n+ false\n1\nfalse\n',
      ],
      [`f() { x=$(exit 5); echo on; }; applied f; ${failure}`, 0, '5\n5\nx=$(exit 5)\n'],
      ['f() { false | true; echo on; }; applied f', 0, '1\n'],
      [`f() { fail no; }; applied f; ${failure}`, 0, '1\nno\n1\n\nno\n'],
      ['f() { cat; read -r x || echo "no input"; }; applied f', 0, '0\nno input\n'],
      ['f() { exit 9; }; applied f', 0, '9\n'],
      [
        `f() { (fail 'only looked') || :; run bash -c 'exit 1'; }; applied f >/dev/null; ${failure}`,
        0,
        "1\nbash -c 'exit 1'\n",
      ],
      ['f() { kill -9 "$BASHPID"; }; applied f', 0, '137\n'],
      ['f() { name=changed; cd /; }; name=kept; applied f; echo "$name"', 0, '0\nkept\n'],
      [
        'sw_once=yes; f() { :; }; applied f; tail -n 1 "$sw_state/journal" | cut -f 4-5',
        0,
        '0\ndone\ta\n',
      ],
      [
        'sw_once=yes sw_journal_broken=yes; f() { :; }; applied f',
        0,
        expect.stringMatching(/^1\nit is done, but .*journal cannot be written/),
      ],
      ['sw_answers=([x]=0); f() { :; }; applied f >/dev/null; echo "${#sw_answers[@]}"', 0, '0\n'],
      [
        'echo old >"$sw_state/failure"; : >"$sw_state/stop"; f() { :; }; applied f; ls "$sw_state"',
        0,
        expect.not.stringMatching(/failure|stop/),
      ],
      [
        'sw_live=yes; f() { echo shown; sleep 0.3; }; : >"$sw_log"; sw_apply f; echo "$sw_status"',
        0,
        '         shown\n0\n',
      ],
    ],
    { before: STEP },
  );
});

test('a stop that is asked for lets the command end', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_asked_to_stop TERM; echo "$sw_stop"', 0, 'TERM\n'],
      [
        'sleep 1 & sw_child=$!; sw_asked_to_stop INT; wait "$sw_child"; echo "$?"',
        0,
        'SIGINT: stopping as soon as the command that runs now has ended (see HOST/log)\n143\n',
      ],
      [
        'sleep 1 & sw_child=$!; sw_once=yes; sw_asked_to_stop INT | cut -d "(" -f 1',
        0,
        'SIGINT: stopping as soon as step a has ended \n',
      ],
      // A signal that comes after the step's shell was started, and before its number is known.
      [
        'sw_stop=INT; f() { run true; }; applied f | grep ^SIG | cut -d "(" -f 1; rm "$sw_state/stop"; rm -f "$sw_state/stopped"',
        0,
        'SIGINT: stopping as soon as the command that runs now has ended \n',
      ],
      ...([
        ['sw_ended_on_request 143', 0],
        ['sw_ended_on_request 1', 1],
        [': >"$sw_state/failure"; sw_ended_on_request 143', 1],
        [': >"$sw_state/failure"; : >"$sw_state/stopped"; sw_ended_on_request 143', 0],
        [
          'sw_log_size n; : >"$sw_log"; sw_log_size n; echo x >>"$sw_log"; sw_log_size n; ((n == 2))',
          0,
        ],
        ['sw_log=/nowhere/x; sw_log_size n; ((n == 0))', 0],
        ['sw_stop=INT; sw_has_to_stop', 0],
        ['rm -f "$sw_state/stop"; sw_has_to_stop', 1],
        ['(exit 6) & sw_await $!; ((sw_status == 6))', 0],
        ['(exit 6) & sw_see_end $!; ((status == 6))', 0],
        // A signal does not end what is waited for.
        [
          'trap : TERM; me=$BASHPID; (sleep 0.1; kill -TERM "$me"; sleep 0.2; exit 6) & sw_see_end $!; ((status == 6))',
          0,
        ],
      ] as [string, number][]),
    ],
    { before: STEP },
  );
});
