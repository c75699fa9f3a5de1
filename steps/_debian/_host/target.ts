import { listClusters, type Host } from 'stepwright/simulate';
import type { Release } from '../upgrade.ts';
import { DATABASES, SSHD } from './servers.ts';
import { OTHER_PACKAGE } from './world.ts';

function wrongPackages({ state, files }: Host, { codename, postgres, further }: Release): string[] {
  const unfinished = Object.entries(state.packages).filter(
    ([, { status }]) => !['installed', 'config-files'].includes(status),
  );
  const wanted = [`postgresql-${postgres}`, 'linux-image-amd64', ...(further?.packages ?? [])];
  const old = /^\d+/.exec(state.packages['firmware-misc-nonfree']?.version ?? '')?.[0];
  return [
    ...unfinished.map(([name, { status }]) => `package ${name} is ${status}`),
    ...wanted
      .filter((name) => state.packages[name]?.status !== 'installed')
      .map((name) => `package ${name} is not installed`),
    ...(new RegExp(`VERSION_CODENAME=${codename}`).test(files.text('/etc/os-release') ?? '')
      ? []
      : [`the release is not ${codename}`]),
    ...(old === undefined || old === FIRMWARE[codename] ? [] : [`firmware is of ${old}`]),
  ];
}

/** What its version begins with in each release. */
const FIRMWARE: Readonly<Record<string, string>> = { bookworm: '20230210', trixie: '20250410' };

/** Every enabled source, whatever its form, in a file that apt reads, which speaks of another release. */
function wrongSources({ files }: Host, { codename }: Release): string[] {
  const folder = '/etc/apt/sources.list.d';
  const read = files.names(folder).filter((name) => /^[\w:-][\w.:-]*\.(list|sources)$/.test(name));
  const paths = ['/etc/apt/sources.list', ...read.map((name) => `${folder}/${name}`)];
  return paths.flatMap((path) => {
    const enabled = (files.text(path) ?? '')
      .split(path.endsWith('.sources') ? '\n\n' : '\n')
      .filter((entry) => !/^\s*#[^\n]*$/.test(entry) && !/^Enabled: no$/m.test(entry));
    return enabled
      .filter((entry) => /bullseye|bookworm|trixie/.test(entry))
      .filter((entry) => !entry.includes(codename) || entry.includes('vendor'))
      .map((entry) => `${path} has ${entry.trim()}`);
  });
}

/** Where clients find each cluster. */
const PORTS: Readonly<Record<string, number>> = { main: 5432, reports: 5433 };

function wrongData(host: Host, { postgres }: Release): string[] {
  const clusters = listClusters(host);
  const main = clusters.find(({ name }) => name === 'main');
  const wrong = clusters.filter(({ name, version, port, start, content }) => {
    const expected = PORTS[name];
    const served = content?.server;
    return (
      version !== postgres ||
      port !== expected ||
      served?.port !== expected ||
      start !== 'auto' ||
      !served.admits.includes('all')
    );
  });
  const missing = Object.entries(DATABASES).filter(
    ([name, rows]) =>
      main?.content?.databases[name]?.tables['accounts']?.rows.length !== rows.length,
  );
  return [
    ...wrong.map(
      ({ version, name }) =>
        `${version}/${name} is to be of ${postgres}, and to run on ${PORTS[name]}, at boot, and for everybody`,
    ),
    ...(main === undefined ? [`there is no cluster ${postgres}/main`] : []),
    ...missing.map(([name]) => `rows of database ${name} are missing`),
  ];
}

/** Where the lists of packages go. */
const LISTS = '/var/backups/release-upgrade';

function listed({ files }: Host, codename: string): string[] {
  return (files.text(`${LISTS}/obsolete-${codename}.list`) ?? '').split('\n').filter(Boolean);
}

/** What any of the upgrades has left is named by the last one or, where that is wanted, gone. */
function wrongLeftovers(host: Host, { codename }: Release): string[] {
  const { state, files } = host;
  const names = listed(host, codename);
  const left = Object.keys(KERNELS)
    .flatMap((release) => listed(host, release))
    .filter((name) => state.packages[name]?.status === 'installed');
  const purged = files
    .names('/var/lib/stepwright')
    .some((name) =>
      files.text(`/var/lib/stepwright/${name}/parameters`)?.includes('purge_obsolete=yes'),
    );
  const own = Object.keys(state.packages).filter((name) => name === OTHER_PACKAGE.name);
  return [
    ...left.filter((name) => !names.includes(name)).map((name) => `${name} is in no list`),
    ...(purged ? left.map((name) => `${name} was not purged`) : []),
    ...own
      .filter((name) => names.includes(name) || state.packages[name]?.status !== 'installed')
      .map((name) => `${name}, which is of the house, was taken for obsolete`),
  ];
}

function wrongMachine({ state, files }: Host, { codename }: Release): string[] {
  const unit = state.units['app.service'];
  const timers = ['apt-daily.timer', 'apt-daily-upgrade.timer'].filter(
    (name) => state.units[name]?.active !== 'active',
  );
  return [
    ...(unit?.active === 'active' && unit.enabled ? [] : ['app does not run, or is not enabled']),
    ...timers.map((name) => `${name} does not run`),
    ...(state.boot.kernel.startsWith(KERNELS[codename] ?? '-')
      ? []
      : [`the kernel is ${state.boot.kernel}`]),
    ...(files.text(SSHD.path) === SSHD.text ? [] : [`${SSHD.path} was changed`]),
  ];
}

/** A setting of the kernel that an administrator has made. */
export const SYSCTL = 'net.ipv4.ip_forward = 1';

/** What /etc/sysctl.conf sets has to stand where systemd reads it, up to bookworm by a link of its own. */
function wrongSettings({ files }: Host, { codename }: Release): string[] {
  if (codename !== 'trixie' || files.text('/etc/sysctl.conf')?.includes(SYSCTL) !== true) return [];
  const read = files
    .names('/etc/sysctl.d')
    .filter((name) => name.endsWith('.conf') && name !== '99-sysctl.conf');
  const kept = read.some((name) => files.text(`/etc/sysctl.d/${name}`)?.includes(SYSCTL));
  return kept ? [] : [`nothing sets ${SYSCTL} at boot`];
}

const KERNELS: Readonly<Record<string, string>> = { bookworm: '6.1.', trixie: '6.12.' };

/** What is not as it should be on a server that has come to `release`. */
export function wrongAtEnd(host: Host, release: Release): string[] {
  return [
    ...wrongPackages(host, release),
    ...wrongSources(host, release),
    ...wrongData(host, release),
    ...wrongLeftovers(host, release),
    ...wrongMachine(host, release),
    ...wrongSettings(host, release),
  ];
}
