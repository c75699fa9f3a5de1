import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers } from '../../support/modules.ts';

const RUN = `step one 'The first'; sw_index=0 sw_folder=/root/x sw_default_log=$sw_log
exec 8>>"$sw_log"; sw_log_open=yes
log() { printf '%b' "$1" >>"$sw_log"; }
`;

test('what a command came to', () => {
  expectAnswers(
    temporaryHost(),
    (
      [
        [1, 'a command ended with status 1'],
        [127, 'a command ended with status 127'],
        [128, 'a command ended with status 128'],
        [137, 'a command was ended by signal KILL (status 137)'],
        [143, 'a command was ended by signal TERM (status 143)'],
        [193, 'a command ended with status 193'],
        [255, 'a command ended with status 255'],
      ] as const
    ).map(([status, told]) => [`sw_tell_end ${status}; printf '%s' "$sw_text"`, 0, told]),
  );
});

const take = (count: number) => `sw_take_output ${count}; printf '[%s]' "\${output[@]}"`;

test('the last output of a step, and no more', () => {
  expectAnswers(
    temporaryHost(),
    [
      [take(0), 0, '[]'],
      [`log 'a\\nb\\n'; ${take(0)}`, 0, '[a][b]'],
      [`log 'c\\nd\\n'; ${take(1)}`, 0, '[a][b][c]'],
      [take(9), 0, '[a][b][c][d]'],
      [`log '# 2026-01-01 00:00:00 --- x\\n# no mark\\n  e\\n'; ${take(0)}`, 0, '[# no mark][  e]'],
      [
        `log "$(printf 'x%.0s\\n' {1..30})"; ${take(0)} | tr -d 'x' | wc -c`,
        0,
        expect.stringMatching(/^\d+\n$/),
      ],
      [`sw_log=/nowhere; ${take(0)}`, 0, '[]'],
    ],
    { before: `${RUN}output=()\n` },
  );
});

const fails = (bash: string): string => `: >"$sw_log"; ${bash}`;

test('a failure is told with all that helps', () => {
  expectAnswers(
    temporaryHost(),
    [
      [
        fails("sw_fail 'its check could not tell'"),
        0,
        '[1/1] failed   one  The first\n\nStep one failed: its check could not tell\n',
      ],
      [
        fails("log 'out\\n'; printf '7\\nrm x\\n' >\"$sw_state/failure\"; sw_fail '' 7"),
        0,
        '[1/1] failed   one  The first\n\nStep one failed: a command ended with status 7\n  command: rm x\n  its last output:\n    | out\n',
      ],
      [
        fails(
          "log 'out\\nno\\nmore\\n'; printf '1\\n\\nno\\nmore\\n' >\"$sw_state/failure\"; sw_fail '' 1",
        ),
        0,
        '[1/1] failed   one  The first\n\nStep one failed: no\n  more\n  its last output:\n    | out\n',
      ],
      [
        fails("printf '1\\n\\nodd \\033[31m\\n' >\"$sw_state/failure\"; sw_fail '' 1"),
        0,
        expect.stringContaining('Step one failed: odd  [31m\n'),
      ],
      [
        fails('rm "$sw_state/failure"; sw_fail \'\' 137'),
        0,
        expect.stringContaining('a command was ended by signal KILL (status 137)'),
      ],
      [
        fails("sw_once=yes; one__undo() { advise 'put  it back'; }; sw_fail no"),
        0,
        expect.stringMatching(
          /does it again from its beginning; to leave it out: --skip one\n {2}to take it back: put {2}it back\n$/,
        ),
      ],
      [
        fails('sw_journal_broken=yes; sw_fail no; echo "$sw_failed"'),
        0,
        expect.stringMatching(/\nyes\n$/),
      ],
      ["sw_tell_lines '> ' a $'b\\tc'", 0, '> a\n> b c\n'],
    ],
    { before: RUN },
  );
});

test('the command that goes on is the one that was given', () => {
  const line = "sw_tell_how_to_go_on ', now' | tail -n 1".replace(' |', ' 2>&1 |');
  expectAnswers(
    temporaryHost(),
    [
      [line, 0, '  to go on, now: bash /root/x/upgrade.sh\n'],
      [`sw_folder='/a b'; ${line}`, 0, "  to go on, now: bash '/a b/upgrade.sh'\n"],
      [`SUDO_USER=x; ${line}`, 0, '  to go on, now: sudo bash /root/x/upgrade.sh\n'],
      [
        `note=; parameter note text N; sw_set "note=it's" flag; sw_skip=(a b) sw_allow_ssh=yes sw_yes=yes sw_reboot=yes sw_taken_options=(--resume); ${line}`,
        0,
        "  to go on, now: bash /root/x/upgrade.sh --skip a --skip b --allow-ssh --yes --reboot --resume --set 'note=it'\\''s'\n",
      ],
      [`sw_only=one; ${line}`, 0, '  to go on, now: bash /root/x/upgrade.sh --only one\n'],
      [`sw_from=one; ${line}`, 0, '  to go on, now: bash /root/x/upgrade.sh --from one\n'],
      ...['name', 'words', 'arguments', 'id', 'line'].map(
        (name) =>
          [
            `${name}=; parameter ${name} text N; sw_set ${name}=x flag; ${line}`,
            0,
            `  to go on, now: bash /root/x/upgrade.sh --set ${name}=x\n`,
          ] as const,
      ),
      [
        'sw_log_broken=yes; sw_tell_how_to_go_on "" 2>&1 | sed -n 2p',
        0,
        '  not all of it could be written: is the disk full? see: df HOST/log\n',
      ],
    ],
    { before: RUN },
  );
});
