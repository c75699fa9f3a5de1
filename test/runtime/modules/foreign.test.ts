import { expect, test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied } from '../../support/modules.ts';

const OWN = 'deb http://ftp.debian.org/debian s main\n';

function hostWith(files: Readonly<Record<string, string>>): Host {
  const host = temporaryHost();
  host.write('apt/sources.list', OWN);
  host.write('lists/ftp.debian.org_debian_dists_s_InRelease', 'Origin: Debian\n');
  for (const [name, content] of Object.entries(files)) {
    host.write(`apt/sources.list.d/${name}`, content);
  }
  return host;
}

function places(host: Host) {
  return { variables: { sw_apt_etc: host.path('apt'), sw_apt_lists: host.path('lists') } };
}

function ask(address: string): string {
  return `sw_is_kept_host '${address}'`;
}

test('whose host it is', () => {
  const kept = 'sw_kept=(own host=apt.example "host=it\'s *" list=x)';
  expectAnswers(
    temporaryHost(),
    [
      [ask('http://apt.example'), 0],
      [ask('https://u:p@apt.example:8443/x/y'), 0],
      [ask('http://apt.example:80'), 0],
      [ask('http://sub.apt.example/'), 1],
      [ask('http://apt.example.org/'), 1],
      [ask('http://other/apt.example'), 1],
      [ask('http://other@x/@apt.example'), 1],
      [ask('http://x'), 1],
      [ask('http://own'), 1],
      [ask('cdrom:[Debian]/'), 1],
    ],
    { before: kept },
  );
});

test('a source is foreign unless its host or its list is kept', () => {
  const host = hostWith({
    'a.list': 'deb http://a.example/x s main\n# deb http://off.example s\n',
    'b.sources': 'Types: deb\nURIs: http://b.example http://c.example\nSuites: s\n',
  });
  expectAnswers(
    host,
    [
      ['foreign_sources_are_disabled own', 1, ''],
      ['foreign_sources_are_disabled own host=a.example', 1, ''],
      ['foreign_sources_are_disabled own host=a.example host=b.example', 1, ''],
      ['foreign_sources_are_disabled own host=a.example host=b.example host=c.example', 0, ''],
      ['foreign_sources_are_disabled own list=a list=b', 0, ''],
      ['foreign_sources_are_disabled own "list=*" "host=*"', 1, ''],
      [
        'require_known_sources b.example; printf "%s\\n" "${sw_refusals[@]}"',
        0,
        'an apt source that this procedure does not know: HOST/apt/sources.list.d/a.list:1: http://a.example/x s\n' +
          'put a # before it (or "Enabled: no" below it) in HOST/apt/sources.list.d/a.list, and take that away after the upgrade\n' +
          'an apt source that this procedure does not know: HOST/apt/sources.list.d/b.sources:1: http://b.example http://c.example s\n' +
          'put a # before it (or "Enabled: no" below it) in HOST/apt/sources.list.d/b.sources, and take that away after the upgrade\n',
      ],
      ['require_known_sources a.example b.example c.example; echo "${#sw_refusals[@]}"', 0, '0\n'],
    ],
    places(host),
  );
});

test('which host an address has', () => {
  const hosts: [string, string][] = [
    ['https://u:p@apt.example:8443/x', 'apt.example'],
    ['http://[2001:db8::1]/x', '[2001:db8::1]'],
    ['http://[2001:db8::1]:80', '[2001:db8::1]'],
  ];
  expectAnswers(
    temporaryHost(),
    hosts.map(([address, host]) => [`sw_host_of '${address}'; printf '%s' "$sw_text"`, 0, host]),
  );
});

/** Asks whether apt has something to go by, for an entry of these suites. */
function met(address: string, ...suites: string[]): string {
  return `sw_suites=(${suites.join(' ')}); sw_is_met '${address}'`;
}

test('what apt has to go by', () => {
  const host = temporaryHost();
  host.write('lists/h.example_d_dists_s_Release', '');
  expectAnswers(
    host,
    [
      ...all(0, [
        met('http://h.example/d/', 's'),
        met('http://h.example/d', 't'),
        met('cdrom:[x y]/', 's'),
        met('file:/x', 's'),
        met('http://x/flat', './', 'x/'),
      ]),
      ...all(1, [
        met('http://h.example', 's'),
        met('https://h.example/other', 's'),
        met('http://h.example/other', './', 's/updates'),
      ]),
    ],
    places(host),
  );
});

const REMEDY =
  'run: apt-get update, and if that does not fetch it, put a # before its line (or Enabled: no into its stanza)';

/** That it cannot be told whose `address`, in that place, is. */
function untold(address: string, place: string): string {
  return `apt has not fetched ${address} (HOST/apt/sources.list${place}): whose it is cannot be told\n`;
}

test("what apt has nothing of, and may be the distribution's, is not judged", () => {
  const host = hostWith({
    'm.list':
      'deb http://mirror.example/debian s main\ndeb https://mirror.example:443/debian-security s/updates main\n',
    'm.sources':
      'Types: deb\nURIs: http://u:p@mirror.example/x http://packages.invalid/debian\nSuites: s\n',
    'other.list': 'deb http://packages.invalid/debian s main\n',
  });
  host.write('lists/mirror.example_debian_dists_s_InRelease', 'Origin: Debian\n');
  const told =
    untold('https://mirror.example:443/debian-security', '.d/m.list:2') +
    untold('http://u:p@mirror.example/x', '.d/m.sources:1');
  const off = 'sw_apt_etc=$PWD/fewer';
  expectApplied(
    host,
    [
      ['foreign_sources_are_disabled own || echo "$?"', 0, `${told}${REMEDY}\n2\n`],
      ['disable_foreign_sources own; echo went on', 1, `${told}${REMEDY}; nothing was changed\n`],
      [
        'cat "$sw_apt_etc/sources.list.d/other.list"',
        0,
        'deb http://packages.invalid/debian s main\n',
      ],
      [
        'would_disable_foreign_sources own',
        0,
        expect.stringMatching(/^ +\(this fails: apt has not [^\n]*\n +\(this fails: [^\n]*\n$/),
      ],
      [
        'require_known_sources; printf "%s\\n" "${sw_refusals[@]}"',
        0,
        `${told.replaceAll('\n', `\n${REMEDY}\n`)}an apt source that this procedure does not know: HOST/apt/sources.list.d/other.list:1: http://packages.invalid/debian s\n` +
          'put a # before it (or "Enabled: no" below it) in HOST/apt/sources.list.d/other.list, and take that away after the upgrade\n',
      ],
      // What was fetched from there tells.
      [
        'for name in :443_debian-security_dists_s_updates _x_dists_t; do echo "Origin: other" >"$sw_apt_lists/mirror.example${name}_Release"; done; foreign_sources_are_disabled own || echo "$?"',
        0,
        '1\n',
      ],
      // One that is on no host of the distribution's is disabled, fetched or not.
      [
        `mkdir fewer; grep . "$sw_apt_etc/sources.list.d/other.list" >fewer/sources.list; ${off}; foreign_sources_are_disabled own || echo "$?"`,
        0,
        '1\n',
      ],
      // Without a list of the distribution's, nothing can be told of any.
      [
        `${off}; for file in "$sw_apt_lists/"*; do sed -i s/Debian/Other/ "$file"; done; foreign_sources_are_disabled own || echo "$?"`,
        0,
        'apt has not fetched http://packages.invalid/debian (HOST/fewer/sources.list:1): whose it is cannot be told\n' +
          `${REMEDY}\n2\n`,
      ],
      [
        `${off}; rm -r "$sw_apt_lists"; foreign_sources_are_disabled own >&2 || echo "$?"`,
        0,
        expect.stringMatching(/2\n$/),
      ],
      [`${off}; foreign_sources_are_disabled own host=packages.invalid`, 0, ''],
      // Those that the sources had before they were changed are known without.
      [
        `${off}; echo http://packages.invalid/debian >"$sw_state/own-sources"; foreign_sources_are_disabled own`,
        0,
        '',
      ],
    ],
    { ...places(host), before: 'cd "${sw_state%/*}"' },
  );
});

test('each is put into a comment, the distribution and what is kept stay, and it holds then', () => {
  const host = hostWith({
    'a.list': 'deb http://a.example/x s main\n',
    'k.list': 'deb http://k s\n',
  });
  expectApplied(
    host,
    [
      [
        'would_disable_foreign_sources own list=k',
        0,
        expect.stringContaining('> # disabled for the upgrade: deb http://a.example/x s main\n'),
      ],
      ['cat "$sw_apt_etc/sources.list.d/a.list"', 0, 'deb http://a.example/x s main\n'],
      [
        'sw_replace() { return 1; }; disable_foreign_sources own list=k; echo went on',
        1,
        expect.not.stringContaining('went on'),
      ],
      [
        'disable_foreign_sources own list=k',
        0,
        expect.stringMatching(
          /^disabled: HOST\/apt\/sources.list.d\/a.list:1: http:\/\/a.example\/x s\n/,
        ),
      ],
      ['foreign_sources_are_disabled own list=k', 0, ''],
    ],
    places(host),
  );
  expect(host.read('apt/sources.list')).toBe(OWN);
  expect(host.read('apt/sources.list.d/k.list')).toBe('deb http://k s\n');
});
