import { expect, test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { expectAnswers, expectApplied, type Row } from '../../support/modules.ts';

/** What is above an entry that the upgrade has put into a comment. */
const DISABLED = 'disabled for the upgrade: deb http://b s';

/** Names every entry that is enabled, and shows how it was read. */
const TELL = `tell() {
  printf '%s %s|%s|%s|%s|%s\\n' "\${sw_place##*/}" "$sw_types" "\${sw_uris[*]}" "\${sw_suites[*]}" \\
    "\${sw_components[*]}" "$sw_undated"
}
off() { sw_off='not wanted'; }
aged() { sw_undated=yes; }
moved() { sw_uris=(http://new/x); sw_suites=(new); sw_components=(main extra); sw_remarks=('as said'); }
`;

/** What the runtime reads from a file of this name that holds this. */
function expectRead(name: string, content: string, told: string): void {
  const host = hostWith({ [name]: content });
  expectAnswers(host, [['sw_walk_sources tell', 0, told]], around(host));
}

function hostWith(files: Readonly<Record<string, string>>): Host {
  const host = temporaryHost();
  for (const [name, content] of Object.entries(files)) host.write(`apt/${name}`, content);
  return host;
}

function around(host: Host) {
  return { before: TELL, variables: { sw_apt_etc: host.path('apt') } };
}

test.each([
  [
    'a plain line',
    'deb http://a/b s main contrib\n',
    'sources.list:1 deb|http://a/b|s|main contrib|no\n',
  ],
  ['a line without an end', 'deb http://a/b s main', 'sources.list:1 deb|http://a/b|s|main|no\n'],
  [
    'tabs, and a comment',
    ' \tdeb-src\thttp://a/ \t s/  # x\n',
    'sources.list:1 deb-src|http://a/|s/||no\n',
  ],
  [
    'options',
    'deb [ arch=amd64 check-valid-until=no ] http://a s main\n',
    'sources.list:1 deb|http://a|s|main|yes\n',
  ],
  [
    'a bracket close to the address',
    'deb [a=b]http://a s main\n',
    'sources.list:1 deb|http://a|s|main|no\n',
  ],
  [
    'a disc with blanks in its name',
    'deb cdrom:[Debian 12 _x_]/ s main\n',
    'sources.list:1 deb|cdrom:[Debian 12 _x_]/|s|main|no\n',
  ],
  [
    'lines that end as in DOS',
    'deb http://a s main x\r\n',
    'sources.list:1 deb|http://a|s|main x|no\n',
  ],
  ['what is none', '#deb http://a s main\ndebx http://a s main\ndeb http://a\n\n$(touch x)\n', ''],
  ['nothing', '', ''],
])('of a .list, %s', (_, content, told) => {
  expectRead('sources.list', content, told);
});

test('of a .list, a line with a comment in Latin-1', () => {
  const host = hostWith({ 'sources.list': '' });
  const line = `printf 'deb http://a s main # d\\351p\\364t\\n' >"$sw_apt_etc/sources.list"`;
  expectAnswers(
    host,
    [[`${line}; sw_walk_sources tell`, 0, 'sources.list:1 deb|http://a|s|main|no\n']],
    around(host),
  );
});

test.each([
  [
    'two stanzas, with blanks in the line between them',
    'Types: deb\nURIs: http://a\nSuites: s t\nComponents: main\n \t\n\nTypes: deb\nURIs: http://b http://c\nSuites: u/',
    'x.sources:1 deb|http://a|s t|main|no\nx.sources:7 deb|http://b http://c|u/||no\n',
  ],
  [
    'lines that go on, and comments between them',
    'TYPES: deb\n  deb-src\nuris: http://a\n# x\n\thttp://b\nSuites:\n s\n',
    'x.sources:1 deb deb-src|http://a http://b|s||no\n',
  ],
  [
    'a comment above',
    '# Debian\nTypes: deb\nURIs: http://a\nSuites: s\nCheck-Valid-Until: no\n',
    'x.sources:1 deb|http://a|s||yes\n',
  ],
  [
    'tabs, and lines that end as in DOS',
    'Types:\tdeb\r\nURIs:\thttp://a\r\nSuites: s\r\n\r\nTypes: deb\r\nURIs: http://b\r\nSuites: t\r\n',
    'x.sources:1 deb|http://a|s||no\nx.sources:5 deb|http://b|t||no\n',
  ],
  ['one that is cut off before its address', 'Types: deb\nSui', ''],
  ['comments alone', '# a\n# b\n', ''],
])('of a .sources, %s', (_, content, told) => {
  const host = hostWith({ 'sources.list.d/x.sources': content });
  expectAnswers(host, [['sw_walk_sources tell', 0, told]], around(host));
});

/** What each of these values of the field Enabled is to answer. */
function enabled(words: readonly string[], status: number): Row[] {
  return words.map((word) => [`sw_is_enabled '${word}'`, status]);
}

// What apt itself makes of them was tried with apt-get update --print-uris.
test('what the field Enabled says is read as apt reads it', () => {
  expectAnswers(temporaryHost(), [
    ...enabled(
      ['no', ' no', 'No', 'NO', 'false', 'FALSE', 'Without', 'off', 'Off', 'disable', '0'],
      1,
    ),
    ...enabled(['yes', 'true', 'on', '1', 'n', 'none', ''], 0),
  ]);
});

const judged = (file: string, content: string, told: string): Row => [
  `etc=\${sw_state%/*}/t; rm -rf "$etc"; mkdir -p "$etc/sources.list.d"; printf '${content}' >"$etc/${file}"
  judge() { if sw_is_trusted; then printf 'yes '; else printf 'no '; fi; }
  sw_apt_etc=$etc; sw_walk_sources judge`,
  0,
  told,
];
const ofLine = (options: string, told: string): Row =>
  judged('sources.list', `deb ${options} http://a s main\\n`, told);
const ofStanza = (field: string, told: string): Row =>
  judged('sources.list.d/a.sources', `Types: deb\\nURIs: http://a\\nSuites: s\\n${field}`, told);

test('a source that apt wants no signature of is known, in both forms', () => {
  expectAnswers(temporaryHost(), [
    ofLine('', 'no '),
    ofLine('[trusted=yes]', 'yes '),
    ofLine('[ arch=amd64 trusted=yes ]', 'yes '),
    ofLine('[trusted=no]', 'no '),
    ofLine('[untrusted=yes]', 'no '),
    ofStanza('Trusted: yes\\n', 'yes '),
    ofStanza('Trusted: no\\n', 'no '),
    ofStanza('', 'no '),
  ]);
});

test('folders, and files of names that apt passes over, are none of apt', () => {
  const text = `# ${DISABLED}\ndeb http://a s main\n`;
  const passedOver = [
    'a.list.bak',
    '.hidden.list',
    'folder.list/x',
    'google chrome.list',
    'x (copy).list',
    'a+b.list',
    'a~.list',
    'a@b.sources',
    'é.list',
    "it's $(touch x) *.list",
  ];
  const host = hostWith(
    Object.fromEntries(
      ['a_b-C.9:x.list', ...passedOver].map((name) => [`sources.list.d/${name}`, text]),
    ),
  );
  const told = 'a_b-C.9:x.list:2 deb|http://a|s|main|no\n';
  expectAnswers(
    host,
    [
      ['sw_walk_sources tell', 0, told],
      ['LC_ALL=C.UTF-8; sw_walk_sources tell', 0, told],
      [
        'sw_tell_disabled_sources',
        0,
        `note: HOST/apt/sources.list.d/a_b-C.9:x.list: ${DISABLED}\n`,
      ],
    ],
    around(host),
  );
});

const SHOW = `show() { printf '%s' "\${sw_new_texts[@]}"; }
`;

test('an entry that is to be another keeps what the judge did not change', () => {
  const host = hostWith({
    'sources.list':
      'deb  [arch=amd64]  http://a \t s main # mine\n\n# deb http://x y z\ndeb http://b t\n',
  });
  const { before, variables } = around(host);
  expectAnswers(
    host,
    [
      [
        'sw_walk_sources off; show',
        0,
        '# not wanted: deb  [arch=amd64]  http://a \t s main # mine\n\n# deb http://x y z\n# not wanted: deb http://b t\n',
      ],
      [
        'sw_walk_sources aged; show',
        0,
        'deb  [arch=amd64 check-valid-until=no] http://a \t s main # mine\n\n# deb http://x y z\ndeb [check-valid-until=no] http://b t\n',
      ],
      [
        'sw_walk_sources moved; show',
        0,
        '# as said\ndeb  [arch=amd64]  http://new/x \t new main extra # mine\n\n# deb http://x y z\n# as said\ndeb http://new/x new main extra\n',
      ],
      ['sw_walk_sources :; show; echo "${#sw_new_files[@]}"', 0, '0\n'],
    ],
    { before: before + SHOW, variables },
  );
});

test('a stanza that is to be another gets new fields below, and loses the lines that went on', () => {
  const stanza =
    '# Debian\nTypes: deb\nuris: http://a\n http://b\n# between\nSuites: s\nSigned-By: /x.gpg\n';
  const host = hostWith({ 'sources.list.d/x.sources': stanza });
  const { before, variables } = around(host);
  expectAnswers(
    host,
    [
      [
        'sw_walk_sources off; show',
        0,
        `# not wanted (to enable it again, remove the line "Enabled: no")\n${stanza}Enabled: no\n`,
      ],
      ['sw_walk_sources aged; show', 0, `${stanza}Check-Valid-Until: no\n`],
      [
        'sw_walk_sources moved; show',
        0,
        '# as said\n# Debian\nTypes: deb\nURIs: http://new/x\n# between\nSuites: new\nSigned-By: /x.gpg\nComponents: main extra\n',
      ],
    ],
    { before: before + SHOW, variables },
  );
});

test('files are written with their originals kept, and a plan shows the lines that change', () => {
  const host = hostWith({ 'sources.list': 'deb http://a s\n', 'sources.list.d/x.list': '# no\n' });
  const { before, variables } = around(host);
  expectApplied(
    host,
    [
      [
        'sw_walk_sources off; sw_would_write_sources',
        0,
        "           change 'HOST/apt/sources.list':\n             < deb http://a s\n             > # not wanted: deb http://a s\n",
      ],
      [
        'sw_keep_copy() { return 1; }; sw_walk_sources off; sw_write_sources; echo went on',
        1,
        expect.stringMatching(/^HOST\/apt\/sources.list could not be kept/),
      ],
      ['cat "$sw_apt_etc/sources.list"; [[ -e $sw_state/indexes-due ]]', 0, 'deb http://a s\n'],
      ['sw_walk_sources off; sw_write_sources >/dev/null', 0, ''],
      ['sw_walk_sources off; sw_write_sources', 0, ''],
    ],
    { before, variables },
  );
  expect(host.read('apt/sources.list')).toBe('# not wanted: deb http://a s\n');
  expect(host.read(`state/originals${host.path('apt/sources.list')}`)).toBe('deb http://a s\n');
});

test('what was disabled is told below the summary, and nothing else is', () => {
  const host = hostWith({
    'sources.list':
      '# disabled for the upgrade: deb http://a s\n# disabled by hand\ndeb http://b s\n',
    'sources.list.d/x.list': '# not on the mirror: deb http://c s\n',
    'sources.list.d/y.sources':
      '# disabled for the upgrade (to enable it again, remove the line "Enabled: no")\nTypes: deb\n',
    'sources.list.d/z.sources':
      '# not on the mirror (to enable it again, remove the line "Enabled: no")\nTypes: deb\n\n# not on the mirror: s t\nTypes: deb\n# not on the mirror, they say\n',
  });
  expectAnswers(
    host,
    [
      [
        'sw_tell_disabled_sources',
        0,
        'note: HOST/apt/sources.list: disabled for the upgrade: deb http://a s\n' +
          'note: HOST/apt/sources.list.d/x.list: not on the mirror: deb http://c s\n' +
          'note: HOST/apt/sources.list.d/y.sources: disabled for the upgrade (to enable it again, remove the line "Enabled: no")\n' +
          'note: HOST/apt/sources.list.d/z.sources: not on the mirror (to enable it again, remove the line "Enabled: no")\n' +
          'note: HOST/apt/sources.list.d/z.sources: not on the mirror: s t\n',
      ],
    ],
    around(host),
  );
});
