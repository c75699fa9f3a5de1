import {
  contentAt,
  defineHost,
  getPip,
  imagesIn,
  listClusters,
  liveData,
  makeWorld,
  qualified,
  startUnit,
  type Host,
  type StartState,
  type World,
} from 'stepwright/simulate';
import { archives, backports, DOCKER_BASE, DOCKER_IO, keyPages } from './_host/archives.ts';
import { startWalt, waltServerDaemon } from './_host/daemon.ts';
import { ARCHIVED, PAGE, upgradedByHand, waltServer } from './_host/servers.ts';

/** A WalT distribution: each release with the Python that it was made for. */
function walt(name: string, commands: readonly string[], depends: readonly string[]) {
  const own = (version: string) => depends.map((other) => `${other}==${version}`);
  return {
    [name]: [
      { version: '4.0', requires: '>=2.7,<3', commands, depends: own('4.0') },
      { version: '5', requires: '>=3.6', commands, depends: own('5'), needs: ['python3-dev'] },
      { version: '7', requires: '>=3.6', commands, depends: own('7'), needs: ['python3-dev'] },
    ],
  };
}

const world = makeWorld({
  releases: ['stretch', 'buster'],
  archives,
  backports: { buster: backports },
  pages: {
    ...keyPages,
    'https://bootstrap.pypa.io/get-pip.py': getPip('25.3', '3.9'),
    'https://bootstrap.pypa.io/pip/3.7/get-pip.py': getPip('24.0', '3.7'),
  },
  python: {
    ...walt(
      'walt-server',
      ['walt-server-daemon', 'walt-server-setup'],
      ['walt-common', 'walt-virtual'],
    ),
    ...walt('walt-client', ['walt'], ['walt-common']),
    ...walt('walt-virtual', [], ['walt-common']),
    ...walt('walt-common', [], []),
  },
  commands: { 'walt-server-daemon': waltServerDaemon },
  starting: { 'walt-server.service': startWalt },
});

/** Rows of `images` in any cluster, and images in any storage or in a whole saved file. */
function precious(host: Host): string[] {
  const rows = liveData(host).flatMap(
    ({ databases }) => databases['walt']?.tables['images']?.rows ?? [],
  );
  const saved = [...host.readTree()].flatMap(([path, { data }]) =>
    path.endsWith('.tar') ? namesIn(data) : [],
  );
  const stored = [...host.state.docker.images, ...host.state.podman.images].map(({ name }) => name);
  return [
    ...new Set([
      ...rows.map((row) => `row ${String(row['fullname'])}`),
      ...[...stored, ...saved].map(
        (name) => `image ${qualified(name.replace(/^localhost\//, ''))}`,
      ),
    ]),
  ];
}

function namesIn(archive: Buffer): string[] {
  try {
    return imagesIn(archive, '').map(({ name }) => name);
  } catch {
    return [];
  }
}

function wrongPackages({ state }: Host): string[] {
  const wrong = ['podman', 'buildah', 'docker-ce', 'python3-dev'].filter(
    (name) => state.packages[name]?.status !== 'installed',
  );
  const unfinished = Object.entries(state.packages).filter(
    ([, { status }]) => !['installed', 'config-files'].includes(status),
  );
  return [
    ...wrong.map((name) => `package ${name} is not installed`),
    ...unfinished.map(([name, { status }]) => `package ${name} is ${status}`),
    ...(state.packages['base-files']?.version.startsWith('10.') === true
      ? []
      : ['the release is not buster']),
    ...(state.packages['docker-engine']?.status === 'installed'
      ? ['docker-engine is still there']
      : []),
  ];
}

function wrongData(host: Host): string[] {
  const clusters = listClusters(host);
  const only = clusters.length === 1 ? clusters[0] : undefined;
  const tables = only?.content?.databases['walt']?.tables;
  const rows = tables?.['images']?.rows ?? [];
  const { images } = host.state.podman;
  return [
    ...(only?.version === '11' &&
    only.port === 5432 &&
    only.content?.server !== undefined &&
    only.start === 'auto'
      ? []
      : ['11/main alone is to run on 5432']),
    ...(rows.length === 3 ? [] : [`table images has ${rows.length} rows`]),
    ...(tables?.['logs']?.rows.length === 40 ? [] : ['rows of table logs are missing']),
    ...rows
      .filter((row) => !images.some(({ name }) => name === qualified(String(row['fullname']))))
      .map((row) => `podman lacks ${String(row['fullname'])}`),
  ];
}

function wrongServices({ state, files }: Host): string[] {
  const unit = state.units['walt-server.service'];
  const two = Object.keys(state.python['2.7'] ?? {}).filter((name) => name.startsWith('walt'));
  return [
    ...(unit?.active === 'active' && unit.enabled
      ? []
      : ['walt-server does not run, or is not enabled']),
    ...(state.python['3.7']?.['walt-server'] === '5' && state.python['3.7']?.['walt-client'] === '5'
      ? []
      : ['WalT 5 is not installed']),
    ...two.map((name) => `${name} is still there for Python 2`),
    ...(state.boot.kernel.startsWith('4.19') ? [] : [`the kernel is ${state.boot.kernel}`]),
    ...(files.exists('/usr/local/bin/walt-server-daemon')
      ? []
      : ['there is no walt-server-daemon']),
  ];
}

/** The line of the page after which docker shows no images: it is not installed, or lost its driver. */
const DOCKER_REMOVED = 4;
const DOCKER_REPLACED = 10;

async function byHand(known: World, lines: number, driver: string): Promise<Host> {
  return upgradedByHand(waltServer(known, { sources: ARCHIVED, driver }), lines);
}

/** The whole page by hand, with the reboot, the migration and the service back. */
async function atVersion5(known: World): Promise<Host> {
  const host = await byHand(known, PAGE.length, 'overlay2');
  host.boot();
  startUnit(host, 'walt-server');
  const unit = host.state.units['walt-server.service'];
  if (unit !== undefined) unit.enabled = true;
  host.sync();
  return host;
}

const states: Record<string, StartState> = {
  healthy: { title: 'a healthy WalT 4 server', make: waltServer },
  'docker-io': {
    title: 'docker.io in place of docker-engine',
    make: (known) => waltServer(known, { engine: DOCKER_IO }),
  },
  overlay2: {
    title: 'images kept with overlay2',
    make: (known) => waltServer(known, { driver: 'overlay2' }),
  },
  'no-11-main': {
    title: 'the upgrade creates no cluster 11/main',
    make: (known) =>
      waltServer(known, {
        files: { '/etc/postgresql-common/createcluster.conf': 'create_main_cluster = false\n' },
      }),
  },
  archived: {
    title: 'sources that were mended when stretch was archived',
    make: (known) => waltServer(known, { sources: ARCHIVED }),
  },
  'docker-source': {
    title: "docker's own source for the old release, in a list of another name",
    make: (known) =>
      waltServer(known, {
        files: {
          '/etc/apt/sources.list.d/docker-ce.list': `deb ${DOCKER_BASE} stretch stable\n`,
        },
      }),
  },
  'no-https': {
    title: 'apt cannot read https',
    make: (known) => {
      const host = waltServer(known);
      host.files.remove('/usr/lib/apt/methods/https');
      host.sync();
      return host;
    },
    stops: { status: 3, says: /apt-get install apt-transport-https ca-certificates/ },
  },
  'aufs-named': {
    title: 'docker is told to use aufs, which the new one does not know: it does not start',
    make: (known) =>
      waltServer(known, { files: { '/etc/docker/daemon.json': '{"storage-driver": "aufs"}\n' } }),
  },
  unnamed: {
    title: 'an image with the label of WalT that its database does not name',
    make: (known) => {
      const host = waltServer(known);
      const [image] = host.state.docker.images;
      if (image !== undefined)
        host.state.docker.images.push({ ...image, name: 'mine:latest', id: 'b'.repeat(64) });
      return host;
    },
  },
  unready: {
    title: 'an image is still being fetched',
    make: (known) => {
      const host = waltServer(known);
      contentAt(host, '/var/lib/postgresql/9.6/main')?.databases['walt']?.tables[
        'images'
      ]?.rows.push({ fullname: 'waltplatform/new:latest', ready: false });
      return host;
    },
    stops: { status: 3, says: /WalT has images that are not ready/ },
  },
  'version-5': {
    title: 'a server that is at version 5 already',
    make: atVersion5,
    args: ['--set', 'save-images=no'],
  },
};
for (const [index] of PAGE.entries()) {
  const lines = index + 1;
  states[`by-hand-${lines}`] = {
    title: `upgraded by hand up to line ${lines} of the page, images kept with overlay2`,
    make: async (known) => byHand(known, lines, 'overlay2'),
    // There is no docker, or not the old one: it cannot save what it does not show.
    args: lines < DOCKER_REMOVED ? [] : ['--set', 'save-images=no'],
  };
}
for (const lines of [DOCKER_REMOVED, DOCKER_REMOVED + 5, DOCKER_REPLACED, PAGE.length]) {
  states[`by-hand-${lines}-aufs`] = {
    title: `upgraded by hand up to line ${lines} of the page, images kept with aufs`,
    make: async (known) => byHand(known, lines, 'aufs'),
    // Nothing is lost: what docker had is still on the disk, and the message says how to get at it.
    stops: {
      status: 1,
      says: /lacks 3 of 3 container images|names 3 container images that neither docker nor podman has/,
    },
  };
}

/** WalT 4 servers in the states in which they are found. */
export default defineHost({
  world,
  states,
  target: (host) => [...wrongPackages(host), ...wrongData(host), ...wrongServices(host)],
  precious,
});
