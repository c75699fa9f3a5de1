import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers } from '../../support/modules.ts';

const RUN = `step a A; step r R reboot; sw_scripts=(one.sh two.sh) sw_folder=/root sw_reboot=ask
systemctl() { echo "systemctl $*"; }; sync() { echo sync; }
finished() { sw_part_events=([1]=' begin  finished '); sw_part_boots=([1]="$1"); }
`;

test('whether the machine was rebooted since the part finished', () => {
  expectAnswers(
    temporaryHost(),
    [
      ...all(1, [
        'sw_rebooted',
        'finished boot; sw_rebooted',
        "sw_part_events=([1]=' begin '); sw_rebooted",
      ]),
      ...all(0, ['finished other; sw_rebooted', "finished ''; sw_rebooted"]),
      ['sw_reboot_line; sw_flush', 0, '[2/2] reboot   r  R  (needed)\n'],
      ['finished other; sw_reboot_line; sw_flush', 0, '[2/2] ok       r  R\n'],
    ],
    { before: RUN },
  );
});

test('it is rebooted when that was said, and told otherwise', () => {
  const by_hand = 'Reboot the machine now (systemctl reboot). Then run: bash /root/two.sh\n';
  expectAnswers(
    temporaryHost(),
    [
      ['sw_end_with_reboot', 10, by_hand],
      [
        'sw_reboot=yes; sw_end_with_reboot',
        10,
        'Rebooting. Then run: bash /root/two.sh\nsync\nsystemctl reboot\n',
      ],
      [
        'finished other; sw_reboot=yes; sw_end_with_reboot',
        0,
        'The machine was rebooted already: go on with: bash /root/two.sh\n',
      ],
      [
        "sw_folder='/tmp/a b'; sw_end_with_reboot",
        10,
        `note: the reboot empties '/tmp/a b': copy the scripts to /root before\n${by_hand.replace('/root/two.sh', "'/tmp/a b/two.sh'")}`,
      ],
      [
        'sw_folder=/run; sw_end_with_reboot',
        10,
        expect.stringContaining("the reboot empties '/run'"),
      ],
      ['sw_folder=/tmpx; sw_end_with_reboot', 10, by_hand.replace('/root', '/tmpx')],
      ['SUDO_USER=me; sw_end_with_reboot', 10, by_hand.replace('bash', 'sudo bash')],
      [
        'sw_hooks_reboot=(echo); sw_locked_out=yes sw_reboot=yes; sw_end_with_reboot',
        10,
        'Not rebooted: nobody may get in after that, see above. Mend it, and run this script again;\nor reboot all the same (systemctl reboot). Then run: bash /root/two.sh\n',
      ],
      ['sw_locked_out=yes; sw_end_with_reboot', 10, by_hand],
      [
        'bad() { return 1; }; sw_hooks_reboot=(bad); sw_reboot=yes; sw_end_with_reboot',
        10,
        'Not rebooted. Reboot by hand (systemctl reboot). Then run: bash /root/two.sh\n',
      ],
      [
        'systemctl() { return 1; }; sw_reboot=yes; sw_end_with_reboot',
        10,
        'Rebooting. Then run: bash /root/two.sh\nsync\nThe reboot did not begin: reboot by hand (systemctl reboot).\n',
      ],
      [
        'sw_stop=INT sw_reboot=yes; sw_end_with_reboot',
        10,
        'Not rebooted. Reboot by hand (systemctl reboot). Then run: bash /root/two.sh\n',
      ],
      [
        'sync() { sw_stop=INT; }; sw_reboot=yes; sw_end_with_reboot',
        10,
        'Rebooting. Then run: bash /root/two.sh\nNot rebooted, as was asked: reboot by hand (systemctl reboot).\n',
      ],
      [
        'sw_terminal=yes; sw_ask_on_terminal() { printf "%s" "Y${1%%?*}"; }; sw_end_with_reboot',
        10,
        'Rebooting. Then run: bash /root/two.sh\nsync\nsystemctl reboot\n',
      ],
      ['sw_terminal=yes; sw_ask_on_terminal() { return 1; }; sw_end_with_reboot', 10, by_hand],
      [
        'sw_taken_options=(--resume); sw_reboot_now two.sh',
        0,
        'Rebooting. two.sh goes on by itself after that. Follow it then: tail -f HOST/log\nsync\nsystemctl reboot\n',
      ],
    ],
    { before: RUN },
  );
});
