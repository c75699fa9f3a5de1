import type { Host } from '../host.ts';
import {
  beginCluster,
  defaultData,
  findCluster,
  finishCluster,
  freePort,
  listClusters,
} from '../postgres/clusters.ts';
import { abandonCluster, startAll } from '../postgres/servers.ts';
import type { ArchivePackage } from './archive.ts';
import { archiveKeyring, osRelease, type Release } from './release.ts';
import { satisfies } from './version.ts';

/** A package that releases have in different versions; a column a release, `null` where it has none. */
export interface Recipe extends Omit<ArchivePackage, 'version'> {
  readonly versions: readonly (string | null)[];
  /** The component that it is in, where that is not `main`. */
  readonly component?: (release: Release) => string;
  /** What differs between releases besides the version. */
  readonly of?: (release: Release) => Partial<ArchivePackage>;
}

type Versions = readonly (string | null)[];

function plain(name: string, versions: Versions, more: Partial<Recipe> = {}): Recipe {
  return { name, versions, ...more };
}

function bin(...names: readonly string[]): string[] {
  return names.map((name) => `/usr/bin/${name}`);
}

/**
 * Whether a server's package makes a cluster when it is new: unless createcluster.conf says that
 * there is to be none, up to postgresql-common 268 when its version has none yet (read: 225 and 248,
 * of bullseye and bookworm), since 269 when there is no cluster of any version (read: 278, of trixie).
 */
function wantsMainCluster(host: Host, version: string): boolean {
  const settings = host.files.text('/etc/postgresql-common/createcluster.conf') ?? '';
  if (/^\s*create_main_cluster\s*=?\s*(false|off|no)/m.test(settings)) return false;
  const common = host.state.packages['postgresql-client-common']?.version ?? '0';
  if (satisfies(common, 'ge', '269')) return listClusters(host).length === 0;
  return findCluster(host, version, 'main') === undefined;
}

/**
 * A new server's first cluster. When it cannot be made, pg_createcluster takes away what it has made,
 * and the package is configured without it. Then `invoke-rc.d postgresql start` starts every cluster
 * that is down and set to start at boot, whether this package was new or not.
 */
function makeMainCluster(version: string) {
  return (host: Host, previous: string | undefined): void => {
    const data = defaultData(host, version, 'main');
    if (previous === undefined && wantsMainCluster(host, version)) {
      try {
        beginCluster(host, version, 'main', data, freePort(host));
        finishCluster(host, version, 'main', data);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        abandonCluster(host, version, 'main', data);
      }
    }
    startAll(host);
  };
}

function server(release: Release, version: string): ArchivePackage {
  const { postgres } = release;
  return {
    name: `postgresql-${postgres}`,
    version,
    depends: ['postgresql-common', `postgresql-client-${postgres}`],
    commands: ['postgres', 'initdb', 'pg_ctl'].map(
      (name) => `/usr/lib/postgresql/${postgres}/bin/${name}`,
    ),
    files: { [`/usr/share/postgresql/${postgres}/extension/plpgsql.control`]: '' },
    configured: makeMainCluster(postgres),
    size: 45_000,
  };
}

/** Each release's PostgreSQL under its own name, and what depends on it. */
const SERVERS: Readonly<Record<string, string>> = {
  '9.6': '9.6.24-0+deb9u1',
  '11': '11.22-0+deb10u2',
  '13': '13.22-0+deb11u1',
  '15': '15.14-0+deb12u1',
  '17': '17.6-0+deb13u1',
};

function named(of: (release: Release) => ArchivePackage): Recipe {
  // The name is the release's own: the table's is replaced.
  return { name: '', versions: ['', '', '', '', ''], of };
}

function kernelImage(kernel: string): ArchivePackage {
  return {
    name: `linux-image-${kernel}`,
    version: kernel.replace(/-amd64$/, ''),
    files: {
      [`/boot/vmlinuz-${kernel}`]: `kernel ${kernel}\n`,
      [`/boot/initrd.img-${kernel}`]: '',
    },
    size: 190_000,
  };
}

const PG_TOOLS = [
  ...bin('pg_lsclusters', 'pg_ctlcluster', 'pg_createcluster', 'pg_dropcluster'),
  ...bin('pg_upgradecluster', 'pg_conftool'),
];
const PG_CLIENTS = bin('psql', 'pg_dump', 'pg_restore', 'pg_isready', 'vacuumdb');

/** Asked when services that use libc or PAM are to be restarted (seen by upgrades alone). */
const RESTART = { name: 'libraries/restart-without-asking', fallback: 'false', onUpgrade: true };

/** grub's postinst writes the first stage to the disks that debconf names, and to none when it names none. */
function installGrub(host: Host): void {
  const disks = host.state.debconf['grub-pc/install_devices'] ?? '';
  if (disks !== '') host.state.extra['grub-core'] = host.state.packages['grub-pc']?.version ?? '';
}

/** Its config script asks of servers that the new release does not have (read: 225 and 248). */
const COMMON_BEFORE: Partial<ArchivePackage> = {
  questions: [{ name: 'postgresql-common/obsolete-major', fallback: 'true', onUpgrade: true }],
};
/** It asks nothing any more (read: 278), and has a hook that analyzes a copy (since 254). */
const COMMON_OF_TRIXIE: Partial<ArchivePackage> = {
  conffiles: { '/etc/postgresql-common/pg_upgradecluster.d/analyze': '#!/bin/sh\n' },
};

/** Firmware that is not free has a component of its own since bookworm. */
function firmwareComponent({ number }: Release): string {
  return Number(number) < 12 ? 'non-free' : 'non-free-firmware';
}

const SYSTEMD = bin('systemctl', 'journalctl');
const GCRYPT = 'x86_64-linux-gnu/libgcrypt.so.20';
const CRYPTO = '/usr/lib/x86_64-linux-gnu/libcrypto.so.3';
const SHARED = '/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared';

function needsGcrypt(version: string): Partial<ArchivePackage> {
  return {
    depends: [`libgcrypt20 (>= ${version})`],
    libraries: { '/sbin/init': [`libgcrypt.so.20 (>= ${version})`] },
  };
}

/**
 * systemd needs a library that moved with buster, where /usr is not merged (Debian bug 984884).
 * Its own have packages of their own since bookworm, one with its version in its name.
 */
function systemdOf({ codename }: Release): Partial<ArchivePackage> {
  if (codename === 'stretch') return needsGcrypt('1.7');
  if (codename === 'buster' || codename === 'bullseye') return needsGcrypt('1.8');
  const [version, ssl, needs] =
    codename === 'bookworm'
      ? ['252', 'libssl3', '3.0']
      : codename === 'trixie'
        ? ['257', 'libssl3t64', '3.4']
        : [];
  if (version === undefined || ssl === undefined) return {};
  return {
    depends: ['libsystemd-shared', ssl],
    libraries: {
      '/sbin/init': [`libcrypto.so.3 (>= ${needs})`, `libsystemd-shared-${version}.so`],
    },
    // The link to /etc/sysctl.conf was bookworm's.
    ...(codename === 'trixie'
      ? { configured: (host: Host) => host.files.remove('/etc/sysctl.d/99-sysctl.conf') }
      : {}),
  };
}

/** A server's packages that an upgrade touches, with what they ask, bring and do. */
export const PACKAGES: readonly (Recipe | ArchivePackage)[] = [
  plain(
    'base-files',
    ['9.9+deb9u13', '10.3+deb10u13', '11.1+deb11u11', '12.4+deb12u12', '13.8+deb13u1'],
    {
      essential: true,
      of: (release) => ({
        files: {
          '/usr/lib/os-release': osRelease(release),
          '/etc/debian_version': `${release.number}.13\n`,
        },
      }),
    },
  ),
  plain(
    'libc6',
    ['2.24-11+deb9u4', '2.28-10+deb10u1', '2.31-13+deb11u11', '2.36-9+deb12u13', '2.41-12'],
    {
      questions: [RESTART, { name: 'glibc/upgrade', fallback: 'true', onUpgrade: true }],
      size: 11_000,
    },
  ),
  plain('libpam0g', ['1.1.8-3.6', '1.3.1-5', '1.4.0-9+deb11u1', '1.5.2-6+deb12u1', '1.7.0-5'], {
    questions: [RESTART],
  }),
  plain('apt', ['1.4.11', '1.8.2.3', '2.2.4', '2.6.1', '3.0.3'], {
    commands: [
      ...bin('apt-get', 'apt-cache', 'apt-key', 'apt-mark', 'apt-config'),
      '/usr/lib/apt/apt-helper',
    ],
    files: {
      '/etc/apt/apt.conf.d/01autoremove': 'APT { NeverAutoRemove { "^firmware-linux.*"; }; };\n',
    },
    units: {
      'apt-daily.timer': { enabled: true, started: true },
      'apt-daily-upgrade.timer': { enabled: true, started: true },
    },
    depends: ['debian-archive-keyring'],
  }),
  plain(
    'debian-archive-keyring',
    ['2017.5+deb9u2', '2019.1+deb10u1', '2021.1.1+deb11u1', '2023.3+deb12u2', '2025.1'],
    {
      of: ({ codename }) => ({
        files: {
          '/etc/apt/trusted.gpg.d/debian-archive.gpg': archiveKeyring(codename),
          '/usr/share/keyrings/debian-archive-keyring.gpg': archiveKeyring(codename),
        },
      }),
    },
  ),
  plain('dpkg', ['1.18.26', '1.19.8', '1.20.13', '1.21.22', '1.22.21'], {
    essential: true,
    commands: bin('dpkg', 'dpkg-query'),
  }),
  plain('debconf', ['1.5.61', '1.5.71+deb10u1', '1.5.77', '1.5.82', '1.5.91'], {
    commands: [
      '/usr/bin/debconf-communicate',
      '/usr/bin/debconf-set-selections',
      '/usr/bin/debconf-show',
    ],
  }),
  plain('bash', ['4.4-5', '5.0-4', '5.1-2+deb11u1', '5.2.15-2+b8', '5.2.37-2+b5'], {
    essential: true,
  }),
  plain('coreutils', ['8.26-3', '8.30-3', '8.32-4', '9.1-1', '9.7-3'], {
    essential: true,
    commands: ['/usr/bin/df', '/usr/bin/sync', '/usr/bin/uname'],
  }),
  plain(
    'util-linux',
    ['2.29.2-1+deb9u1', '2.33.1-0.1+deb10u1', '2.36.1-8+deb11u2', '2.38.1-5+deb12u3', '2.41-5'],
    {
      essential: true,
      commands: bin('findmnt', 'lsblk', 'runuser', 'su'),
    },
  ),
  plain(
    'libc-bin',
    ['2.24-11+deb9u4', '2.28-10+deb10u1', '2.31-13+deb11u11', '2.36-9+deb12u13', '2.41-12'],
    { commands: [...bin('getent', 'ldd'), '/usr/sbin/ldconfig'] },
  ),
  plain(
    'systemd',
    ['232-25+deb9u14', '241-7~deb10u8', '247.3-7+deb11u7', '252.39-1~deb12u1', '257.8-1~deb13u2'],
    { commands: SYSTEMD, of: systemdOf },
  ),
  plain('libsystemd-shared', [null, null, null, '252.39-1~deb12u1', '257.8-1~deb13u2'], {
    of: ({ codename }) => ({
      depends: [codename === 'bookworm' ? 'libssl3' : 'libssl3t64'],
      files: { [`${SHARED}-${codename === 'bookworm' ? '252' : '257'}.so`]: '' },
    }),
  }),
  plain('libgcrypt20', ['1.7.6-2+deb9u4', '1.8.4-5+deb10u1', '1.8.7-6', '1.10.1-3', '1.11.0-7'], {
    of: ({ codename }) =>
      codename === 'stretch'
        ? { files: { [`/lib/${GCRYPT}`]: '1.7\n' } }
        : { files: { [`/usr/lib/${GCRYPT}`]: '1.8\n' } },
  }),
  plain('libssl3', [null, null, null, '3.0.17-1~deb12u2', null], { files: { [CRYPTO]: '3.0\n' } }),
  plain('libssl3t64', [null, null, null, null, '3.5.1-1'], {
    files: { [CRYPTO]: '3.5\n' },
    conflicts: ['libssl3'],
    provides: ['libssl3'],
  }),
  plain(
    'systemd-sysv',
    ['232-25+deb9u14', '241-7~deb10u8', '247.3-7+deb11u7', '252.39-1~deb12u1', '257.8-1~deb13u2'],
    {
      commands: ['/usr/sbin/reboot'],
      files: { '/sbin/init': '' },
    },
  ),
  plain(
    'openssh-server',
    [
      '1:7.4p1-10+deb9u7',
      '1:7.9p1-10+deb10u4',
      '1:8.4p1-5+deb11u5',
      '1:9.2p1-2+deb12u7',
      '1:10.0p1-7',
    ],
    {
      units: { 'ssh.service': { enabled: true, started: true } },
      of: ({ number }) => ({
        conffiles: {
          '/etc/ssh/sshd_config': `# of Debian ${number}\nPermitRootLogin prohibit-password\n`,
        },
      }),
    },
  ),
  plain(
    'grub-pc',
    ['2.02~beta3-5+deb9u2', '2.02+dfsg1-20+deb10u4', '2.06-3~deb11u6', '2.06-13+deb12u1', '2.12-9'],
    {
      commands: ['/usr/sbin/grub-install', '/usr/sbin/update-grub'],
      questions: [{ name: 'grub-pc/install_devices', fallback: '', onUpgrade: true }],
      configured: installGrub,
    },
  ),
  plain(
    'linux-image-amd64',
    ['4.9+80+deb9u17', '4.19+105+deb10u22', '5.10.237-1', '6.1.147-1', '6.12.41-1'],
    {
      of: ({ kernel }) => ({ depends: [`linux-image-${kernel}`] }),
    },
  ),
  named(({ kernel }) => kernelImage(kernel)),
  plain('linux-headers-amd64', [
    '4.9+80+deb9u17',
    '4.19+105+deb10u22',
    '5.10.237-1',
    '6.1.147-1',
    '6.12.41-1',
  ]),
  plain('aufs-dkms', [null, '4.19+20190211-1', '5.10+20210220-1', null, null]),
  plain(
    'curl',
    [
      '7.52.1-5+deb9u16',
      '7.64.0-4+deb10u9',
      '7.74.0-1.3+deb11u15',
      '7.88.1-10+deb12u14',
      '8.14.1-2',
    ],
    { commands: bin('curl') },
  ),
  plain(
    'gnupg',
    ['2.1.18-8~deb9u4', '2.2.12-1+deb10u2', '2.2.27-2+deb11u2', '2.2.40-1.1+deb12u1', '2.4.7-21'],
    { commands: bin('gpg') },
  ),
  plain('ca-certificates', [
    '20200601~deb9u2',
    '20200601~deb10u2',
    '20210119',
    '20230311',
    '20250419',
  ]),
  plain(
    'firmware-misc-nonfree',
    ['20161130-5', '20190114+really20220913-0+deb10u2', '20210315-3', '20230210-5', '20250410-2'],
    { component: firmwareComponent },
  ),
  plain('tzdata-legacy', [null, null, null, null, '2025b-4+deb13u1']),
  plain('sudo', [
    '1.8.19p1-2.1+deb9u3',
    '1.8.27-1+deb10u6',
    '1.9.5p2-3+deb11u1',
    '1.9.13p3-1+deb12u2',
    '1.9.16p2-3',
  ]),
  plain('tmux', ['2.3-4', '2.8-3', '3.1c-1', '3.3a-3', '3.5a-3']),
  plain(
    'isc-dhcp-server',
    ['4.3.5-3+deb9u2', '4.4.1-2+deb10u3', '4.4.1-2.3+deb11u2', '4.4.3-P1-2', null],
    {
      units: { 'isc-dhcp-server.service': { enabled: true, started: true } },
    },
  ),
  plain('python', ['2.7.13-2', '2.7.16-1', null, null, null], {
    commands: bin('python', 'python2', 'python2.7'),
  }),
  plain('python3', ['3.5.3-1', '3.7.3-1', '3.9.2-3', '3.11.2-1+b1', '3.13.5-1'], {
    of: ({ python }) => ({ commands: bin('python3', `python${python}`) }),
  }),
  plain('python-pip', ['9.0.1-2+deb9u2', '18.1-5', null, null, null], {
    commands: bin('pip', 'pip2'),
    configured: (host) => {
      const version = /^[\d.]+/.exec(host.state.packages['python-pip']?.version ?? '')?.[0] ?? '';
      (host.state.python['2.7'] ??= {})['pip'] = version;
    },
  }),
  plain(
    'python3-pip',
    ['9.0.1-2+deb9u2', '18.1-5', '20.3.4-4+deb11u1', '23.0.1+dfsg-1', '25.1.1+dfsg-1'],
    {
      commands: bin('pip3'),
      of: ({ python }) => ({
        configured: (host: Host) => {
          const version =
            /^[\d.]+/.exec(host.state.packages['python3-pip']?.version ?? '')?.[0] ?? '';
          (host.state.python[python] ??= {})['pip'] = version;
        },
      }),
    },
  ),
  plain('python3-dev', ['3.5.3-1', '3.7.3-1', '3.9.2-3', '3.11.2-1+b1', '3.13.5-1']),
  plain('python3-venv', ['3.5.3-1', '3.7.3-1', '3.9.2-3', '3.11.2-1+b1', '3.13.5-1']),
  plain('libseccomp2', [
    '2.3.1-2.1+deb9u1',
    '2.3.3-4',
    '2.5.1-1+deb11u1',
    '2.5.4-1+deb12u1',
    '2.6.0-2',
  ]),
  plain(
    'postgresql',
    ['9.6+181+deb9u3', '11+200+deb10u5', '13+225+deb11u1', '15+248+deb12u1', '17+278'],
    {
      of: ({ postgres }) => ({ depends: [`postgresql-${postgres}`] }),
    },
  ),
  named((release) => server(release, SERVERS[release.postgres] ?? '0')),
  named((release) => ({
    name: `postgresql-client-${release.postgres}`,
    version: SERVERS[release.postgres] ?? '0',
    depends: ['postgresql-client-common'],
  })),
  plain('postgresql-common', ['181+deb9u3', '200+deb10u5', '225+deb11u1', '248+deb12u1', '278'], {
    commands: PG_TOOLS,
    depends: ['postgresql-client-common'],
    units: { 'postgresql.service': { enabled: true, started: true } },
    of: ({ codename }) => (codename === 'trixie' ? COMMON_OF_TRIXIE : COMMON_BEFORE),
  }),
  plain(
    'postgresql-client-common',
    ['181+deb9u3', '200+deb10u5', '225+deb11u1', '248+deb12u1', '278'],
    { commands: PG_CLIENTS },
  ),
];
