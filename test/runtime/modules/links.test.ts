import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied } from '../../support/modules.ts';

/**
 * Interfaces of hardware: one that bears udev's own name, one that an administrator has named; and one
 * without hardware. What udev says of each is in a file beside it.
 */
const LINKS = `cd "\${sw_state%/*}"; sw_link_folder=$PWD/net sw_boot=boot-1
sw_link_places=("$PWD/network" "$PWD/run") sw_link_rules=$PWD/rules
mkdir -p run rules net/enp1s0/device net/lan/device net/lo network
echo 02:fc:00:00:00:01 >net/enp1s0/address
says() { printf 'ID_NET_NAMING_SCHEME=v252\\nID_NET_NAME_MAC=enx02fc\\n' >"net/$1/udev"; printf '%s\\n' "\${@:2}" >>"net/$1/udev"; }
[[ -e net/lan/udev ]] || { says enp1s0 ID_NET_NAME_PATH=enp1s0; says lan ID_NET_NAME_PATH=enp2s0; says lo; }
udevadm() { echo "Using default interface naming scheme" >&2; [[ $1,$2 == test-builtin,net_id ]] && cat "$3/udev"; }
`;

const AT = { before: LINKS };

const named = (name: string, ...keys: string[]) =>
  [
    `says lan ${keys.map((key) => `ID_NET_NAME_${key}`).join(' ')}; sw_foresee_link net/lan; echo "$sw_text"`,
    0,
    `${name}\n`,
  ] as const;

test('udev names an interface by the board, by its slot, or by its place', () => {
  expectAnswers(
    temporaryHost(),
    [
      named('enp2s0', 'PATH=enp2s0'),
      named('ens3', 'PATH=enp2s0', 'SLOT=ens3'),
      named('eno1', 'SLOT=ens3', 'PATH=enp2s0', 'ONBOARD=eno1'),
      named('', 'FROM_DATABASE=x'),
      ['udevadm() { return 1; }; sw_foresee_link net/lan; echo "<$sw_text>"', 0, '<>\n'],
      ['unset -f udevadm; PATH=/nowhere; sw_foresee_link net/lan; echo "<$sw_text>"', 0, '<>\n'],
    ],
    AT,
  );
});

test('those with the names that udev gives are noted, once in a boot', () => {
  expectApplied(
    temporaryHost(),
    [
      ['note_links; cat "$sw_state/links"', 0, 'boot-1\nenp1s0\n'],
      ['says enp1s0; note_links; cat "$sw_state/links"', 0, 'boot-1\nenp1s0\n'],
      ['sw_boot=boot-2; note_links; cat "$sw_state/links"', 0, 'boot-2\n'],
      [
        ': >"$sw_state/links"; sw_link_folder=/nowhere; note_links; cat "$sw_state/links"',
        0,
        'boot-1\n',
      ],
    ],
    AT,
  );
});

test('who is called something else from the reboot on is told, and the machine not rebooted', () => {
  const told = 'warn() { printf "%s\\n" "$1"; }; sw_tell_renamed';
  expectAnswers(
    temporaryHost(),
    [
      [`${told}; echo "$sw_locked_out"`, 0, 'no\n'],
      [`note_links; ${told}; echo "$sw_locked_out"`, 0, 'no\n'],
      [
        `says enp1s0 ID_NET_NAME_PATH=enp1s0f0; ${told}; echo "$sw_locked_out"`,
        0,
        expect.stringMatching(
          /^from the reboot on, network interface enp1s0 is called enp1s0f0, and .*: printf '\[Match\]\\nMACAddress=02:fc:00:00:00:01\\n\[Link\]\\nName=enp1s0\\n' >HOST\/network\/10-enp1s0\.link; update-initramfs -u\nyes\n$/,
        ),
      ],
      // The new udev tells nothing of it: that is no reason to be alarmed.
      [`says enp1s0; ${told}; echo "$sw_locked_out"`, 0, 'no\n'],
      [
        `says enp1s0 ID_NET_NAME_PATH=enp1s0f0; sw_boot=boot-2; ${told}; echo "$sw_locked_out"`,
        0,
        'no\n',
      ],
      // As it is told to do.
      [
        `printf '[Match]\\nMACAddress=x\\n[Link]\\nName=enp1s0\\n' >network/10-enp1s0.link; ${told}; echo "$sw_locked_out"`,
        0,
        'no\n',
      ],
      ['rm network/*; echo "Name=enp1s0" >run/10-netplan.link', 0],
      [`${told}; echo "$sw_locked_out"`, 0, 'no\n'],
      ['rm run/*; echo \'SUBSYSTEM=="net", ATTR{address}=="x", NAME="enp1s0"\' >rules/70.rules', 0],
      [`${told}; echo "$sw_locked_out"`, 0, 'no\n'],
      ['echo \'ENV{ID_NET_NAME}="enp1s0", NAME=="enp1s0"\' >rules/70.rules', 0],
      [`${told}; echo "$sw_locked_out"`, 0, expect.stringMatching(/yes\n$/)],
      [`rm -r net/enp1s0; ${told}; echo "$sw_locked_out"`, 0, 'no\n'],
    ],
    AT,
  );
});
