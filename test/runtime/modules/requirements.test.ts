import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, type Row } from '../../support/modules.ts';

const TELL = `tell() { printf '%s\\n' "\${sw_refusals[@]}"; }
packages_are_settled() { return "\${settled:-0}"; }
sw_codename() { sw_text=old; }
sw_find_lock_holder() { holder='process 7 (dpkg) holds /lock'; [[ -v busy ]]; }
dpkg() { printf '%s\\t\\t%s\\n' hold install b- deinstall \${on_hold:-}; return "\${unheld:-0}"; }
`;

test('packages are in order, or every reason is told', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['require_packages_in_order gone; tell', 0, '\n'],
      [
        'settled=1 on_hold="a hold b:i386 hold c install"; require_packages_in_order gone; printf "%s\\n" "${#sw_refusals[@]}" "${sw_refusals[2]}" "${sw_refusals[3]}"',
        0,
        '4\nthese packages are held back from any upgrade: a b:i386\nlet them go for the upgrade: apt-mark unhold a b:i386\n',
      ],
      [
        'settled=2; require_packages_in_order gone; tell',
        0,
        expect.stringContaining('dpkg --audit'),
      ],
      [
        'unheld=100; require_packages_in_order gone; tell',
        0,
        "which packages are held could not be found out\nsee: dpkg --get-selections '*'\n",
      ],
      [
        'busy=yes settled=1; require_packages_in_order gone; tell',
        0,
        'another program is at work on the packages: process 7 (dpkg) holds /lock\nlet it finish, then run this script again\n',
      ],
      ['settled=1 unheld=1 sw_begun=yes; require_packages_in_order gone; tell', 0, '\n'],
      // What somebody has set since counts as long as the machine is of the old release.
      [
        'settled=1 on_hold="a hold" sw_begun=yes; require_packages_in_order old; tell',
        0,
        'these packages are held back from any upgrade: a\nlet them go for the upgrade: apt-mark unhold a\n',
      ],
      ['on_hold="a hold" sw_begun=yes; require_packages_in_order older; tell', 0, '\n'],
      [
        'busy=yes settled=1 on_hold="a hold"; asks_until_begun x; require_packages_in_order old; tell',
        0,
        'these packages are held back from any upgrade: a\nlet them go for the upgrade: apt-mark unhold a\n',
      ],
      ['sw_is_upgrading old', 1],
      ['sw_begun=yes; sw_is_upgrading old', 1],
      ['sw_begun=yes; sw_is_upgrading older', 0],
      ['sw_begun=yes; sw_is_upgrading gone', 0],
    ],
    { before: TELL },
  );
});

/** What is refused where apt's preferences are in `folder`. */
function at(folder: string): string {
  return `sw_apt_preferences=${folder}/preferences; require_no_pins; tell`;
}

test('a setting of apt that prefers another version is told, wherever apt would read it', () => {
  const host = temporaryHost();
  const pin = 'Package: *\nPin: release a=stable\nPin-Priority: 900\n';
  host.write('none/preferences', 'Package: x\n# Pin: release a=stable\nExplanation: Pin: x\n');
  host.write('read/preferences', pin);
  host.write('read/preferences.d/plain', pin);
  host.write("read/preferences.d/it's.pref", 'PACKAGE: x\npin:version 1\nPIN: version 2\n');
  host.write('read/preferences.d/cut', 'Package: x\nPin-Priority: 1001\nPin: origin "x"');
  host.write('other/preferences.d/x.bak', pin);
  host.write('other/preferences.d/folder/x', pin);
  const before = `${TELL}apt-config() { printf '%s' "\${preferred:-}"; return "\${broken:-0}"; }
    cd "\${sw_state%/*}"`;
  expectAnswers(
    host,
    [
      [at('none'), 0, '\n'],
      [at('other'), 0, '\n'],
      [at('gone'), 0, '\n'],
      [
        at('read'),
        0,
        [
          'read/preferences pins packages (release a=stable)',
          "move it away for the upgrade: mv 'read/preferences' /root/",
          'read/preferences.d/cut pins packages (origin "x")',
          "move it away for the upgrade: mv 'read/preferences.d/cut' /root/",
          "read/preferences.d/it's.pref pins packages (version 1)",
          "move it away for the upgrade: mv 'read/preferences.d/it'\\''s.pref' /root/",
          'read/preferences.d/plain pins packages (release a=stable)',
          "move it away for the upgrade: mv 'read/preferences.d/plain' /root/",
          '',
        ].join('\n'),
      ],
      [`sw_begun=yes; ${at('read')}`, 0, '\n'],
      [`preferred='APT::Default-Release "";'; ${at('none')}`, 0, '\n'],
      [
        `preferred='APT::Default-Release "stable";'; ${at('none')}`,
        0,
        expect.stringMatching(/^apt prefers one release: APT::Default-Release "stable";\n/),
      ],
      [`broken=1 preferred='APT::Default-Release "stable";'; ${at('none')}`, 0, '\n'],
    ],
    { before },
  );
});

/** A requirement that is met, or is refused with a text that holds `told`. */
const asks = (bash: string, told?: string): Row => [
  `${bash}; tell`,
  0,
  told === undefined ? '\n' : expect.stringContaining(told),
];

function kept(place: string): string {
  return `sw_procedure=up; require_lasting ${place} backup-dir`;
}

test('what is kept for after the reboot is not where that leaves nothing', () => {
  const linked = `readlink() { echo "/run/\${!#}"; }; `;
  expectAnswers(
    temporaryHost(),
    [
      asks(kept('/var/backups/up')),
      asks(kept('/tmpfiles')),
      asks(kept('/srv/tmp/x')),
      asks(
        kept('/tmp/up'),
        '/tmp/up is emptied by the reboot, and what is kept there is needed after it\nname one that lasts: --set backup-dir=/var/backups/up\n',
      ),
      // What a run has laid there is taken along.
      asks(
        kept('/tmp'),
        "/tmp is emptied by the reboot, and what is kept there is needed after it\ntake along what is there: cp -a -T '/tmp' /var/backups/up; then name one that lasts: --set backup-dir=/var/backups/up\n",
      ),
      asks(kept('/dev/shm/a/b'), '/dev/shm/a/b is emptied'),
      asks(kept('/run/x'), '/run/x is emptied'),
      asks(kept('/var/run/x'), 'is emptied'),
      asks(`${linked}${kept('/srv')}`, '/srv, which leads to /run//srv, is emptied'),
      asks(`sw_begun=yes; ${kept('/tmp/up')}`, '/tmp/up is emptied'),
      asks('require_lasting /run/x', '\nlet it be elsewhere\n'),
      asks('readlink() { return 1; }; require_lasting /tmp/x', '/tmp/x is emptied'),
    ],
    { before: TELL },
  );
});
