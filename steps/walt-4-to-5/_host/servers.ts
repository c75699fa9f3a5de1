import {
  contentAt,
  installServer,
  powerOn,
  preinstall,
  runScript,
  type ArchivePackage,
  type Host,
  type Image,
  type World,
} from 'stepwright/simulate';
import { DOCKER_BASE, DOCKER_ENGINE, KUBIC_BASE } from './archives.ts';

/** What the users of this server have: images with WalT's label, and one of docker's own. */
const NAMES = [
  'waltplatform/pc-x86-64-default:latest',
  'waltplatform/rpi-default:latest',
  'eduble/rpi-jessie:test',
];

function image(name: string, index: number, labels: Record<string, string>, driver: string): Image {
  return {
    name,
    id: String(index).repeat(12).padEnd(64, 'a'),
    labels,
    driver,
    megabytes: 300 + index,
  };
}

/** Docker's images of a v4 server, kept with `driver`. */
export function dockerImages(driver: string): Image[] {
  return [
    ...NAMES.map((name, index) =>
      image(name, index + 1, { 'walt.node.models': 'rpi-b,pc-x86-64' }, driver),
    ),
    image('hello-world:latest', 9, {}, driver),
  ];
}

function fillDatabase(host: Host): void {
  const data = contentAt(host, '/var/lib/postgresql/9.6/main');
  if (data === undefined) return;
  data.roles.push('root');
  data.databases['walt'] = {
    owner: 'root',
    tables: {
      images: {
        columns: ['fullname', 'ready'],
        rows: NAMES.map((fullname) => ({ fullname, ready: true })),
      },
      nodes: {
        columns: ['mac', 'image'],
        rows: NAMES.map((name, index) => ({ mac: `00:00:0${index}`, image: name })),
      },
      devices: {
        columns: ['mac', 'name', 'type'],
        rows: NAMES.map((_, index) => ({
          mac: `00:00:0${index}`,
          name: `node-${index}`,
          type: 'node',
        })),
      },
      logs: {
        columns: ['id', 'line'],
        rows: Array.from({ length: 40 }, (_, id) => ({ id, line: `line ${id}` })),
      },
    },
  };
}

/** WalT 4 on Python 2, with the unit file of its installation image. */
function installWalt(host: Host): void {
  const release = {
    'walt-server': '4.0',
    'walt-client': '4.0',
    'walt-common': '4.0',
    'walt-virtual': '4.0',
  };
  host.state.python['2.7'] = { ...host.state.python['2.7'], ...release };
  host.files.link('/usr/local/bin/walt-server-daemon', '/.model/shim');
  host.files.link('/usr/local/bin/walt', '/.model/shim');
  host.files.write(
    '/etc/systemd/system/walt-server.service',
    '[Unit]\nDescription=WalT server daemon\n[Service]\nType=notify\nExecStart=/usr/local/bin/walt-server-daemon\n[Install]\nWantedBy=multi-user.target\n',
  );
  host.state.units['walt-server.service'] = { enabled: true, active: 'inactive' };
}

export interface WaltOptions {
  /** Docker's package. */
  readonly engine?: ArchivePackage;
  readonly driver?: string;
  /** Sources as they were written when stretch was current, or mended since. */
  readonly sources?: string;
  readonly files?: Readonly<Record<string, string>>;
}

const SOURCES =
  'deb http://mirror.example/debian stretch main\ndeb http://mirror.example/debian-security stretch/updates main\n';
/** Sources that still answer in 2026. */
export const ARCHIVED =
  'deb [check-valid-until=no] http://archive.debian.org/debian stretch main\ndeb [check-valid-until=no] http://archive.debian.org/debian-security stretch/updates main\n';

/** A WalT server as the installation image of version 4 made it. */
export function waltServer(world: World, options: WaltOptions = {}): Host {
  const host = installServer(world, 'stretch', { with: ['isc-dhcp-server'] });
  const { engine = DOCKER_ENGINE, driver = 'aufs', sources = SOURCES, files = {} } = options;
  host.files.write('/etc/apt/sources.list', sources);
  // Fetched when it was on the mirror yet.
  host.files.write(
    '/var/lib/apt/lists/mirror.example_debian-security_dists_stretch_updates_InRelease',
    'Origin: Debian\nSuite: stable\nCodename: stretch\n',
  );
  host.files.write('/etc/ssh/sshd_config', '# of Debian 9\nPermitRootLogin yes\n');
  for (const [path, text] of Object.entries(files)) host.files.write(path, text);
  host.files.makeFolder(`/var/lib/docker/${driver}`);
  host.state.docker = { driver, images: dockerImages(driver), containers: [] };
  preinstall(host, [engine]);
  fillDatabase(host);
  installWalt(host);
  return powerOn(host);
}

/** The manual page's commands, as somebody types them who knows how to go on where they ask. */
export const PAGE: readonly string[] = [
  'systemctl stop walt-server && systemctl disable walt-server',
  'cd /root && pg_dump -Fc walt > walt-db.dump',
  'python -m pip uninstall -y walt-server walt-virtual walt-client walt-common',
  'apt-get -y remove docker-engine',
  "sed -i -e 's/stretch/buster/g' /etc/apt/sources.list",
  `curl -fsSL ${DOCKER_BASE}/gpg | apt-key add - && curl -fsSL ${KUBIC_BASE}/Release.key | apt-key add -`,
  `echo "deb [arch=amd64] ${DOCKER_BASE} buster stable" > /etc/apt/sources.list.d/docker.list && echo "deb ${KUBIC_BASE}/ /" > /etc/apt/sources.list.d/devel:kubic:libcontainers:stable.list`,
  'apt-get update',
  'export DEBIAN_FRONTEND=noninteractive; apt-get -y -o Dpkg::Options::=--force-confold dist-upgrade',
  'echo "deb [check-valid-until=no] http://archive.debian.org/debian buster-backports main" > /etc/apt/sources.list.d/backports.list && apt-get update && export DEBIAN_FRONTEND=noninteractive && apt-get -y install -t buster-backports libseccomp2 && apt-get -y install buildah podman docker-ce docker-ce-cli containerd.io python3-dev',
  'cd /root && curl -s https://bootstrap.pypa.io/pip/3.7/get-pip.py -o get-pip.py && python3 get-pip.py',
  'pg_dropcluster --stop 11 main',
  'pg_upgradecluster 9.6 main',
  'pg_dropcluster 9.6 main',
  'pip3 install walt-server==5 walt-client==5',
];

/** A server upgraded by hand up to a line of the page. @throws Error when that line fails. */
export async function upgradedByHand(host: Host, lines: number): Promise<Host> {
  const text = PAGE.slice(0, lines)
    .map((line) => `( ${line} ) || exit 1\n`)
    .join('');
  host.files.write('/root/by-hand.sh', text);
  const { status, stdout, stderr } = await runScript(host, '/root/by-hand.sh');
  if (status !== 0)
    throw new Error(`the page's first ${lines} lines: ${status}\n${stdout}${stderr}`);
  host.files.remove('/root/by-hand.sh');
  host.sync();
  return host;
}
