import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers } from '../../support/modules.ts';

const RUN = `cd "\${sw_state%/*}"; mkdir -p 'my scripts' units/multi-user.target.wants; sw_folder="$PWD/my scripts"
sw_units=$PWD/units sw_scripts=(one.sh two.sh three.sh) sw_state=$PWD/state
exec 7>/dev/null
make() { for name in two three; do printf '#!/bin/bash\\n# %s.sh of test-procedure: x\\n:\\n# End of the script.\\n' "$name" >"$sw_folder/$name.sh"; done; }
make
systemctl() { echo "systemctl $*" >>calls; ! grep -q broken calls; }
sync() { :; }
sw_taken_options=(--resume)
unit() { sw_print_go_on u | bash -n && sw_print_unit u; }
`;

const refused = (name: string) =>
  `--resume needs ${name} of test-procedure beside this script, in HOST/my scripts\ncopy it there; or leave --resume out, and run it by hand\n`;

const cut = (name: string) =>
  `--resume needs the whole of ${name}, and what is in HOST/my scripts is cut short\ncopy it there again; or leave --resume out, and run it by hand\n`;

test('what --resume needs before anything is changed', () => {
  const needs = 'sw_require_resume; printf "%s\\n" "${sw_refusals[@]}"';
  const systemd = '[[ -d /run/systemd/system ]] || sw_refusals=("${sw_refusals[@]:2}")';
  const rest = `sw_require_resume; ${systemd}; printf "%s\\n" "\${sw_refusals[@]}"`;
  expectAnswers(
    temporaryHost(),
    [
      [`sw_taken_options=(); ${needs}; echo "$sw_reboot"`, 0, '\nask\n'],
      [`${rest}; echo "$sw_reboot"`, 0, '\nyes\n'],
      [`rm "$sw_folder/three.sh"; ${rest}`, 0, refused('three.sh')],
      [`make; sed -i 's/ of test-/ of other-/' "$sw_folder/two.sh"; ${rest}`, 0, refused('two.sh')],
      [`make; : >"$sw_folder/two.sh"; ${rest}`, 0, refused('two.sh')],
      [
        `make; sed -i 's/^# End.*/# End of the scri/' "$sw_folder/three.sh"; ${rest}`,
        0,
        cut('three.sh'),
      ],
      [`make; for i in 1 2 3; do echo more >>"$sw_folder/two.sh"; done; ${rest}`, 0, cut('two.sh')],
      [`make; sw_part=3; ${rest}`, 0, '\n'],
      ['resume_after_reboot; echo "${!sw_more_options[*]}"', 0, '--resume\n'],
      [
        'sw_part=3; resume_after_reboot; echo "[${!sw_more_options[*]}] ${sw_hooks_end[*]: -1}"',
        0,
        '[] sw_remove_resume\n',
      ],
    ],
    { before: RUN },
  );
});

test('the scripts and the unit are there, or the machine is not rebooted', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['sw_taken_options=(); sw_copy_scripts && sw_install_resume; ls state', 0, 'carried\n'],
      [
        'sw_copy_scripts; stat -c "%a %n" state/resume state/resume/*',
        0,
        '700 state/resume\n700 state/resume/three.sh\n700 state/resume/two.sh\n',
      ],
      [
        'sw_folder=$sw_state/resume; sw_copy_scripts; ls "$sw_state/resume"',
        0,
        'three.sh\ntwo.sh\n',
      ],
      ['sw_replace_file() { return 1; }; sw_copy_scripts', 1, ''],
      ['sw_folder=/nowhere; sw_copy_scripts 2>/dev/null', 1, ''],
      [
        'echo 2 >state/resume/attempts; sw_install_resume; cat calls; ls state/resume units',
        0,
        'systemctl enable stepwright-test-procedure-2.service\nstate/resume:\ngo-on\nthree.sh\ntwo.sh\n\nunits:\nmulti-user.target.wants\nstepwright-test-procedure-2.service\n',
      ],
      [
        'echo broken >>calls; sw_install_resume',
        1,
        'The unit stepwright-test-procedure-2.service could not be installed (see HOST/log).\n',
      ],
    ],
    { before: RUN },
  );
});

test('the unit goes on with the next script, at three boots', () => {
  expectAnswers(
    temporaryHost(),
    [
      [
        'unit | grep -e ^ExecStart= -e ^Type',
        0,
        'Type=oneshot\nExecStart=/bin/bash HOST/state/resume/go-on\n',
      ],
      [
        'sw_state=/s; sw_print_go_on u | tail -n 1',
        0,
        "NEEDRESTART_SUSPEND=1 STEPWRIGHT_UNIT=u exec bash /s/resume/two.sh --yes --log 'HOST/log' --resume\n",
      ],
      [
        'sw_state=/s; sw_part=2 sw_log=/l; sw_print_go_on u | tail -n 1',
        0,
        'NEEDRESTART_SUSPEND=1 STEPWRIGHT_UNIT=u exec bash /s/resume/three.sh --yes --log /l\n',
      ],
      [
        'dir=$(mktemp -d /tmp/sw-go-on.XXXXXX); mkdir "$dir/resume"; echo "echo ran \\$1" >"$dir/resume/two.sh"; sw_state=$dir sw_log=/l; sw_print_go_on u >"$dir/go-on"; for i in 1 2 3 4; do bash "$dir/go-on" || echo "$?"; done; rm -r "$dir"',
        0,
        expect.stringMatching(
          /^ran --yes\nran --yes\nran --yes\nIt was cut off at 3 boots: go on by hand: bash \/tmp\/[^\n]*\n1\n$/,
        ),
      ],
    ],
    { before: RUN },
  );
});

test('the unit is told of, and goes when its part has finished', () => {
  const there =
    ': >units/stepwright-test-procedure-2.service; : >units/multi-user.target.wants/stepwright-test-procedure-2.service; ';
  expectAnswers(
    temporaryHost(),
    [
      ...all(0, ['sw_remove_resume', 'sw_part=2; sw_remove_resume', 'sw_tell_resume']),
      [
        `${there}sw_tell_resume`,
        0,
        'Unit stepwright-test-procedure-2.service: at the next boot two.sh runs by itself (or runs now; see: systemctl status stepwright-test-procedure-2.service)\n',
      ],
      [
        'sw_part=2; sw_remove_resume; ls units',
        0,
        'multi-user.target.wants\nstepwright-test-procedure-2.service\n',
      ],
      [
        "sw_part=2; sw_part_events=([2]=' finished '); STEPWRIGHT_UNIT=stepwright-test-procedure-2.service; sw_remove_resume >/dev/null; ls units",
        0,
        'multi-user.target.wants\nstepwright-test-procedure-2.service\n',
      ],
      [
        "sw_part=2; sw_part_events=([2]=' finished '); sw_remove_resume; ls -R units",
        0,
        'The unit stepwright-test-procedure-2.service has done its work, and is removed.\nunits:\nmulti-user.target.wants\n\nunits/multi-user.target.wants:\n',
      ],
    ],
    { before: RUN },
  );
});
