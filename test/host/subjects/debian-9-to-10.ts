import { defineHost, installServer, makeWorld, powerOn } from '../../../src/simulate/define.ts';
import type { Host } from '../../../src/simulate/host.ts';
import { contentAt, listClusters } from '../../../src/simulate/postgres/clusters.ts';
import type { World } from '../../../src/simulate/world.ts';
import {
  apt,
  file,
  parameter,
  path,
  pip,
  postgres,
  procedure,
  reboot,
  requires,
  service,
  shell,
  system,
  text,
} from '../../../src/index.ts';

const answers = {
  libcUpgrade: 'yes',
  restartServices: 'yes',
  conffiles: 'keep',
  postgresqlNotice: 'ignore',
  grub: 'boot-disk',
} as const;

const backups = parameter.path('backup-dir', { default: '/var/backups/upgrade', help: 'where to' });
const appVersion = parameter.version('app-version', { default: '5', help: 'of the app' });
const mode = parameter.choice('mode', {
  default: 'new',
  choices: ['new', 'old'],
  help: 'of the app',
});
const note = parameter.identifier('note', { default: 'none', help: 'for the app' });

/** A Debian 9 server with a database, upgraded to Debian 10: every kind that such an upgrade needs. */
export const steps = procedure({
  id: 'debian-9-to-10',
  title: 'Debian 9 to Debian 10',
  summary: 'For a Debian 9 server with a PostgreSQL database.',
  from: { release: 'stretch', name: 'Debian 9' },
  to: { release: 'buster', name: 'Debian 10' },
  architecture: 'amd64',
  parameters: [backups, appVersion, mode, note],
  steps: [
    system.saved({
      id: 'system-saved',
      why: 'settings can get lost',
      to: path(backups, 'system.tar.gz'),
      untilBegun: 'suites-changed',
    }),
    service.stopped({
      id: 'dhcp-stopped',
      why: 'it must not answer meanwhile',
      unit: 'isc-dhcp-server',
    }),
    postgres.dump({
      id: 'database-saved',
      why: 'the upgrade could fail',
      database: 'app',
      to: path(backups, 'app.dump'),
    }),
    apt.suites({
      id: 'suites-changed',
      why: 'packages come from the new release',
      from: 'stretch',
      to: 'buster',
      mirror: 'http://archive.debian.org/debian',
      securityMirror: 'http://archive.debian.org/debian-security',
      archived: true,
    }),
    apt.indexes({ id: 'indexes-fetched', why: 'apt has to know them', suite: 'buster' }),
    apt.prefetched({ id: 'packages-fetched', why: 'the network could fail', suite: 'buster' }),
    apt.distUpgraded({
      id: 'distribution-upgraded',
      why: 'this is the upgrade',
      suite: 'buster',
      answers,
    }),
    apt.installed({
      id: 'headers-there',
      why: 'packages with C code need them',
      packages: ['python3-dev', 'python3-pip'],
    }),
    postgres.upgraded({
      id: 'cluster-upgraded',
      why: 'the new server reads no old data',
      from: '9.6',
      to: '11',
      databases: ['app'],
    }),
    pip.installed({
      id: 'app-installed',
      why: 'it is what the server is for',
      packages: [{ name: 'app', version: appVersion }],
    }),
    reboot({
      id: 'rebooted',
      why: 'the new kernel is needed',
      release: 'buster',
      releaseName: 'Debian 10',
      kernel: '4.16',
    }),
    file.content({
      id: 'app-configured',
      why: 'it reads that',
      path: '/etc/app.conf',
      lines: [text`mode = ${mode}`, text`note = ${note}`],
      mode: '0640',
    }),
    shell({
      id: 'app-told',
      title: 'the app knows of it',
      why: 'it would not start',
      check: 'test -e /var/lib/app/ready',
      apply: 'run mkdir -p /var/lib/app\nrun touch /var/lib/app/ready',
    }),
    service.started({ id: 'dhcp-started', why: 'it has to answer again', unit: 'isc-dhcp-server' }),
    system.verified({ id: 'system-verified', why: 'the end has to be right', release: 'buster' }),
  ],
  requires: [
    requires.unit({ unit: 'isc-dhcp-server' }),
    requires.packagesInOrder(),
    requires.noPins(),
  ],
});

const ROWS = Array.from({ length: 7 }, (_, index) => ({ id: index, name: `row ${index}` }));

function server(world: World): Host {
  const host = installServer(world, 'stretch', { with: ['isc-dhcp-server'] });
  host.files.write('/etc/ssh/sshd_config', '# of Debian 9\nPermitRootLogin yes\n');
  const data = contentAt(host, '/var/lib/postgresql/9.6/main');
  data?.roles.push('root', 'app');
  if (data !== undefined) {
    data.databases['app'] = {
      owner: 'app',
      tables: { notes: { columns: ['id', 'name'], rows: ROWS } },
    };
  }
  return powerOn(host);
}

/** Names of the rows that any of the host's clusters has. */
function rowsOf(host: Host): string[] {
  const rows = host.state.postgres.flatMap(
    (data) => data.databases['app']?.tables['notes']?.rows ?? [],
  );
  return [...new Set(rows.map((row) => `row ${String(row['id'])}`))];
}

function wrongAtEnd(host: Host): string[] {
  const wrong: string[] = [];
  const clusters = listClusters(host);
  const only = clusters.length === 1 ? clusters[0] : undefined;
  if (only?.version !== '11' || only.port !== 5432 || only.content?.server === undefined)
    wrong.push('there is more, or less, than 11/main on 5432');
  if (only?.content?.databases['app']?.tables['notes']?.rows.length !== ROWS.length)
    wrong.push('rows are missing in 11/main');
  if (!/buster/.test(host.files.text('/etc/os-release') ?? ''))
    wrong.push('the release is not buster');
  if (!host.state.boot.kernel.startsWith('4.19'))
    wrong.push(`the kernel is ${host.state.boot.kernel}`);
  if (host.state.python['3.7']?.['app'] !== '5') wrong.push('app 5 is not installed');
  if (host.state.units['isc-dhcp-server.service']?.active !== 'active')
    wrong.push('dhcp does not run');
  return wrong;
}

/** The servers that it is tried on. */
export const model = defineHost({
  world: makeWorld({
    releases: ['stretch', 'buster'],
    python: {
      app: [
        { version: '5', requires: '>=3.6', needs: ['python3-dev'], commands: ['app'] },
        { version: '6', requires: '>=3.6' },
      ],
    },
  }),
  states: { healthy: { title: 'a healthy Debian 9 server', make: server } },
  target: wrongAtEnd,
  precious: rowsOf,
});
