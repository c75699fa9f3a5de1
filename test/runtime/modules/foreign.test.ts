import { expect, test } from 'vitest';
import { temporaryHost, type Host } from '../../support/kinds.ts';
import { expectAnswers, expectApplied } from '../../support/modules.ts';

const OWN = 'deb http://ftp.debian.org/debian s main\n';

function hostWith(files: Readonly<Record<string, string>>): Host {
  const host = temporaryHost();
  host.write('apt/sources.list', OWN);
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
    "it's b.sources": 'Types: deb\nURIs: http://b.example http://c.example\nSuites: s\n',
  });
  expectAnswers(
    host,
    [
      ['foreign_sources_are_disabled own', 1, ''],
      ['foreign_sources_are_disabled own host=a.example', 1, ''],
      ['foreign_sources_are_disabled own host=a.example host=b.example', 1, ''],
      ['foreign_sources_are_disabled own host=a.example host=b.example host=c.example', 0, ''],
      ['foreign_sources_are_disabled own list=a "list=it\'s b"', 0, ''],
      ['foreign_sources_are_disabled own "list=*" "host=*"', 1, ''],
      [
        'require_known_sources b.example; printf "%s\\n" "${sw_refusals[@]}"',
        0,
        'an apt source that this procedure does not know: HOST/apt/sources.list.d/a.list:1: http://a.example/x s\n' +
          'put a # before it (or "Enabled: no" below it) in HOST/apt/sources.list.d/a.list, and take that away after the upgrade\n' +
          "an apt source that this procedure does not know: HOST/apt/sources.list.d/it's b.sources:1: http://b.example http://c.example s\n" +
          'put a # before it (or "Enabled: no" below it) in HOST/apt/sources.list.d/it\'s b.sources, and take that away after the upgrade\n',
      ],
      ['require_known_sources a.example b.example c.example; echo "${#sw_refusals[@]}"', 0, '0\n'],
    ],
    places(host),
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
