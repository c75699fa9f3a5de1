import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, type Row } from '../../support/modules.ts';

const DECLARED = `name=walt; parameter name identifier 'A name.'
step a A; step b B once; step reboot R reboot
sw_more_options[--more]='More.'
take() { sw_take_options "$@"; sw_check_step_names; printf '%s\\n' "\${sw_wrong[@]}"; }
`;

/** Takes these words, which are not wrong, and prints \`shown\`. */
const right = (words: string, shown: string, printed: string): Row => [
  `take ${words} | sed '/^$/d'; sw_take_options ${words}; printf '%s' "${shown}"`,
  0,
  printed,
];

/** Takes these words, of which this is said, and nothing else. */
const wrong = (words: string, ...told: readonly string[]): Row => [
  `take ${words}`,
  0,
  told.map((line) => `${line}\n`).join(''),
];

test('what is right is taken', () => {
  expectAnswers(
    temporaryHost(),
    [
      right('', '$sw_mode $sw_yes $sw_reboot', 'run no ask'),
      right('-y --reboot --allow-ssh', '$sw_yes $sw_reboot $sw_allow_ssh', 'yes yes yes'),
      right('--set name=x --set=name=y', '$name ${sw_origins[name]}', 'y flag'),
      right('--from a --from=b', '$sw_from', 'b'),
      right('--skip a --skip=b --skip a', '${sw_skip[*]}', 'a b a'),
      right('--only b', '$sw_only', 'b'),
      right('--more --more', '${sw_taken_options[*]}', '--more --more'),
      right("--log '/a b/$(x)'", '$sw_log', '/a b/$(x)'),
      right('--color=never --colour always', '$sw_colour_wanted', 'always'),
      right('--list --list', '$sw_mode', 'list'),
      right('-h --list', '$sw_mode', 'help'),
      right('--status --help', '$sw_mode', 'help'),
    ],
    { before: DECLARED },
  );
});

test('what is wrong is told, all of it', () => {
  expectAnswers(
    temporaryHost(),
    [
      wrong(
        "--no '-' 'a b' '' -Y",
        "no such option: '--no'",
        "no such option: '-'",
        "nothing but options is taken, got 'a b'",
        "nothing but options is taken, got ''",
        "no such option: '-Y'",
      ),
      wrong(
        '--list --status --check',
        'either --list or --status, not both',
        'either --list or --check, not both',
      ),
      wrong('--set', '--set needs a value'),
      wrong('--yes --log', '--log needs a value'),
      wrong(
        '--from= --only "" --skip=',
        '--from needs the name of a step (see --list)',
        '--only needs the name of a step (see --list)',
        '--skip needs the name of a step (see --list)',
      ),
      wrong(
        "--from 'x[$(touch y)]' --skip '*' --skip 0",
        "no such step: 'x[$(touch y)]' (see --list)",
        "no such step: '*' (see --list)",
        "no such step: '0' (see --list)",
      ),
      wrong('--from --yes', "no such step: '--yes' (see --list)"),
      wrong(
        '--skip reboot --only reboot',
        'reboot is the reboot at the end: it can be neither left out nor run by itself',
        'reboot is the reboot at the end: it can be neither left out nor run by itself',
        '--only runs one step alone: leave out --from and --skip',
      ),
      wrong('--only a --from b', '--only runs one step alone: leave out --from and --skip'),
      wrong(
        '--log x --log / --log=',
        "--log must be an absolute path, got 'x'",
        "--log must be an absolute path, got '/'",
        "--log must be an absolute path, got ''",
      ),
      wrong('--log /dev', "--log must be a plain file, and '/dev' is none"),
      wrong('--log /dev/null', "--log must be a plain file, and '/dev/null' is none"),
      wrong(
        "--color=''  --colour RED",
        "--color must be auto, always or never, got ''",
        "--colour must be auto, always or never, got 'RED'",
      ),
      wrong(
        '--set name=- --set x=1',
        "--set name: must be a name of letters, digits and _ . @ : + -, not beginning with a sign, got '-'",
        '--set x: no such parameter; there are: name',
      ),
      wrong('--more=x', "no such option: '--more=x'"),
    ],
    { before: DECLARED },
  );
});

test('with anything wrong the script is over, with its remedy', () => {
  expectAnswers(
    temporaryHost(),
    [
      ...all(0, ['sw_usage_errors']),
      [
        "sw_wrong=('one' 'two'); sw_usage_errors",
        2,
        'upgrade.sh: one\nupgrade.sh: two\nTry: bash upgrade.sh --help\n',
      ],
      [
        "sw_options=(' a reboot '); sw_usage | grep -c -e '--reboot '; sw_options=(' reboots '); sw_usage | grep -c -e '--reboot '",
        1,
        '1\n0\n',
      ],
      [
        "sw_set name=n recorded; sw_usage | sed -n '/--help /,$p'",
        0,
        expect.stringMatching(
          /--help +show this\n {2}--more +More.\n\nParameters:\n {2}name=n {2}\(as an earlier run had it\)\n {6}A name.\n {6}\(a name of letters.*\)\n\nExit status: 0 done;/,
        ),
      ],
    ],
    { before: DECLARED },
  );
});
