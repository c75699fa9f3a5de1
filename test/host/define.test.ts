import { afterAll, describe, expect, test } from 'vitest';
import { installServer, makeWorld, preinstall, type HostModel } from '../../src/simulate/define.ts';
import { proveAll } from '../../src/simulate/proofs/prove.ts';

const world = makeWorld({
  releases: ['bookworm'],
  packages: {
    bookworm: [
      { name: 'thing', version: '1', units: { 'thing.service': { enabled: true, started: true } } },
      { name: 'thing', version: '2' },
    ],
  },
});
const host = installServer(world, 'bookworm');
afterAll(() => host.dispose());

describe('a server of a model', () => {
  test('has an older version of a package, with all that belongs to it', () => {
    preinstall(host, [{ name: 'thing', version: '1' }]);
    expect(host.state.packages['thing']).toMatchObject({ version: '1', status: 'installed' });
    expect(host.state.units['thing.service']).toEqual({ enabled: true, active: 'active' });
  });

  test.each([
    [
      'a version that no archive has, and a name that none has',
      () => {
        preinstall(host, [
          { name: 'thing', version: '3' },
          { name: 'thing', version: '2' },
          { name: 'nothing', version: '1' },
        ]);
      },
      'preinstall: thing 3 is in no archive of this world; they have ' +
        '1 (http://mirror.example/debian bookworm), 2 (http://mirror.example/debian bookworm)\n' +
        "  give it to a release, makeWorld({ packages: { RELEASE: [{ name: 'thing', version: '3' }] } }), " +
        'or take a version that is there\n' +
        'preinstall: nothing 1 is in no archive of this world; they have no package of that name\n' +
        "  give it to a release, makeWorld({ packages: { RELEASE: [{ name: 'nothing', version: '1' }] } }), " +
        'or take a version that is there',
    ],
    [
      'releases that there are not',
      () => makeWorld({ releases: ['zzz' as never], packages: { boookworm: [] } as never }),
      /^makeWorld: `releases` names "zzz", which is no release that is known here\n {2}name one of stretch, /,
    ],
    [
      'a release that the world does not have',
      () => installServer(world, 'trixie'),
      'installServer: this world has no release trixie; it has bookworm\n' +
        "  name it: makeWorld({ releases: ['bookworm', 'trixie'] })",
    ],
    [
      'names of packages that no server has',
      () => installServer(world, 'bookworm', { with: ['tmux', 'tmx'], without: ['curll'] }),
      /^installServer: there is no package tmx among .*\n {2}mend the name.* tmux.*\ninstallServer: there is no package curll among/,
    ],
  ] as const)('refuses %s', (_, make, says) => {
    const before = structuredClone(host.state.packages);
    expect(make).toThrow(says);
    expect(host.state.packages).toEqual(before);
  });

  test('tells the file and the start state that a mistake is in', async () => {
    const model: HostModel = {
      world,
      states: {
        fine: { title: 'fine', make: () => host },
        odd: { title: 'odd', make: (known) => installServer(known, 'buster') },
      },
    };
    const subject = { id: 'x', scripts: [], model, file: 'steps/x/host.ts' };
    await expect(proveAll(subject, { states: ['odd'] })).rejects.toThrow(
      /^steps\/x\/host\.ts: start state odd: installServer: this world has no release buster/,
    );
  });
});
