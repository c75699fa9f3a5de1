import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied } from '../../support/modules.ts';

test('what apt writes for a number of bytes', () => {
  const bytes: [string, string, string][] = [
    ['0', 'B', '0'],
    ['999', 'B', '999'],
    ['1,234', 'kB', '1234000'],
    ['59.5', 'MB', '59500000'],
    ['0.8', 'kB', '800'],
    ['1,024.9', 'MB', '1024900000'],
    ['2', 'GB', '2000000000'],
    ['1.5', 'TB', '1500000000000'],
  ];
  expectAnswers(
    temporaryHost(),
    bytes.map(([number, unit, text]) => [
      `sw_bytes '${number}' ${unit}; printf '%s' "$sw_text"`,
      0,
      text,
    ]),
  );
});

/** An apt-get that prints $uris and $sim, by what it is asked. */
const APT = `release_comes_from() { [[ $1 == s ]]; }
refresh_indexes() { echo "refreshed $1"; }
lies_ahead() { return 1; }
run_apt() { printf '<%s>' "$@"; echo; }
apt-get() {
  local text=$sim
  [[ " $* " != *' --print-uris '* ]] || text=$uris
  [[ " $* " != *' -- '* ]] || text+=$more
  [[ -z $text ]] || printf '%b\\n' "$text"
  return "$ends"
}
sim='' uris='' more='' ends=0
`;

test('whether everything lies ready', () => {
  expectAnswers(
    temporaryHost(),
    [
      ['packages_are_fetched a s', 0, ''],
      ['packages_are_fetched a other', 1, ''],
      // apt is not asked what it would say of another release.
      [
        'apt-get() { echo asked; return 100; }; lies_ahead() { [[ "$1 $2" == "a s" ]]; }; packages_are_fetched a s',
        1,
        '',
      ],
      ['uris="\'http://x\' x.deb 1 -"; packages_are_fetched a s', 1, ''],
      ['more="\'http://x\' x.deb 1 -"; packages_are_fetched a s --install x', 1, ''],
      // apt reads it in its place.
      ['uris="\'file:/srv/x.deb\' x.deb 1 -"; packages_are_fetched a s --install x', 0, ''],
      [
        "more=\"'file:/x.deb' x.deb 1 -\"$'\\n'\"'http://x' x.deb 1 -\"; packages_are_fetched a s --install x",
        1,
        '',
      ],
      ['more="\'http://x\' x.deb 1 -"; packages_are_fetched a s --keep x', 0, ''],
      ['ends=100; packages_are_fetched a s', 1, ''],
      ["sim='Remv kept [1]'; packages_are_fetched a s", 0, ''],
      ["sim='Remv kept [1]'; packages_are_fetched a s --keep kept", 1, 'apt would remove kept\n'],
      // dpkg adds the architecture of the machine to some names, apt does not.
      [
        "dpkg() { echo amd64; }; sim='Remv kept [1]'; packages_are_fetched a s --keep kept:amd64",
        1,
        'apt would remove kept\n',
      ],
      [
        "dpkg() { echo amd64; }; sim='Remv kept [1]'; packages_are_fetched a s --keep kept:i386",
        0,
        '',
      ],
      [
        "sim='Purg kept:i386 [1]'; packages_are_fetched a s --keep kept",
        1,
        'apt would remove kept\n',
      ],
      ["sim='Remv k2 [1]'; packages_are_fetched a s --keep k1 k2", 1, 'apt would remove k2\n'],
      ["sim='Remv kept-too [1]\\nInst kept [1]'; packages_are_fetched a s --keep kept", 0, ''],
      ["sim='Remv kept [1]'; packages_are_fetched a s --keep 'k*' '.'", 0, ''],
    ],
    { before: APT },
  );
});

/** A df whose file systems have $free bytes, each with a mount point of its own where $apart. */
const DF = `apart='' free=1000000000
df() {
  local mount=/
  [[ $apart != *" \${!#} "* ]] || mount="\${!#}"
  printf 'Avail Filesystem Mounted on\\n%s none %s\\n' "$free" "$mount"
}
sw_apt_archives=\${sw_state%/*}
get=0 grow=0 kernel=no wanted=''
`;

/** What apt says it needs: a package file of so many megabytes, and room for what is in it. */
function needs(get: number, grow: string): string {
  const after = `After this operation, ${grow} of additional disk space will be used.`;
  return `uris="'http://x/a.deb' a.deb ${get}000000 -\\n${after}"`;
}

test('room is asked for on each file system, for all that goes there', () => {
  expectApplied(
    temporaryHost(),
    [
      ['demand_room_to_upgrade', 0, ''],
      [`${needs(500, '200 MB')}; demand_room_to_upgrade`, 0, ''],
      [
        `${needs(500, '251 MB')}; demand_room_to_upgrade; echo went on`,
        1,
        expect.stringMatching(
          /^\/ has 1000 MB free, and the packages need 1001 MB there; nothing was upgraded by this run\n/,
        ),
      ],
      [`${needs(500, '799 MB')}; apart=' /usr '; demand_room_to_upgrade`, 0, ''],
      [
        `${needs(500, '801 MB')}; apart=' /usr '; demand_room_to_upgrade`,
        1,
        expect.stringMatching(/^\/usr has 1000 MB free, and the packages need 1001 MB there/),
      ],
      ['free=250000000; demand_room_to_upgrade', 0, ''],
      ['free=249000000; demand_room_to_upgrade', 1],
      // What lies there already, and what apt reads in its place, is not fetched.
      [
        `${needs(5, '1 MB')}; uris+="\\n'file:/b.deb' b.deb 5000000000 -"; sw_ask_room x; echo "$get $grow $wanted"`,
        0,
        '5000000 1000000 5000000 a.deb\n',
      ],
      [
        `${needs(5, '1 MB')}; truncate -s 5000000 "$sw_apt_archives/a.deb"; sw_ask_room x; echo "$get $grow $wanted"`,
        0,
        '0 1000000 5000000 a.deb\n',
      ],
      [
        'free=300000000 uris="\'http://x/linux-image-6.1_1.deb\' x 1 -"; demand_room_to_upgrade',
        1,
        expect.stringContaining('need 400 MB there'),
      ],
      [
        `${needs(1, '1 MB')}; apart=' /boot ' uris+="\\n'http://x/linux-image-6.1_1.deb' x 1 -"; free=100000000; uname() { echo 6.1; }; demand_room_to_upgrade`,
        1,
        expect.stringMatching(
          /^\/boot has 100 MB free, and the packages need 150 MB there; nothing was upgraded by this run\nmake room: purge old kernels, not the one that runs \(6\.1\);/m,
        ),
      ],
      [
        'ends=100; demand_room_to_upgrade; echo went on',
        1,
        'apt cannot plan what is to be installed\nsee: apt-get -s dist-upgrade\n',
      ],
      ['df() { return 1; }; demand_room_to_upgrade; echo went on', 1],
    ],
    { before: APT + DF },
  );
});

/** What was fetched is noted, and apt-get tells that it is asked. */
const FETCHED =
  'cd "${sw_state%/*}"; mkdir -p archives etc lists; echo 1 >etc/s; echo 1 >lists/l; echo 1 >status; echo 1 >linked; ln -sfn ../linked etc/link; ' +
  'sw_apt_archives=$PWD/archives sw_apt_inputs=("$PWD"/{etc,lists,status,automatic}); ' +
  "uris=$'\\'http://x\\' a+1_1%3a2.deb 3 -\\\\n\\'file:/b\\' b.deb 9 -' more=$'\\\\n\\'http://x\\' c.deb 2 -'; " +
  'sw_demand_room() { [[ ! -v lacks ]] || { echo "$get $grow $kernel"; return 1; }; }; ' +
  'run_apt() { printf abc >archives/a+1_1%3a2.deb; printf ab >archives/c.deb; }; ' +
  'fetch_packages s --install c >/dev/null';
const ASK = 'packages_are_fetched a s --install c';

test('what was noted when it was fetched need not be asked of apt', () => {
  const asked = 'apt-get() { echo asked >&2; echo x; }';
  expectAnswers(
    temporaryHost(),
    [
      [`${FETCHED}; ${asked}; ${ASK}`, 0, ''],
      ...[
        'rm archives/c.deb',
        'echo >>archives/a+1_1%3a2.deb',
        'echo deb >etc/more',
        'echo 2 >>etc/s',
        'touch -d @1 lists/l',
        // What a link leads to counts, not the link.
        'echo 2 >>linked',
        'echo 2 >>status',
        'echo 2 >automatic',
        'rm "$sw_state/fetched-packages"',
        ': >"$sw_state/fetched-packages"',
      ].map((change) => [`${FETCHED}; ${change}; ${asked}; ${ASK}`, 1, 'asked\n'] as const),
      [`${FETCHED}; ${asked}; packages_are_fetched a s --install c d`, 1, 'asked\n'],
      [`${FETCHED}; ${asked}; packages_are_fetched a s`, 1, 'asked\n'],
      // What was there already when all was fetched is looked for, too; and nothing may have been due.
      [
        `${FETCHED}; fetch_packages s --install c >/dev/null; rm archives/c.deb; ${asked}; ${ASK}`,
        1,
        'asked\n',
      ],
      [
        `${FETCHED}; apt-get() { :; }; fetch_packages s >/dev/null; ${asked}; packages_are_fetched a s`,
        0,
        '',
      ],
    ],
    { before: APT },
  );
});

test('there still is room for what was fetched, as it was noted or as apt tells', () => {
  const asked =
    'apt-get() { echo asked >&2; echo "After this operation, 7 B of additional"; }; lacks=yes';
  const fetched = FETCHED.replace("x\\' c.deb", "x/linux-image-6\\' c.deb").replace(
    ' b.deb 9 -',
    ' b.deb 9 -\\\\nAfter this operation, 5 kB of additional',
  );
  expectAnswers(
    temporaryHost(),
    [
      [`${fetched}; ${asked}; demand_room_to_upgrade`, 1, '0 5000 yes\n'],
      [`${fetched}; ${asked}; echo more >>status; demand_room_to_upgrade`, 1, 'asked\n0 7 no\n'],
      [`${fetched}; ${asked}; rm archives/c.deb; demand_room_to_upgrade`, 1, 'asked\n0 7 no\n'],
      [
        `${fetched}; apt-get() { return 100; }; echo more >>status; set -e; demand_room_to_upgrade`,
        1,
      ],
    ],
    { before: APT },
  );
});

test('packages were fetched by the lists that are here', () => {
  expectAnswers(temporaryHost(), [
    ['packages_were_fetched', 1, ''],
    [': >"$sw_state/indexes"; packages_were_fetched', 1, ''],
    [
      'touch -d "-2 days" "$sw_state/indexes"; : >"$sw_state/fetched-packages"; packages_were_fetched',
      0,
      '',
    ],
    ['touch -d "-3 days" "$sw_state/fetched-packages"; packages_were_fetched', 1, ''],
    ['touch -d "-9 days" "$sw_state/indexes"; packages_were_fetched', 0, ''],
    ['touch -d "-8 days" "$sw_state/fetched-packages"; packages_were_fetched', 1, ''],
    ['touch "$sw_state/fetched-packages" "$sw_state/indexes-due"; packages_were_fetched', 1, ''],
  ]);
});

test('packages are fetched, and what has to stay stops that', () => {
  const before = `${APT}sw_ask_room() { printf 'room <%s>\\n' "$*"; grow=1 kernel=no wanted=''; }
sw_demand_room() { echo "room $grow"; }
packages_are_installed() { [[ " k x  " == *" \${2:-} "* ]]; }\n`;
  expectApplied(
    temporaryHost(),
    [
      [
        'fetch_packages s',
        0,
        'refreshed s\nroom <dist-upgrade>\nroom 1\n<--download-only><dist-upgrade>\n',
      ],
      [
        "fetch_packages s --install x 'y z'",
        0,
        'refreshed s\nroom <dist-upgrade -- x y z>\nroom 1\n<--download-only><dist-upgrade><--><x><y z>\n',
      ],
      [
        "sim='Remv k [1]'; fetch_packages s --keep k; echo went on",
        1,
        'refreshed s\napt would remove k\napt would remove packages that have to stay, or cannot tell; nothing was changed\nsee: apt-get -s dist-upgrade\n',
      ],
      [
        'ends=100; fetch_packages s --keep k; echo went on',
        1,
        expect.not.stringContaining('went on'),
      ],
      [
        'fetch_packages s --keep other; echo went on',
        1,
        'not all of the packages that have to stay are installed: other\nis each name written as dpkg has it? See: dpkg --get-selections\n',
      ],
      ['run_apt() { return 100; }; fetch_packages s; echo went on', 100],
      [
        "apt-get() { printf '<%s>' \"$@\" >&2; }; keep_packages install 'a b' -- k",
        0,
        '<-s><-o><APT::Get::AutomaticRemove=false><install><a b>',
      ],
      ['keep_packages install x --', 0, ''],
    ],
    { before },
  );
});
