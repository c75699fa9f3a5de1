import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers } from '../../support/modules.ts';

// The names are those that apt-get update --print-uris tells for such addresses.
test('what apt calls the lists from an address', () => {
  const names: [string, string][] = [
    ['http://deb.example/debian/', 'deb.example_debian'],
    ['http://u:p@h.example:8080/a', 'h.example:8080_a'],
    ['http://[2001:db8::1]/debian', '2001:db8::1_debian'],
    ['http://u@[::1]:81/a[b]', '::1:81_a%5bb%5d'],
    ['http://h/x$y*z@w(q),;', 'h_x%24y%2az%40w(q),;'],
    ['http://h/a=b!c%20d~e+f&g_h', 'h_a%3db%21c%2520d%7ee+f%26g%5fh'],
    ['http://h/[a]{b}<c>"d"^e|f#g\\h', 'h_%5ba%5d%7bb%7d%3cc%3e%22d%22%5ee%7cf%23g%5ch'],
    ['http://h/é', 'h_%c3%a9'],
    ['file:/srv/mirror', '_srv_mirror'],
    ['file:///srv/mirror', '_srv_mirror'],
    ['mirror+file:/etc/apt/mirrors/debian.list', '_etc_apt_mirrors_debian.list'],
    ['cdrom:[Debian 12]/', 'cdrom:%5bDebian%2012%5d'],
  ];
  expectAnswers(
    temporaryHost(),
    names.map(([address, name]) => [`sw_list_name '${address}'; printf '%s' "$sw_text"`, 0, name]),
  );
});

function ownAsk(address: string): string {
  return `sw_is_own '${address}'`;
}

test('whose an address is', () => {
  const host = temporaryHost();
  host.write(
    'lists/mirror.example_debian_dists_bookworm_InRelease',
    '-\nOrigin: Debian\nLabel: x\n',
  );
  host.write('lists/late.example_dists_s_InRelease', `${'x: y\n'.repeat(12)}Origin: Debian\n`);
  host.write('lists/cut.example_dists_s_Release', 'Origin: Deb');
  host.write('lists/other.example_dists_s_Release', 'Origin: Debian Backports\n');
  host.write('state/own-sources', 'http://noted.example/debian\n\n');
  const own = [
    'http://ftp.debian.org/debian',
    'https://security.debian.org',
    'http://debian.org:80/',
  ];
  const given = ['http://mirror.example/debian/', 'http://noted.example/debian/', 'http://given/x'];
  const foreign = [
    'http://people.debian.org/~x',
    'http://debian.org.example/',
    'http://notdebian.org/debian',
    'http://x.example/ftp.debian.org/',
    'http://late.example',
    'http://cut.example',
    'http://other.example',
    'http://mirror.example/debian-other',
  ];
  expectAnswers(host, [...all(0, [...own, ...given].map(ownAsk)), ...all(1, foreign.map(ownAsk))], {
    before: 'sw_recall_own_addresses; sw_own_addresses+=(http://given/x/)',
    variables: { sw_apt_lists: host.path('lists') },
  });
});

/** Maps a suite, and tells to what. */
function map(name: string): string {
  return `sw_map_suite '${name}'; status=$?; printf '%s' "$sw_text"; exit "$status"`;
}

test.each([
  ['bullseye', 'bookworm', 'bookworm-security'],
  ['jessie', 'stretch', 'stretch/updates'],
])('the suites on the way from %s to %s', (from, to, security) => {
  expectAnswers(
    temporaryHost(),
    [
      [map(from), 0, to],
      [map(to), 0, to],
      [map('stable'), 0, to],
      [map('oldoldstable-updates'), 0, `${to}-updates`],
      [map(`${from}-backports-sloppy`), 0, `${to}-backports-sloppy`],
      [map(`${from}/updates`), 0, security],
      [map(`${from}-security`), 0, security],
      [map('testing'), 1, ''],
      [map(`${from}x`), 1, ''],
      [map('*'), 1, ''],
      [map('-'), 1, ''],
      [map('stable; touch x'), 1, ''],
    ],
    {
      before: `take() { sw_text='' sw_mirror='' sw_security_mirror=''; sw_take_suites ${from} ${to}; }; take`,
    },
  );
});

const JUDGED = `judge() {
  sw_place=p sw_types=' deb ' sw_undated=no sw_off='' sw_remarks=() sw_problems=() sw_found=no
  sw_new_components=() sw_mirror='' sw_security_mirror='' sw_archived=no
  declare -gA sw_missing=() sw_wanted=()
  sw_take_suites bullseye bookworm "\${options[@]}"
  for key in "\${gone[@]}"; do sw_missing[$key]=1; done
  sw_judge_suites
  printf '%s|%s|%s|%s|%s|%s|%s|%s\\n' "\${sw_uris[*]}" "\${sw_suites[*]}" "\${sw_components[*]}" \\
    "$sw_undated" "$sw_off" "\${sw_remarks[*]}" "\${sw_problems[*]}" "$sw_found"
}
options=() gone=() sw_uris=(http://ftp.debian.org/debian) sw_components=(main non-free)
`;

test('what is to become of an entry', () => {
  const own = 'http://ftp.debian.org/debian';
  const foreign = 'http://foreign.example/x';
  expectAnswers(
    temporaryHost(),
    [
      ['sw_suites=(bullseye); judge', 0, `${own}|bookworm|main non-free|no||||yes\n`],
      [
        'sw_suites=(bullseye-updates); judge',
        0,
        `${own}|bookworm-updates|main non-free|no||||no\n`,
      ],
      [
        "sw_suites=(bullseye); sw_types=' deb-src '; judge() { :; }; judge; echo nothing",
        0,
        'nothing\n',
      ],
      [
        'sw_suites=(bullseye); options=(component=non-free:non-free,non-free-firmware archived); judge',
        0,
        `${own}|bookworm|main non-free non-free-firmware|yes||||yes\n`,
      ],
      [
        'sw_suites=(bullseye bullseye-backports); gone=("$sw_uris bookworm-backports"); judge',
        0,
        `${own}|bookworm|main non-free|no||not on the mirror: bookworm-backports||yes\n`,
      ],
      [
        'sw_suites=(bullseye-backports); gone=("$sw_uris bookworm-backports"); judge',
        0,
        `${own}|bullseye-backports|main non-free|no|not on the mirror|||no\n`.replace(
          'bullseye-b',
          'bookworm-b',
        ),
      ],
      [
        'sw_suites=(sid); judge',
        0,
        `${own}|sid|main non-free|no|||p names the suite sid, which is of neither bullseye nor bookworm|no\n`,
      ],
      [
        `sw_suites=(bullseye); sw_uris=(${foreign}); judge`,
        0,
        `${foreign}|bullseye|main non-free|no||||no\n`,
      ],
      [
        `sw_suites=(bullseye); sw_uris+=(${foreign}); judge`,
        0,
        expect.stringContaining('in one stanza: make two of it'),
      ],
      [
        'sw_suites=(bullseye bullseye-security); options=(mirror=http://m/d/ security-mirror=http://s); judge',
        0,
        expect.stringContaining('they get two addresses: make two of it'),
      ],
      [
        'sw_suites=(bullseye); options=(mirror=http://m/d); judge',
        0,
        'http://m/d|bookworm|main non-free|no||||yes\n',
      ],
      [
        'sw_suites=(bullseye-security); options=(mirror=http://m/d); judge',
        0,
        `${own}|bookworm-security|main non-free|no||||no\n`,
      ],
    ],
    { before: JUDGED },
  );
});

test('sources that name neither release are refused, all in one', () => {
  const host = temporaryHost();
  host.write(
    'apt/sources.list',
    'deb http://ftp.debian.org/debian bullseye main\ndeb http://ftp.debian.org/debian sid x-updates\n',
  );
  host.write(
    'apt/sources.list.d/x.sources',
    'Types: deb\nURIs: http://ftp.debian.org/debian\nSuites: trixie bookworm\n',
  );
  host.write('apt/sources.list.d/foreign.list', 'deb http://foreign.example/x sid main\n');
  const asks = 'require_known_suites bullseye bookworm; printf "%s|" "${sw_refusals[0]:-}"';
  expectAnswers(
    host,
    [
      [
        asks,
        0,
        "apt's sources name suites of neither bullseye nor bookworm: sid (HOST/apt/sources.list:2), trixie (HOST/apt/sources.list.d/x.sources:1)|",
      ],
      [
        `mkdir "$PWD/apt2"; echo deb http://ftp.debian.org/debian bullseye-proposed-updates main >"$PWD/apt2/sources.list"; sw_apt_etc=$PWD/apt2; ${asks}`,
        0,
        expect.stringMatching(
          /^apt's sources name what is proposed for a release, and no part of it yet: bullseye-proposed-updates \(\S*sources.list:1\)\|$/,
        ),
      ],
      [`sw_codename() { sw_text=other; }; ${asks}`, 0, '|'],
      [`sw_begun=yes; ${asks}`, 0, '|'],
      [`sw_apt_etc=/nowhere; ${asks}`, 0, '|'],
      ['sources_have bullseye', 1, ''],
      [
        'mkdir apt3; echo deb http://ftp.debian.org/debian sid main >apt3/sources.list; echo deb http://foreign.example/x y main >>apt3/sources.list; sw_apt_etc=apt3; sources_have sid',
        0,
        '',
      ],
      ['sw_apt_etc=apt3; sources_have bullseye', 1, ''],
    ],
    {
      before: 'cd "${sw_state%/*}"; sw_codename() { sw_text=bullseye; }',
      variables: { sw_apt_etc: host.path('apt'), sw_apt_lists: host.path('lists') },
    },
  );
});
