import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied, stops, type Row } from '../../support/modules.ts';

const CODENAME = 'sw_codename() { sw_text=${codename:-old}; }\n';
const APT_CACHE = `${CODENAME}apt-cache() { printf '%b' "$policy"; return "\${ends:-0}"; }\n`;

/** What apt-cache policy tells of base-files: its versions, each with where it comes from. */
function policy(candidate: string, ...table: [string, string][]): string {
  const lines = table.map(([version, from]) => `${version} 500\\n        500 ${from}\\n`);
  return `policy='base-files:\\n  Installed: 1\\n  Candidate: ${candidate}\\n  Version table:\\n${lines.join('')}'`;
}

test('which release the next base-files comes from', () => {
  const old = ['     1', 'http://h/d old/main amd64 Packages'] as [string, string];
  const now = [' *** 2', 'http://h/d new/main amd64 Packages'] as [string, string];
  const silent = 'policy=; release_comes_from new >/dev/null';
  expectAnswers(
    temporaryHost(),
    [
      [`${policy('2', now, old)}; release_comes_from new`, 0, ''],
      [`${policy('2', now, old)}; release_comes_from old >/dev/null`, 0],
      [`codename=x; ${policy('2', now, old)}; release_comes_from old >/dev/null`, 1],
      // With a pin of 1000 or more.
      [
        `${policy('2', now, old).replaceAll('        500', '       1001')}; release_comes_from new`,
        0,
      ],
      [`${policy('1', now, old)}; release_comes_from new >/dev/null`, 1],
      [`codename=new; ${policy('1', now, old)}; release_comes_from new`, 0],
      [`${policy('2', now)}; release_comes_from ne >/dev/null`, 1],
      [`${policy('2', now)}; release_comes_from 'n*' >/dev/null`, 1],
      [
        `${policy('2', [' *** 2', 'http://h/d new-security/main amd64 Packages'])}; release_comes_from new`,
        0,
      ],
      [
        `${policy('2', [' *** 2', 'http://new/d other/main amd64 Packages'])}; release_comes_from new >/dev/null`,
        1,
      ],
      [`${policy('(none)')}; release_comes_from new >/dev/null`, 1],
      [silent, 1],
      [`ends=100; ${silent}`, 2],
      [
        `${policy('(none)')}; release_comes_from new`,
        1,
        expect.stringContaining('Candidate: (none)'),
      ],
    ],
    { before: APT_CACHE },
  );
});

test('apt is asked for base-files anew only when it may tell something else', () => {
  const host = temporaryHost();
  host.write('etc/sources.list', 'a');
  host.write('lists/x_InRelease', 'a');
  host.write('status', 'a');
  host.write('linked', 'a');
  const ask = 'release_comes_from new >/dev/null';
  const now = policy('2', [' *** 2', 'http://h/d new/main amd64 Packages']);
  const before = `${APT_CACHE.replace('printf', 'echo asked >&2; printf')}cd "\${sw_state%/*}"; ln -sfn ../linked etc/link
sw_apt_inputs=("$PWD"/{etc,lists,automatic,status}); ${now}\n`;
  // An apt-get that tells that it is asked, and what its last words are.
  const plan = 'apt-get() { echo asked >&2; echo "plan ${*:4}"; return "${ends:-0}"; }';
  const changes = [
    'echo b >>etc/sources.list',
    'echo b >etc/more',
    'echo b >>lists/x_InRelease',
    'rm lists/x_InRelease',
    'touch -d @1 status',
    'echo b >automatic',
    // What a link leads to counts, not the link.
    'echo b >>linked',
  ];
  expectAnswers(
    host,
    [
      [`${ask}; release_comes_from x >/dev/null || ${ask}`, 0, 'asked\n'],
      // What this shell was told is known to one that comes from it.
      [`${ask}; (${ask}); (echo b >>status; ${ask}); ${ask}`, 0, 'asked\nasked\nasked\n'],
      ...changes.map(
        (change) =>
          [`${ask}; ${change}; ${ask}; ${ask}`, 0, 'asked\nasked\n'] as const satisfies Row,
      ),
      [`ends=100; ${ask}`, 2, 'asked\n'],
      [`${ask}; ends=100; echo b >>status; ${ask}; ends=0; ${ask}`, 0, 'asked\nasked\nasked\n'],
      // The same for what it would plan, in one line.
      ...changes.map(
        (change) =>
          [`one=$(sw_stamp_plan); ${change}; [[ $one != "$(sw_stamp_plan)" ]]`, 0] as const,
      ),
      ['[[ "$(sw_stamp_plan)" == "$(sw_stamp_plan)" && $(wc -l < <(sw_stamp_plan)) == 1 ]]', 0],
      // And its plan itself: it is asked again for another one, and once it would plan otherwise.
      [`${plan}; sw_ask_plan x; sw_text=; sw_ask_plan x; echo "$sw_text"`, 0, 'asked\nplan x\n'],
      [`${plan}; sw_ask_plan x; sw_ask_plan x y; echo "$sw_text"`, 0, 'asked\nasked\nplan x y\n'],
      [`${plan}; sw_ask_plan 'x y'; sw_ask_plan x y`, 0, 'asked\nasked\n'],
      [`${plan}; sw_ask_plan x; echo c >>status; sw_ask_plan x`, 0, 'asked\nasked\n'],
      [
        `${plan}; ends=100; sw_ask_plan x || echo "no: $sw_text"; ends=0; sw_ask_plan x`,
        0,
        'asked\nno: plan x\nasked\n',
      ],
    ],
    { before },
  );
});

test('every source has been fetched, and one of the suites is spoken of', () => {
  const host = temporaryHost();
  host.write(
    'apt/sources.list',
    'deb http://h/d s main\ndeb http://h/d s/updates main\ndeb [a=b] http://u:p@h/flat ./\ndeb file:/local s main\n',
  );
  for (const name of ['h_d_dists_s_InRelease', 'h_d_dists_s_updates_Release', 'h_flat_._Release'])
    host.write(`lists/${name}`, '');
  // What a trusted folder has without a Release file.
  host.write('lists/h_debs_._Packages.gz', '');
  host.write('fewer/h_d_dists_s_InRelease', '');
  // Each place once, of however many suites.
  host.write(
    'more/sources.list.d/x.sources',
    'Types: deb\nURIs: http://h/d http://i/d\nSuites: s t u\nComponents: main\n',
  );
  const speaks = 'release_comes_from() { echo "asked $1"; [[ $1 == "$is" ]]; }';
  expectAnswers(
    host,
    [
      ['sw_every_source_is_fetched', 0, ''],
      [
        'sw_apt_lists=${sw_state%/*}/fewer; sw_every_source_is_fetched',
        1,
        'not fetched: HOST/apt/sources.list:2\nnot fetched: HOST/apt/sources.list:3\n',
      ],
      ...(
        [
          ['deb [trusted=yes] http://h/debs ./', 0],
          ['deb [trusted=yes] http://h/debs s main', 1],
          ['deb http://h/debs ./', 1],
          ['deb [trusted=yes] http://h/other ./', 1],
        ] as const
      ).map(([line, status]): Row => [
        `sw_apt_etc=\${sw_state%/*}/flat; mkdir -p "$sw_apt_etc"; echo '${line}' >"$sw_apt_etc/sources.list"; sw_every_source_is_fetched >/dev/null`,
        status,
      ]),
      [
        'sw_apt_etc=${sw_state%/*}/more; indexes_speak_of s',
        1,
        'not fetched: HOST/more/sources.list.d/x.sources:1\n',
      ],
      [`${speaks}; is=s; indexes_speak_of r s t`, 0, 'asked r\nasked s\n'],
      [`${speaks}; is=x; indexes_speak_of r s`, 1, 'asked r\nasked s\n'],
      ['release_comes_from() { return 2; }; indexes_speak_of r s', 2, ''],
      [`${speaks}; is=s; indexes_are_due; indexes_speak_of s`, 1, ''],
    ],
    { variables: { sw_apt_etc: host.path('apt'), sw_apt_lists: host.path('lists') } },
  );
});

const FETCH = `answer='Hit:1 http://h/d s InRelease' ends=0
apt-get() { printf '%b\\n' "$answer"; return "$ends"; }
release_comes_from() { [[ $1 == s ]]; }
: >"$sw_state/indexes-due"
`;

/** A fetch in which apt says this, ends with that status, and which is told so. */
function why(answer: string, ends: number, told: string): Row {
  return [
    `answer=$'${answer}' ends=${ends}; fetch_indexes; echo went on`,
    1,
    expect.stringContaining(told),
  ];
}

test('a fetch that went wrong is told, with its remedy, however apt ended', () => {
  const missing =
    'that address does not have that suite (any more): put a # before its line, or write Enabled: no into its stanza; or set another mirror';
  expectApplied(
    temporaryHost(),
    [
      why('Err:1 http://h s InRelease\\n  404  Not Found', 0, missing),
      why("E: The repository \\'x\\' does not have a Release file.", 100, missing),
      why('W: GPG error: http://h: NO_PUBKEY 1', 0, 'a key is missing or has expired'),
      why('W: An error occurred: EXPKEYSIG 1', 0, 'a key is missing or has expired'),
      // Since apt 3.0.
      ...[
        'Missing key 01, which is needed to verify signature.',
        'Signing key on 01 is bad: The primary key is not live because: Expired on 2026-01-01',
        'Signing key on 01 is not bound: No binding signature at time 2026-01-01',
      ].map((words) =>
        why(`W: GPG error: http://h: ${words}`, 0, 'a key is missing or has expired'),
      ),
      why(
        'E: The method driver /usr/lib/apt/methods/https could not be found.',
        100,
        'for https: apt-get install apt-transport-https ca-certificates',
      ),
      why('W: Failed to fetch http://h  Could not resolve h', 0, 'is the network up'),
      why('E: Release file is not valid yet', 100, 'is the clock of this machine right'),
      why(
        'E: something else',
        100,
        'see the sources: grep -rnE "^(deb|URIs:|Suites:)" /etc/apt/sources.list /etc/apt/sources.list.d',
      ),
      why('W: Some index files failed to download', 0, 'W: Some index files failed'),
      ['[[ -e $sw_state/indexes-due && ! -e $sw_state/indexes ]]', 0],
      ['ends=100; fetch_indexes; echo went on', 100, expect.not.stringContaining('went on')],
      ["answer='W: nothing of importance'; fetch_indexes >/dev/null", 0, ''],
      ['[[ ! -e $sw_state/indexes-due && ! -e $sw_state/apt-update && -e $sw_state/indexes ]]', 0],
      ...(
        [
          ['Err:3 http://h ./ Packages\\n  404\\nGet:3 http://h ./ Packages', 0],
          ['Err:3 http://h ./ Packages\\n  404\\nHit:3 http://h ./ Packages', 0],
          ['Err:3 http://h ./ Packages\\n  404\\nGet:33 http://h ./ Packages', 1],
          ['Get:3 http://h ./ Packages\\nErr:3 http://h ./ Packages\\n  404', 1],
        ] as const
      ).map(([answer, status]): Row => [`answer='${answer}'; fetch_indexes >/dev/null`, status]),
    ],
    { before: FETCH },
  );
});

test('a key that a run has fetched is named, to be fetched anew', () => {
  const host = temporaryHost();
  host.write(
    'apt/sources.list.d/own.list',
    '# of mine\ndeb [arch=amd64 signed-by=/k/own.asc] https://h/d/ s main\n',
  );
  host.write(
    'apt/sources.list.d/other.list',
    'deb [signed-by=/k/other.asc] https://other/d s main\n',
  );
  host.write('apt/sources.list.d/plain.list', 'deb https://h/d s main\n');
  host.write('state/key-own', 'https://h/d/gpg\n');
  const variables = { sw_apt_etc: host.path('apt'), sw_keyrings: '/k' };
  expectAnswers(
    host,
    [
      [
        'sw_find_own_keys "W: GPG error: https://h/d s InRelease: NO_PUBKEY 1"; echo "$sw_text"',
        0,
        '/k/own.asc (of HOST/apt/sources.list.d/own.list:2)\n',
      ],
      [
        'sw_find_own_keys "W: GPG error: https://other/d s InRelease: NO_PUBKEY 1"; echo "[$sw_text]"',
        0,
        '[]\n',
      ],
    ],
    { variables },
  );
  expectApplied(
    host,
    [
      stops(
        'sw_fail_to_fetch "W: GPG error: https://h/d s InRelease: EXPKEYSIG 1"',
        'the key of a source has expired, or was replaced: remove /k/own.asc (of HOST/apt/sources.list.d/own.list:2); then run this script again, which fetches it anew\n',
      ),
    ],
    { variables },
  );
});

test('indexes are recent when a run has fetched them in the last half a day, and nothing made them due', () => {
  expectAnswers(temporaryHost(), [
    ['indexes_are_recent', 1, ''],
    ['sw_state=/nowhere; indexes_are_recent', 1, ''],
    [': >"$sw_state/indexes"; indexes_are_recent', 0, ''],
    ['touch -d "-13 hours" "$sw_state/indexes"; indexes_are_recent', 1, ''],
    [': >"$sw_state/indexes"; indexes_are_due; indexes_are_recent', 1, ''],
    ['rm "$sw_state/indexes-due"; find() { return 1; }; indexes_are_recent', 2, ''],
  ]);
});

test('indexes are fetched anew when they are old or due, and have to speak of the suite', () => {
  const fetched = /^\+ apt-get/;
  expectApplied(
    temporaryHost(),
    [
      ['refresh_indexes s', 0, expect.stringMatching(fetched)],
      ['refresh_indexes s', 0, ''],
      ['touch -d "-11 hours" "$sw_state/indexes"; refresh_indexes s', 0, ''],
      [
        'touch -d "-13 hours" "$sw_state/indexes"; refresh_indexes s',
        0,
        expect.stringMatching(fetched),
      ],
      ['indexes_are_due; refresh_indexes s', 0, expect.stringMatching(fetched)],
      [
        'refresh_indexes other; echo went on',
        1,
        'apt would take base-files from another release than other\nsee: apt-cache policy base-files\n',
      ],
    ],
    { before: FETCH },
  );
});
