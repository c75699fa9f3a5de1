import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, type Row } from '../../support/modules.ts';

/** A script of one step; all that it would do to this machine goes below the host's directory. */
const SCRIPT = `own=$sw_state
parameters() { note=x; parameter note text 'A note.'; }
steps() { step one 'The one'; }
preflight() { :; }
one__check() { [[ -e $own/one ]]; }
one__apply() { run touch "$own/one"; }
main() {
  sw_bash=4.4 sw_default_log=$sw_log sw_folder=/root sw_lock=$own/lock
  require_root() { :; }
  perform "$@"
}
`;

test('a procedure has its names, and a script its place', () => {
  expectAnswers(temporaryHost(), [
    [
      'procedure p \'A  title\' 4.4; echo "$sw_procedure|$sw_title|$sw_bash|$sw_state|$sw_log|$sw_script"',
      0,
      'p|A  title|4.4|/var/lib/stepwright/p|/var/log/stepwright/p.log|script\n',
    ],
    ['procedure p t 4.4; echo "$sw_folder"', 0, 'HOST\n'],
    [
      'part 2 \'a b.sh\' c.sh; echo "$sw_part ${#sw_scripts[@]} ${sw_scripts[0]}"',
      0,
      '2 2 a b.sh\n',
    ],
  ]);
});

test('what the caller had set does not count', () => {
  expectAnswers(temporaryHost(), [
    // A program that comes to stand in front of another one is found.
    [
      'mkdir a b; printf "#!/bin/sh\\necho \\$0\\n" | tee a/tool >b/tool; chmod +x b/tool; sw_settle_shell; PATH=$PWD/a:$PWD/b:$PATH; tool; chmod +x a/tool; tool',
      0,
      'HOST/home/b/tool\nHOST/home/a/tool\n',
    ],
    [
      'set -e -f -m; umask 077; export LANGUAGE=de POSIXLY_CORRECT=1 GREP_OPTIONS=-v CDPATH=/ TMPDIR=/nowhere; unset HOME; sw_settle_shell; echo "$-" | tr -d "a-zB-Z"; [[ $- != *[efm]* ]]; echo "$? $(umask) $HOME $PATH $LC_ALL ${LANGUAGE-}${POSIXLY_CORRECT-}${GREP_OPTIONS-}${CDPATH-}"; printenv TMPDIR',
      1,
      '\n0 0022 /root /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin C.UTF-8 \n',
    ],
    ...['unset TMPDIR', 'export TMPDIR='].map((given): Row => [
      `${given}; sw_settle_shell; [[ -w /run && $TMPDIR == /run || ! -w /run && -z \${TMPDIR+x} ]]; echo "$?"; printenv TMPDIR`,
      1,
      '0\n',
    ]),
    [
      'export TMPDIR=$PWD; sw_settle_shell; [[ $TMPDIR == "$PWD" ]] && printenv TMPDIR >/dev/null',
      0,
      '',
    ],
    ['exec 0<&- 2>&-; sw_settle_shell; cat; echo ok', 0, 'ok\n'],
  ]);
});

/** The whole procedure has come to its end. */
const ended =
  'printf \'stepwright-journal 1 test-procedure\\n5\\tb\\t2\\tbegin\\t-\\t\\n6\\tb\\t2\\tfinished\\t-\\t\\n\' >"$own/journal"; sw_scripts=(upgrade.sh two.sh)';
const past =
  'test-procedure has gone on past upgrade.sh on this machine: nothing is left to do here.\n';
const finished = 'upgrade.sh: test-procedure is finished on this machine,';
const anew =
  'nothing was changed.\n  To have every step looked at anew: mv HOST/state/journal HOST/state/journal.old\n';

test('a run: what is only asked for, what is wrong, and what keeps it from starting', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['main --version', 0, 'test-procedure, upgrade.sh\n'],
      ['main --list', 0, '1  one  The one\n'],
      ['main --help | sed -n 1,3p', 0, 'Use: bash upgrade.sh [OPTION…]\n\nA test\n'],
      [
        'main --only two --no',
        2,
        "upgrade.sh: no such option: '--no'\nupgrade.sh: no such step: 'two' (see --list)\nTry: bash upgrade.sh --help\n",
      ],
      ['main --check', 0, 'Nothing keeps this script from starting. Its steps:\n1  one  The one\n'],
      ['main --dry-run', 0, expect.stringMatching(/^\[1\/1\] would    one  The one\n {11}touch /)],
      ['main --status', 0, expect.stringContaining('upgrade.sh: not begun')],
      [
        'main </dev/null',
        3,
        'upgrade.sh cannot start; nothing was changed.\n  - there is no terminal to ask on\n    say --yes to go on without being asked\n',
      ],
      [
        'preflight() { sw_refuse no "do"; }; main --yes',
        3,
        'upgrade.sh cannot start; nothing was changed.\n  - no\n    do\n',
      ],
      ['sw_look_at_lock() { return 4; }; main --yes', 4, ''],
      ['[[ ! -e $own/one && ! -e $own/journal ]]', 0],
      [
        'main --yes',
        0,
        expect.stringMatching(
          /^\[1\/1\] changed  one  The one {2}\(\d+ s\)\n1 changed, 0 ok, 0 skipped, in \d s\nA test: done.\n$/,
        ),
      ],
      ['main --yes', 0, expect.stringMatching(/^\[1\/1\] ok       one  The one\n0 changed, 1 ok/)],
      [
        'rm "$own/one"; one__apply() { run false; }; main --yes',
        1,
        expect.stringMatching(/Step one failed: a command ended with status 1\n {2}command: false/),
      ],
      [
        'echo x >"$own/journal"; main --yes',
        3,
        expect.stringContaining('cannot be read as a journal'),
      ],
      [
        'printf \'stepwright-journal 1 test-procedure\\n5\\tb\\t2\\tbegin\\t-\\t\\n\' >"$own/journal"; sw_scripts=(upgrade.sh two.sh); main --yes',
        0,
        'test-procedure has gone on past upgrade.sh on this machine: nothing is left to do here.\n',
      ],
      [
        'sw_scripts=(upgrade.sh two.sh); main --yes --set note=new',
        3,
        `upgrade.sh: test-procedure has gone on past upgrade.sh on this machine, with other values of: note; ${anew}`,
      ],
      ...(
        [
          ['main --yes', 0, past],
          ['main --yes --set note=x', 0, past],
          ['main --yes --set note=new', 3, `${finished} with other values of: note; ${anew}`],
          ['echo \'note=new\' >"$own/parameters"; main --yes --set note=new', 0, past],
          ['main --yes --set note=x', 3, `${finished} with other values of: note; ${anew}`],
          ['main --yes', 0, past],
          [
            'sw_is_known_build() { return 1; }; main --yes',
            3,
            `${finished} by another build of upgrade.sh; ${anew}`,
          ],
        ] as const
      ).map(([bash, status, told]): Row => [`${ended}; ${bash}`, status, told]),
    ],
    { before: SCRIPT },
  );
});

test('somebody says yes, or nothing was changed', () => {
  const before = 'step a A; step b B';
  const asked = 'A test\n2 steps. Go on? [y/N] ';
  expectAnswers(
    temporaryHost(),
    [
      ['sw_yes=yes; sw_ask_consent', 0, ''],
      ...['y', 'Yes', 'yo'].map((word) => [`sw_ask_consent <<<'${word}'`, 0, asked] as const),
      ...['', 'n', '-y', 'sure'].map(
        (word) => [`sw_ask_consent <<<'${word}'`, 3, `${asked}Nothing was changed.\n`] as const,
      ),
      ['sw_ask_consent </dev/null', 3],
      [
        'sw_open_state() { return 1; }; sw_open_notes',
        3,
        'upgrade.sh: HOST/state or HOST/log cannot be written; nothing was changed.\n  Is the disk full? See: df HOST/state HOST/log; df -i HOST/state HOST/log\n',
      ],
      ['sw_open_notes; tail -n 1 "$sw_state/journal" | cut -f 4-5', 0, 'begin\t-\n'],
      [
        'sw_read_journal; sw_log=/dev/full; sw_open_notes',
        3,
        expect.stringContaining('cannot be written'),
      ],
    ],
    { before },
  );
});
