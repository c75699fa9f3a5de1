import { describe, expect, test } from 'vitest';
import { apt } from '../../src/dsl/index.ts';
import {
  expectGoldenStep,
  stepOn,
  temporaryHost,
  type Host,
  type Variables,
} from '../support/kinds.ts';
import { KEYS } from '../support/keys.ts';

const ADDRESS = 'https://download.docker.com/linux/debian';
const { fingerprint } = KEYS.one;
const options: Parameters<typeof apt.repository>[0] = {
  id: 'docker',
  why: 'it has the packages',
  name: 'docker',
  url: { reference: 'parameter', name: 'address', type: 'url' },
  suite: 'buster',
  components: ['stable'],
  architectures: ['amd64'],
  key: `${ADDRESS}/gpg`,
};
const pinned = apt.repository({ ...options, fingerprints: [fingerprint] });
const LINE = `deb [arch=amd64 signed-by=/usr/share/keyrings/docker.asc] ${ADDRESS} buster stable\n`;

function places(host: Host): Variables {
  return { sw_apt_etc: host.path('apt'), sw_keyrings: host.path('keyrings'), address: ADDRESS };
}

/** A host on which curl gives `key`. */
function hostThatGives(key: string | Buffer): Host {
  const host = temporaryHost();
  host.allow('gpg', 'base64');
  host.write('apt/sources.list', 'deb http://ftp.debian.org/debian buster main\n');
  host.write('key', key as string);
  host.stub('curl', 'while [[ $1 != --output ]]; do shift; done; cat -- "$host/key" >"$2"');
  return host;
}

describe('apt.repository', () => {
  test('the key is looked at before it is trusted', async () => {
    await expectGoldenStep(pinned);
    const host = hostThatGives(KEYS.one.armored);
    const step = stepOn(host, pinned, places(host));
    const untouched = host.snapshot();
    expect(step.check()).toEqual({ status: 1, output: '' });
    expect(step.plan()).toContain(`| ${LINE}`);
    expect(host.snapshot()).toEqual(untouched);
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(host.read('apt/sources.list.d/docker.list')).toBe(LINE);
    expect(host.read('keyrings/docker.asc')).toBe(KEYS.one.armored);
    const applied = host.snapshot();
    expect(step.check()).toEqual({ status: 0, output: '' });
    expect(host.snapshot()).toEqual(applied);
    expect(Object.keys(applied).filter((name) => name.includes('part'))).toEqual([]);
    host.forgetCalls();
    host.write('apt/sources.list.d/docker.list', '# of old\n');
    expect(step.apply().status).toBe(0);
    expect(host.calls('curl')).toEqual([]);
  });

  test.each([
    ['another key', KEYS.two.armored],
    ['a key too many', KEYS.one.armored + KEYS.two.armored],
    ['no key at all', '<html>404</html>'],
    ['nothing', ''],
  ])('%s is refused', (_, key) => {
    const host = hostThatGives(key);
    const before = host.snapshot();
    const step = stepOn(host, pinned, places(host));
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain('is not the one that was expected');
    expect(output).toContain(`expected: ${fingerprint}`);
    const { 'state/failure': _failure, ...after } = host.snapshot();
    expect(Object.keys(after)).toEqual([...Object.keys(before), 'keyrings'].toSorted());
  });

  test('a key that is there but is another one does not hold', () => {
    const host = hostThatGives(KEYS.one.armored);
    host.write('keyrings/docker.asc', KEYS.two.armored);
    host.write('apt/sources.list.d/docker.list', LINE);
    const step = stepOn(host, pinned, places(host));
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(0);
    expect(host.read(`state/originals${host.path('keyrings/docker.asc')}`)).toBe(KEYS.two.armored);
    expect(step.check().status).toBe(0);
  });

  test('a key as bytes becomes text', () => {
    const host = hostThatGives(Buffer.from(body(KEYS.one.armored), 'base64'));
    const step = stepOn(host, pinned, places(host));
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(host.read('keyrings/docker.asc')).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n/);
    expect(step.check().status).toBe(0);
  });

  test.each([
    ['the line ends of Windows', KEYS.one.armored.replaceAll('\n', '\r\n')],
    ['a blank behind its first line', KEYS.one.armored.replace('BLOCK-----\n', 'BLOCK----- \n')],
    ['a blank where nothing is to be', KEYS.one.armored.replace('\n\n', '\n \n')],
  ])('a key with %s, which gpg reads and apt does not, is written anew', (_, key) => {
    expect(key).not.toBe(KEYS.one.armored);
    const host = hostThatGives(key);
    host.write('keyrings/docker.asc', key);
    host.write('apt/sources.list.d/docker.list', LINE);
    const step = stepOn(host, pinned, places(host));
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(0);
    expect(host.read('keyrings/docker.asc')).toBe(KEYS.one.armored);
    expect(step.check().status).toBe(0);
  });

  test('every other entry of the same source gives way', () => {
    const host = hostThatGives(KEYS.one.armored);
    const old = host.write('apt/sources.list.d/old.list', `deb ${ADDRESS}/ buster stable\n`);
    host.write('apt/sources.list.d/other.list', `deb ${ADDRESS} stretch stable\n`);
    const step = stepOn(host, pinned, places(host));
    expect(step.apply().status).toBe(0);
    expect(host.read('apt/sources.list.d/old.list')).toBe(
      `# now in docker.list: deb ${ADDRESS}/ buster stable\n`,
    );
    expect(host.read(`state/originals${old}`)).toBe(`deb ${ADDRESS}/ buster stable\n`);
    expect(host.read('apt/sources.list.d/other.list')).toBe(`deb ${ADDRESS} stretch stable\n`);
    expect(step.check().status).toBe(0);
    host.write('apt/sources.list.d/old.list', `deb ${ADDRESS}/ buster stable\n`);
    expect(step.check().status).toBe(1);
  });

  test('without a fingerprint it says so', async () => {
    const unpinned = apt.repository({ ...options, suite: '/', components: [], architectures: [] });
    await expectGoldenStep(unpinned, 'apt.repository-unpinned');
    const host = hostThatGives(KEYS.two.armored);
    const step = stepOn(host, unpinned, places(host));
    expect(step.apply().status).toBe(0);
    expect(step.check().status).toBe(0);
    // Its address is set anew, and has another key.
    const moved = { ...places(host), address: 'https://elsewhere.example/debian' };
    host.write('key', KEYS.one.armored);
    expect(stepOn(host, unpinned, moved).check().status).toBe(1);
    expect(
      stepOn(host, { ...unpinned, key: 'https://elsewhere.example/gpg' } as never, moved).apply()
        .status,
    ).toBe(0);
    expect(host.read('keyrings/docker.asc')).toBe(KEYS.one.armored);
    // Replaced at its address: who removes the old one has the new one.
    host.write('keyrings/docker.asc', '<html>404</html>');
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(0);
    expect(step.check().status).toBe(0);
  });

  test('a page that is no key is refused where none is expected', () => {
    const host = hostThatGives('<html>moved</html>');
    const step = stepOn(host, apt.repository(options), places(host));
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain('is no key; nothing was changed');
    expect(step.check().status).toBe(1);
  });

  test('a key that cannot be fetched stops the step', () => {
    const host = hostThatGives('');
    host.stub('curl', 'exit 22');
    const step = stepOn(host, pinned, places(host));
    expect(step.apply().status).toBe(22);
    expect(step.check().status).toBe(1);
  });

  test('a hostile address is one argument', () => {
    const host = hostThatGives(KEYS.one.armored);
    const key = { reference: 'parameter', name: 'key', type: 'url' } as const;
    const hostile = 'https://x.example.org/$(touch y);*&';
    stepOn(host, apt.repository({ ...options, key }), { ...places(host), key: hostile }).apply();
    expect(host.calls('curl')[0]?.args.slice(-2)).toEqual(['--', hostile]);
  });
});

/** The base64 lines of an armored key, without its checksum. */
function body(armored: string): string {
  return armored
    .split('\n')
    .filter((line) => line !== '' && !/^[-=]/.test(line))
    .join('');
}
