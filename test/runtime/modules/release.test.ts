import { expect, test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { ECHO, expectAnswers, expectApplied } from '../../support/modules.ts';

const OLD = 'deb http://ftp.debian.org/debian bullseye main\n';

function hostWith(list: string): Host {
  const host = temporaryHost();
  host.write('apt/sources.list', list);
  return host;
}

/** An apt-helper that has every Release file but those that $lacks matches. */
const HELPER = `lacks='^$' broken='^$'
sw_probe() {
  [[ ! $1 =~ $broken ]] || { echo 'E: Could not resolve'; return 100; }
  [[ ! $1 =~ $lacks ]] || { echo 'E: 404  Not Found'; return 100; }
}
`;

function around(host: Host) {
  return {
    before: HELPER,
    variables: { sw_apt_etc: host.path('apt'), sw_apt_lists: host.path('lists') },
  };
}

test('every source of the distribution speaks of the release, and one has it', () => {
  const lines: [string, number][] = [
    ['deb http://ftp.debian.org/debian bookworm main\n', 0],
    ['deb http://ftp.debian.org/debian bookworm main', 0],
    [OLD, 1],
    [`deb http://ftp.debian.org/debian bookworm main\n${OLD}`, 1],
    [`deb http://ftp.debian.org/debian bookworm main\n#${OLD}deb http://foreign/x bullseye\n`, 0],
    ['deb http://ftp.debian.org/debian bookworm-updates main\n', 1],
    ['deb-src http://ftp.debian.org/debian bookworm main\n', 1],
    ['deb http://foreign/x bookworm main\n', 1],
    ['deb http://ftp.debian.org/debian sid main\n', 1],
    ['', 1],
  ];
  const host = temporaryHost();
  lines.forEach(([list], index) => host.write(`${index}/sources.list`, list));
  expectAnswers(
    host,
    lines.map(([, status], index) => [
      `sw_apt_etc=\${sw_state%/*}/${index}; suites_are bullseye bookworm`,
      status,
      '',
    ]),
  );
});

test('a plan tells what it would change, and what stands against it', () => {
  const host = hostWith(`${OLD}deb http://ftp.debian.org/debian sid main\n`);
  const untouched = host.snapshot();
  expectAnswers(
    host,
    [
      [
        'would_change_suites bullseye bookworm',
        0,
        "           change 'HOST/apt/sources.list':\n" +
          '             < deb http://ftp.debian.org/debian bullseye main\n' +
          '             > deb http://ftp.debian.org/debian bookworm main\n' +
          '           this stands against it: HOST/apt/sources.list:2 names the suite sid, which is of neither bullseye nor bookworm\n' +
          '           comment out what the mirror does not have (backports, updates)\n',
      ],
      [
        'sw_apt_etc=/nowhere; would_change_suites bullseye bookworm',
        0,
        expect.stringContaining(
          'this stands against it: no enabled source of the distribution is in /nowhere: write one line for bullseye into sources.list',
        ),
      ],
    ],
    around(host),
  );
  expect(host.snapshot()).toEqual(untouched);
});

test('what stands against it is told all at once, with nothing changed', () => {
  const list =
    'deb http://ftp.debian.org/debian sid main\ndeb http://ftp.debian.org/debian x main\n';
  const host = hostWith(list);
  expectApplied(
    host,
    [
      [
        'change_suites bullseye bookworm; echo went on',
        1,
        'HOST/apt/sources.list:1 names the suite sid, which is of neither bullseye nor bookworm\n' +
          'HOST/apt/sources.list:2 names the suite x, which is of neither bullseye nor bookworm\n' +
          'no enabled source of the distribution is in HOST/apt: write one line for bullseye into sources.list\n' +
          'Mend that by hand; nothing was changed.\n',
      ],
    ],
    around(host),
  );
  expect(host.read('apt/sources.list')).toBe(list);
});

/** That the Release file of this suite is not given. */
function refused(suite: string): unknown {
  return expect.stringMatching(
    new RegExp(
      `does not give the Release file of ${suite} \\(HOST/apt/sources.list:\\d\\); nothing was changed\nE: `,
    ),
  );
}

test('nothing is changed unless the mirror gives the release and its security suite', () => {
  const host = hostWith(
    `${OLD}deb http://ftp.debian.org/debian bullseye-backports main\ndeb http://security.debian.org bullseye-security main\n`,
  );
  const change = 'change_suites bullseye bookworm';
  expectApplied(
    host,
    [
      [`lacks='bookworm/Release'; ${change}; echo went on`, 1, refused('bookworm')],
      [`lacks='security/Release'; ${change}; echo went on`, 1, refused('bookworm-security')],
      [`broken='backports/Release'; ${change}; echo went on`, 1, refused('bookworm-backports')],
      ['grep -c bookworm "$sw_apt_etc/sources.list"', 1, '0\n'],
      [
        `lacks=backports; ${change} | sed -n 1p`,
        0,
        'HOST/apt/sources.list:2: http://ftp.debian.org/debian has no bookworm-backports: it is commented out\n',
      ],
      ['suites_are bullseye bookworm', 0, ''],
      [
        'cat "$sw_apt_etc/sources.list"',
        0,
        'deb http://ftp.debian.org/debian bookworm main\n' +
          '# not on the mirror: deb http://ftp.debian.org/debian bullseye-backports main\n' +
          'deb http://security.debian.org bookworm-security main\n',
      ],
      [
        'sort "$sw_state/own-sources"',
        0,
        'http://ftp.debian.org/debian\nhttp://security.debian.org\n',
      ],
    ],
    around(host),
  );
});

test("a mirror is probed in apt's own way", () => {
  const host = temporaryHost();
  host.stub('helper', `${ECHO}\nexit "$(<"$host/ends")"`);
  host.write('ends', '0');
  expectApplied(
    host,
    [
      [
        "sw_probe 'http://h/a b/Release' | sed 's:<[^>]*/tmp[.][^>]*>:<TMP>:'; ls -A \"$TMPDIR\"",
        0,
        '<helper><-o><Acquire::Retries=2><download-file><http://h/a b/Release><TMP>\n',
      ],
      [
        'echo 100 >"${sw_state%/*}/ends"; sw_probe http://h/x a >/dev/null || echo "no $?"',
        0,
        'no 100\n',
      ],
    ],
    { variables: { sw_apt_helper: 'helper' } },
  );
});

test('all are probed at the same time; nothing of it is left, and what is not there is no failure', () => {
  const host = hostWith(
    ['bullseye', 'bullseye-updates', 'bullseye-backports']
      .map((suite) => `deb http://ftp.debian.org/debian ${suite} main\n`)
      .join(''),
  );
  // Each waits until all have begun.
  const together = `sw_probe() {
  : >"\${sw_state%/*}/begun-$BASHPID"
  for ((tries = 0; tries < 500; tries++)); do
    begun=("\${sw_state%/*}"/begun-*)
    ((\${#begun[@]} < 3)) || break
    sleep 0.01
  done
  ((\${#begun[@]} == 3)) || { echo alone; return 1; }
  [[ $1 != *backports/Release ]] || { echo 'E: 404  Not Found'; return 100; }
}
`;
  expectApplied(
    host,
    [
      [
        'change_suites bullseye bookworm >said; echo "$?"; ls -A "$TMPDIR"; [[ ! -e $sw_state/failure ]]; echo "$?"; grep -c -x "deb .*" "$sw_apt_etc/sources.list"',
        0,
        '0\n0\n2\n',
      ],
      // Ctrl-C has ended them.
      [
        'echo "deb http://ftp.debian.org/debian bullseye main" >"$sw_apt_etc/sources.list"; sw_probe() { return 100; }; sw_stop=INT; change_suites bullseye bookworm; echo went on',
        143,
        'stopped before: true\n',
      ],
    ],
    { ...around(host), before: together },
  );
});
