import type { Command } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { startDocker } from './containers/driver.ts';
import type { Archive, ArchivePackage } from './debian/archive.ts';
import { configure } from './debian/configuring.ts';
import { unpack } from './debian/installing.ts';
import { runTriggers } from './debian/libraries.ts';
import { RELEASES, type Codename } from './debian/release.ts';
import { archivesOf, packagesOf } from './debian/releases.ts';
import { packageOf } from './debian/known.ts';
import { writeStatus } from './debian/status.ts';
import { demandCodenames, demandNames, demandPackages, demandRelease } from './demands.ts';
import { Host } from './host.ts';
import { serverStarted, serverStopped, startAll, stopAll } from './postgres/servers.ts';
import type { HostState } from './state.ts';
import type { Query, World } from './world.ts';

/** The part of a world that a procedure adds to what every simulated world has. */
export interface WorldParts {
  /** Releases of Debian whose archives there are. */
  readonly releases: readonly Codename[];
  /** What a release has besides the packages that are known here; of two versions, the newer counts. */
  readonly packages?: Readonly<Partial<Record<Codename, readonly ArchivePackage[]>>>;
  readonly backports?: Readonly<Partial<Record<Codename, readonly ArchivePackage[]>>>;
  readonly archives?: readonly Archive[];
  readonly pages?: World['pages'];
  readonly python?: World['python'];
  readonly commands?: Readonly<Record<string, Command>>;
  readonly queries?: readonly Query[];
  readonly starting?: NonNullable<World['starting']>;
  readonly stopped?: NonNullable<World['stopped']>;
  readonly started?: NonNullable<World['started']>;
}

/**
 * A whole world: Debian's archives, the commands that are known here, and a procedure's own.
 * @throws ProcedureError when it is to have a release that is not known here.
 */
export function makeWorld(parts: WorldParts): World {
  demandCodenames('releases', parts.releases);
  demandCodenames('packages', Object.keys(parts.packages ?? {}));
  demandCodenames('backports', Object.keys(parts.backports ?? {}));
  return {
    archives: [
      ...parts.releases.flatMap((name) =>
        archivesOf(name, parts.backports?.[name], parts.packages?.[name]),
      ),
      ...(parts.archives ?? []),
    ],
    pages: parts.pages ?? {},
    python: parts.python ?? {},
    commands: { ...COMMANDS, ...parts.commands },
    queries: parts.queries ?? [],
    starting: { 'docker.service': startDocker, 'postgresql.service': startAll, ...parts.starting },
    stopped: { 'postgresql.service': stopAll, ...parts.stopped },
    ...(parts.started === undefined ? {} : { started: parts.started }),
    daemonStarted: serverStarted,
    daemonStopped: serverStopped,
  };
}

function emptyState(kernel: string): HostState {
  const store = { driver: 'overlay', images: [], containers: [] };
  return {
    boot: { id: '', count: 0, kernel },
    architecture: 'amd64',
    packages: {},
    lists: [],
    debconf: {},
    units: {},
    serial: 0,
    postgres: [],
    daemons: [],
    docker: { ...store, driver: 'overlay2' },
    podman: { ...store },
    python: {},
    halfPython: {},
    mounts: [
      {
        target: '/',
        device: '/dev/sda1',
        type: 'ext4',
        options: 'rw,relatime',
        megabytes: 80_000,
        free: 50_000,
      },
    ],
    offline: [],
    locked: 0,
    extra: {},
  };
}

const FILES: Readonly<Record<string, string>> = {
  '/etc/hostname': 'server\n',
  '/etc/hosts': '127.0.0.1\tlocalhost\n127.0.1.1\tserver\n',
  '/etc/fstab': '/dev/sda1 / ext4 errors=remount-ro 0 1\n',
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/bash\n_apt:x:104:65534::/nonexistent:/bin/false\npostgres:x:110:115:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\npostgres:x:115:\nnogroup:x:65534:\n',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  '/etc/apt/preferences.d/.keep': '',
  // In stretch it comes with apt-transport-https.
  '/usr/lib/apt/methods/https': '',
  '/var/lib/dpkg/lock': '',
  '/var/lib/apt/lists/lock': '',
  '/var/cache/apt/archives/lock': '',
  '/var/cache/debconf/config.dat': '',
};
const FOLDERS = [
  '/home',
  '/opt',
  '/root',
  '/srv',
  '/tmp',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/usr/sbin',
  '/var/log',
  '/var/tmp',
  '/var/lib/dpkg/updates',
  '/run/systemd/system',
  '/etc/apt/sources.list.d',
  '/usr/share/keyrings',
  '/var/backups',
];

const QUIET = { interactive: false, keepOld: true, keepDefault: true, ucfKeepsOld: true };

/**
 * Installs packages of the world's archives as an installer does, with nobody asked. Of each, its
 * name and its version count: what it brings is what the archive has.
 * @throws ProcedureError when no archive has one of them; then none is installed.
 */
export function preinstall(
  host: Host,
  items: readonly Pick<ArchivePackage, 'name' | 'version'>[],
): void {
  demandPackages(host.world, items);
  for (const { name, version } of items) unpack(host, packageOf(host, name, version));
  for (const { name } of items) configure(host, name, QUIET);
  runTriggers(host);
  writeStatus(host);
}

/** Packages that every server of a release has here: all that its table has but the optional ones. */
const OPTIONAL = new Set([
  'aufs-dkms',
  'linux-headers-amd64',
  'python3-dev',
  'python3-venv',
  'python3-pip',
  'isc-dhcp-server',
  'tmux',
  'firmware-misc-nonfree',
  'tzdata-legacy',
]);

/** What a server of release `codename` is to have besides, or to lack. */
export interface ServerOptions {
  readonly with?: readonly string[];
  readonly without?: readonly string[];
}

/**
 * A server of a release, as its installer left it: its packages, users, disks and sources, grub on
 * its first sector, and not started yet.
 * @throws ProcedureError when the world has no such release, or the release no such package.
 */
export function installServer(world: World, codename: Codename, options: ServerOptions = {}): Host {
  const { with: more = [], without = [] } = options;
  const known = packagesOf(codename);
  demandRelease(world, codename);
  demandNames(
    codename,
    known.map(({ name }) => name),
    [...more, ...without],
  );
  const host = Host.create(world, emptyState(RELEASES[codename].kernel));
  for (const path of FOLDERS) host.files.makeFolder(path);
  for (const [path, text] of Object.entries(FILES)) host.files.write(path, text);
  // Installers merge /usr since buster; a server that was installed before keeps /lib for itself.
  if (codename !== 'stretch') host.files.link('/lib', 'usr/lib');
  host.files.link('/usr/bin/env', '/.model/bin/env');
  host.files.link('/etc/os-release', '../usr/lib/os-release');
  host.files.write('/etc/apt/sources.list', `deb http://mirror.example/debian ${codename} main\n`);
  // What its last update fetched, when its release was on the mirror yet.
  host.files.write(
    `/var/lib/apt/lists/mirror.example_debian_dists_${codename}_InRelease`,
    `Origin: Debian\nSuite: stable\nCodename: ${codename}\n`,
  );
  host.state.debconf['grub-pc/install_devices'] = '/dev/sda';
  preinstall(
    host,
    known.filter(
      ({ name }) => !without.includes(name) && (!OPTIONAL.has(name) || more.includes(name)),
    ),
  );
  return host;
}

/** Starts a host that was set up: its files are all on the disk. */
export function powerOn(host: Host): Host {
  host.boot();
  host.sync();
  return host;
}

/** A state in which a procedure can find a server. */
export interface StartState {
  /** What it is, in a few words. */
  readonly title: string;
  readonly make: (world: World) => Host | Promise<Host>;
  /** Arguments of every part besides `--yes`. */
  readonly args?: readonly string[];
  /**
   * The procedure does not go through here: what it says instead, and what it exits with. With 3, it
   * is expected to have changed nothing that counts.
   */
  readonly stops?: { readonly status: number; readonly says: RegExp };
}

/** What a procedure's `host.ts` exports: the world and the servers on which it is simulated. */
export interface HostModel {
  readonly world: World;
  readonly states: Readonly<Record<string, StartState>>;
  /** What is not as it should be at the end; nothing when all is. */
  readonly target?: (host: Host) => readonly string[];
  /** Names of what must never get lost on the way: rows, images, files of the users. */
  readonly precious?: (host: Host) => readonly string[];
}

/** The default export of a `host.ts`, checked by the compiler. */
export function defineHost(model: HostModel): HostModel {
  return model;
}
