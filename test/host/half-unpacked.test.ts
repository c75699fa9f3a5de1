import { afterAll, beforeAll, describe } from 'vitest';
import { installServer, makeWorld, powerOn } from '../../src/simulate/define.ts';
import type { Host } from '../../src/simulate/host.ts';
import { answersAs, type Row } from '../support/rows.ts';

// What dpkg was killed over, as real servers have it.

const world = makeWorld({ releases: ['bookworm'] });
let host: Host;
beforeAll(() => {
  host = powerOn(installServer(world, 'bookworm'));
});
afterAll(() => host.dispose());

const HALF: readonly Row[] = [
  ['dpkg --audit', 0, /in a mess due to serious problems during\ninstallation[^]*:\n sudo\n\n$/],
  ["dpkg-query -W -f='${db:Status-Abbrev} ${Status}' sudo", 0, /^iHR install reinstreq half-inst/],
  ['dpkg --configure --pending', 0, /^$/],
  ['dpkg --configure sudo', 1, /not ready for configuration\n cannot configure \(current status/],
  ['dpkg -r sudo', 1, /very bad inconsistent state[^]*before attempting a removal/],
  ['apt-get -q update && apt-get -y --fix-broken install', 0, /^1 not fully installed or removed/m],
  ["dpkg-query -W -f='${Status}' sudo", 0, /^install reinstreq half-installed$/],
];

describe('what dpkg was killed over', () => {
  beforeAll(() => {
    Object.assign(host.state.packages['sudo']!, { status: 'half-installed', broken: true });
  });
  answersAs(
    () => host,
    [
      ...HALF,
      // With names, apt wants to have nothing else to mend.
      [
        'dpkg --force-depends -r libssl3; apt-get -s -f install --reinstall -- sudo',
        100,
        /Unmet dep/,
      ],
      ['apt-get -y --fix-broken install; dpkg --audit', 0, /Setting up libssl3[^]*:\n sudo\n\n$/],
      ['apt-get -y -f install --reinstall -- sudo', 0, /Unpacking sudo[^]*Setting up sudo/],
      ['dpkg --audit', 0, /^$/],
    ],
  );
});

describe('what dpkg was killed over when it lay unpacked', () => {
  beforeAll(() => {
    Object.assign(host.state.packages['sudo']!, { status: 'unpacked', broken: true });
  });
  answersAs(
    () => host,
    [
      ['apt-get -y --fix-broken install', 100, /very bad [^]*E: Sub-process /],
      ['dpkg --configure --pending', 1, /very bad inconsistent state; you should\n reinstall it/],
      ['apt-get -y --download-only -f install --reinstall -- sudo', 0, /Download complete/],
      ['dpkg --unpack -- /var/cache/apt/archives/sudo_*.deb', 0, /^Unpacking sudo/],
      ["dpkg-query -W -f='${Status}' sudo", 0, /^install ok unpacked$/],
      ['dpkg --configure --pending; dpkg --audit', 0, /^Setting up sudo \(\S+\) \.\.\.\n$/],
      ['dpkg --unpack /nowhere.deb', 2, /cannot access archive '\/nowhere.deb'/],
    ],
  );
});

describe('what dpkg was killed over, of a version that no source has', () => {
  beforeAll(() => {
    const half = { version: '0', status: 'half-installed', broken: true };
    Object.assign(host.state.packages['sudo']!, half);
  });
  answersAs(
    () => host,
    [
      // It comes with whatever is asked for.
      ['apt-get -s dist-upgrade', 0, /^Inst sudo \[0\] /m],
      ['apt-get -s install bash', 0, /^Inst sudo \[0\] /m],
      [
        'apt-get -y install --reinstall bash',
        0,
        /^1 upgraded, 0 newly installed, 1 reinstalled, 0 to/m,
      ],
      ['dpkg --audit', 0, /^$/],
    ],
  );
});

describe('what dpkg was killed over, and no source has', () => {
  beforeAll(() => {
    host.state.packages['third-party'] = { version: '1', status: 'half-installed', broken: true };
  });
  answersAs(
    () => host,
    [
      [
        'apt-get -s dist-upgrade',
        100,
        /third-party needs to be reinstalled, but I can't find an arch/,
      ],
      ['apt-get --print-uris install bash', 100, /needs to be reinstalled/],
      ['apt-get -y --fix-broken install', 100, /needs to be reinstalled/],
      ['dpkg --force-remove-reinstreq -r third-party && apt-get -s dist-upgrade', 0, /0 upgraded/],
    ],
  );
});
