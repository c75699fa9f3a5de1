import { defineHost, installServer, makeWorld, powerOn, type Host } from 'stepwright/simulate';

/** The version that the link leads to, when it is installed there. */
function versionInUse({ state, files }: Host): string | undefined {
  const folder = files.inHost('/opt/shop/current');
  return state.python[folder]?.['shop'];
}

const world = makeWorld({
  releases: ['bookworm'],
  python: {
    shop: [
      { version: '1.0', requires: '>=3.9', commands: ['shop'] },
      { version: '2.0', requires: '>=3.11', commands: ['shop'] },
    ],
  },
  starting: {
    'shop.service': (host) =>
      versionInUse(host) === undefined ? 'there is no shop to start' : undefined,
  },
});

/** Version 1.0 in its environment, as the procedure before this one has left it. */
function shopServer(known: typeof world): Host {
  const host = installServer(known, 'bookworm');
  host.files.write('/opt/shop/1.0/pyvenv.cfg', 'home = /usr/bin\nversion = 3.11.2\n');
  host.files.link('/opt/shop/1.0/bin/python3', '/.model/shim');
  host.files.link('/opt/shop/current', '/opt/shop/1.0');
  host.state.python['/opt/shop/1.0'] = { pip: '23.0.1', shop: '1.0' };
  host.state.units['shop.service'] = { enabled: true, active: 'inactive' };
  return powerOn(host);
}

/** Servers of Debian 12 with a service in a virtual environment. */
export default defineHost({
  world,
  states: { healthy: { title: 'a server with version 1.0', make: shopServer } },
  target: (host) => [
    ...(versionInUse(host) === '2.0' ? [] : ['version 2.0 is not in use']),
    ...(host.state.units['shop.service']?.active === 'active' ? [] : ['the shop does not run']),
  ],
  // The way back, and something to start at every moment.
  precious: (host) => [
    ...(host.state.python['/opt/shop/1.0']?.['shop'] === '1.0' ? ['version 1.0'] : []),
    ...(versionInUse(host) === undefined ? [] : ['a version to start']),
  ],
});
