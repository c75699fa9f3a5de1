import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSources } from '../../src/simulate/debian/sources.ts';
import { HostFiles } from '../../src/simulate/root/files.ts';

const root = mkdtempSync(join(tmpdir(), 'stepwright-test-'));
const files = new HostFiles(
  () => root,
  () => undefined,
);
afterAll(() => rmSync(root, { recursive: true, force: true }));

function read(text: string, name = 'sources.list') {
  files.remove('/etc/apt');
  const path = name === 'sources.list' ? name : `sources.list.d/${name}`;
  files.write(`/etc/apt/${path}`, text);
  return readSources(files).map(({ uri, suite, components, options }) => ({
    uri,
    suite,
    components,
    options: Object.fromEntries(options),
  }));
}

describe('sources of packages', () => {
  test('one-line files', () => {
    expect(
      read(
        '# x\ndeb [arch=amd64 signed-by=/k.asc] http://a.example/debian/ buster main contrib # y\ndeb-src http://a.example/ x main\n',
      ),
    ).toEqual([
      {
        uri: 'http://a.example/debian',
        suite: 'buster',
        components: ['main', 'contrib'],
        options: { arch: 'amd64', 'signed-by': '/k.asc' },
      },
    ]);
    expect(read('deb http://a.example/flat /\n')[0]).toMatchObject({ suite: '/', components: [] });
  });

  test('stanzas', () => {
    const text =
      'Types: deb\nURIs: http://a.example/debian\nSuites: x x-updates\nComponents: main\nCheck-Valid-Until: no\n\nEnabled: no\nTypes: deb\nURIs: http://b.example\nSuites: y\nComponents: main\n';
    expect(read(text, 'a.sources')).toMatchObject([
      { suite: 'x', options: { 'check-valid-until': 'no' } },
      { suite: 'x-updates' },
    ]);
  });

  test.each([
    'deb http://a.example buster\n',
    'deb buster main\n',
    'whatever\n',
    'deb http://a.example flat/ main\n',
  ])('malformed: %j', (text) => expect(() => read(text)).toThrow(/Malformed entry 1/));

  test.each([
    'a.list.save',
    '.a.list',
    'google chrome.list',
    'x (copy).list',
    'a+b.list',
    'a~.sources',
    'é.list',
  ])('files of other names are passed over: %s', (name) => {
    expect(read('nonsense', name)).toEqual([]);
  });

  test('files of names of all kinds that apt takes', () => {
    expect(read('deb http://a.example x main\n', 'a_b-C.9:x.list')).toHaveLength(1);
  });
});
