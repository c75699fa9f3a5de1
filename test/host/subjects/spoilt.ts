import type { ProofName } from '../../../src/simulate/proofs/prove.ts';

/** One text of a script, and another in its place that makes it wrong. */
type Spoilt = readonly [what: string, from: string, to: string, proof: ProofName, says: RegExp];

/** Scripts that are wrong, by one text of theirs. */
export const SPOILT: readonly Spoilt[] = [
  [
    'nothing is said of another build',
    'warn "this $sw_script is of another build',
    ': "this $sw_script is of another build',
    'builds',
    /broken: \S+ of another build\nit ended with 0/,
  ],
  [
    'another build is refused',
    'warn "this $sw_script is of another build',
    'exit 3 "this $sw_script is of another build',
    'builds',
    /broken: \S+ of another build\nit ended with [1-9]/,
  ],
  [
    'the lock is not taken',
    'flock -w 1 9 ||',
    'true ||',
    'two-at-once',
    /broken: two runs at once\nthe second ended with (?!4)/,
  ],
  [
    'a restart is not waited for',
    'sw_refuse "the machine was not rebooted',
    ': "the machine was not rebooted',
    'refusals',
    /broken: refused part 2 before the restart\nit ended with 0 instead of 3/,
  ],
  [
    'a refusal comes after a change',
    '((${#sw_refusals[@]} > 0)) || return 0',
    'touch /etc/changed\n((${#sw_refusals[@]} > 0)) || return 0',
    'refusals',
    /broken: refused on another release\nit called: touch \/etc\/changed/,
  ],
  [
    'a finished part is refused when it is run again',
    '  sw_require_parts\n',
    '  ! sw_part_has "$sw_part" finished || sw_refuse "it is finished" "be glad"\n',
    'second-run',
    /diverged: part 1 run a second time\nit ended with 3, and the first time with 10\nit told no step/,
  ],
  [
    'a refusal does not say why',
    'sw_refuse "this machine runs ',
    'sw_refuse "this is ',
    'refusals',
    /broken: refused on another release\nit does not say /,
  ],
  [
    'a failure does not name its step',
    'sw_complain "Step $id failed: ',
    'sw_complain "It failed: ',
    'faults',
    /broken: made to exit 1[\s\S]*it does not say that step \S+ failed/,
  ],
  [
    'SIGTERM is ignored',
    "trap 'sw_asked_to_stop TERM' TERM",
    "trap '' TERM",
    'signals',
    /broken: SIGTERM, .*\nit was to stop with 143, and ended with 10/,
  ],
  [
    'SIGHUP ends it',
    "  trap '' HUP\n",
    "  trap 'exit 1' HUP\n",
    'signals',
    /broken: SIGHUP, .*\nit ended with 1 instead of /,
  ],
  [
    'a look at /var leaves a trace',
    '[[ -w $sw_text ]] ||',
    'touch /etc/found && [[ -w $sw_text ]] ||',
    'read-only',
    /broken: a read-only \/var\nit touched \/etc\/found/,
  ],
  [
    'a value is executed',
    `printf -v "$sw_name" '%s' "$sw_value"`,
    'eval "$sw_name=\\"$sw_value\\"" 2>/dev/null',
    'hostile',
    /broken: hostile values, \S+\na value was executed/,
  ],
  [
    'a value loses its last blank',
    `printf -v "$sw_name" '%s' "$sw_value"`,
    `printf -v "$sw_name" '%s' "\${sw_value% }"`,
    'hostile',
    /broken: hostile values, \S+\nnotes=".* " became \[/,
  ],
  [
    'Ctrl-C ends a command half-way',
    `setsid --wait "$BASH" -p -c 'trap : TERM; "$@" 9>&-; exit' bash "$@"`,
    `perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' -- "$@" 9>&-`,
    'signals',
    /broken: SIGINT[\s\S]*step fragile/,
  ],
  [
    'something is done as it is read',
    '\n',
    '\ntouch /etc/read\n',
    'half-scripts',
    /broken: the first \d+ characters of \S+\n[\s\S]*it touched \/etc\/read/,
  ],
  [
    'a journal that was cut is refused',
    'header=${sw_journal[0]:-}\n',
    "header=${sw_journal[0]:-}\n[[ ${sw_journal[-1]} == *$'\\n' ]] || header=''\n",
    'journals',
    /broken: journal cut[\s\S]*it ended with 3/,
  ],
];
