import { Refusal } from '../command.ts';
import type { Host } from '../host.ts';
import type { DataDirectory, Database } from '../state.ts';

/** A cluster as postgresql-common knows it: by its settings below `/etc/postgresql`. */
export interface Cluster {
  readonly version: string;
  readonly name: string;
  readonly port: number;
  readonly start: string;
  /** The path of its data directory. */
  readonly data: string;
  /** What is in that directory; nothing when it is gone or was never whole. */
  readonly content: DataDirectory | undefined;
}

const SETTINGS = '/etc/postgresql';
/** Lets the cluster's owner in by peer authentication, and everybody else with a role. */
const OPEN_HBA = 'local all postgres peer\nlocal all all peer\n';

/** Where a cluster's settings are. */
export function settingsFolder(version: string, name: string): string {
  return `${SETTINGS}/${version}/${name}`;
}

/** One setting of a `postgresql.conf`; the last line that has it counts. */
export function settingOf(
  host: Host,
  version: string,
  name: string,
  key: string,
): string | undefined {
  const text = host.files.text(`${settingsFolder(version, name)}/postgresql.conf`) ?? '';
  const lines = [...text.matchAll(new RegExp(`^\\s*${key}\\s*=?\\s*('[^']*'|[^#\\s]+)`, 'gm'))];
  return lines.at(-1)?.[1]?.replace(/^'|'$/g, '');
}

/** Sets one setting, as `pg_conftool set` does. */
export function setSetting(
  host: Host,
  version: string,
  name: string,
  key: string,
  value: string,
): void {
  const file = `${settingsFolder(version, name)}/postgresql.conf`;
  const text = host.files.text(file) ?? '';
  const line = `${key} = ${/^\d+$/.test(value) ? value : `'${value}'`}`;
  const pattern = new RegExp(`^\\s*${key}\\s*=.*$`, 'm');
  host.files.write(file, pattern.test(text) ? text.replace(pattern, line) : `${text}${line}\n`);
}

function startSetting(host: Host, version: string, name: string): string {
  const text = host.files.text(`${settingsFolder(version, name)}/start.conf`) ?? '';
  const line = text
    .split('\n')
    .map((found) => found.replace(/#.*/, '').trim())
    .find((found) => found !== '');
  return line ?? 'auto';
}

function control(data: DataDirectory): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(data.id), 0);
  bytes.writeBigUInt64LE(BigInt(data.generation), 8);
  return bytes;
}

/** The content of the data directory at `path`: found by the identifier in its control file. */
export function contentAt(host: Host, path: string): DataDirectory | undefined {
  const bytes = host.files.bytes(`${path}/global/pg_control`);
  if (bytes === undefined || bytes.length < 16 || !host.files.exists(`${path}/PG_VERSION`))
    return undefined;
  const id = bytes.readBigUInt64LE(0).toString();
  return host.state.postgres.find((data) => data.id === id);
}

/** Notes a change of the data: its control file changes too. */
export function touchData(host: Host, path: string, data: DataDirectory): void {
  data.generation += 1;
  host.files.write(`${path}/global/pg_control`, control(data), 0o600);
}

/** The cluster of that version and name; nothing when postgresql-common knows none. */
export function findCluster(host: Host, version: string, name: string): Cluster | undefined {
  if (!host.files.exists(`${settingsFolder(version, name)}/postgresql.conf`)) return undefined;
  const data =
    settingOf(host, version, name, 'data_directory') ?? `/var/lib/postgresql/${version}/${name}`;
  return {
    version,
    name,
    port: Number(settingOf(host, version, name, 'port') ?? '5432'),
    start: startSetting(host, version, name),
    data,
    content: contentAt(host, data),
  };
}

/** Every cluster, oldest version first, as pg_lsclusters has them. */
export function listClusters(host: Host): Cluster[] {
  const versions = host.files.names(SETTINGS).toSorted((a, b) => Number(a) - Number(b));
  return versions.flatMap((version) =>
    host.files
      .names(`${SETTINGS}/${version}`)
      .flatMap((name) => findCluster(host, version, name) ?? []),
  );
}

/** What is in the data directories of clusters; what a removed directory held is no more. */
export function liveData(host: Host): DataDirectory[] {
  return listClusters(host).flatMap(({ content }) => content ?? []);
}

/** The lowest port from 5432 on that no cluster is set to. */
export function freePort(host: Host): number {
  const taken = new Set(listClusters(host).map((cluster) => cluster.port));
  let port = 5432;
  while (taken.has(port)) port += 1;
  return port;
}

function empty(): Database {
  return { owner: 'postgres', tables: {} };
}

/** What a new cluster holds. */
function emptyDatabases(): Record<string, Database> {
  return { postgres: empty(), template0: { ...empty(), closed: true }, template1: empty() };
}

/** Where `pg_createcluster` puts the data of a cluster. */
export function defaultData(host: Host, version: string, name: string): string {
  const text = host.files.text('/etc/postgresql-common/createcluster.conf') ?? '';
  const set = /^\s*data_directory\s*=?\s*'([^']+)'/m.exec(text)?.[1] ?? '/var/lib/postgresql/%v/%c';
  return set.replaceAll('%v', version).replaceAll('%c', name);
}

/** An identifier as initdb makes one: none is used twice. */
function identifier(host: Host): string {
  host.state.serial += 1;
  return (6_900_000_000_000_000_000n + BigInt(host.state.serial) * 1_000_003n).toString();
}

/** The first half of pg_createcluster: its settings are there, its data are not whole. */
export function beginCluster(
  host: Host,
  version: string,
  name: string,
  data: string,
  port: number,
): void {
  const folder = settingsFolder(version, name);
  host.files.write(`${data}/PG_VERSION`, `${version}\n`, 0o600);
  host.files.write(`${folder}/postgresql.conf`, `data_directory = '${data}'\nport = ${port}\n`);
}

/** The second half: it can be started. */
export function finishCluster(
  host: Host,
  version: string,
  name: string,
  data: string,
  start = 'auto',
): DataDirectory {
  const folder = settingsFolder(version, name);
  host.files.write(`${folder}/pg_hba.conf`, OPEN_HBA, 0o640);
  host.files.write(`${folder}/pg_ident.conf`, '', 0o640);
  host.files.write(`${folder}/start.conf`, `# Automatic startup configuration\n${start}\n`);
  const content: DataDirectory = {
    id: identifier(host),
    version,
    roles: ['postgres'],
    databases: emptyDatabases(),
    generation: 1,
  };
  host.state.postgres.push(content);
  host.files.write(`${data}/global/pg_control`, control(content), 0o600);
  return content;
}

function daemonId(content: DataDirectory): string {
  return `postgres ${content.id}`;
}

function admitted(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(([type]) => type === 'local')
    .map((words) => words[2] ?? '');
}

function requireStartable(
  host: Host,
  { version, name, port, content, start, data }: Cluster,
): DataDirectory {
  if (start === 'disabled') throw new Refusal(1, 'Error: Cluster is disabled');
  if (!host.files.exists(`/usr/lib/postgresql/${version}/bin/postgres`)) {
    throw new Refusal(1, `Error: Could not find pg_ctl executable for version ${version}`);
  }
  if (content === undefined)
    throw new Refusal(1, `Error: ${data} is not accessible or does not exist`);
  if (content.server !== undefined) throw new Refusal(2, 'Cluster is already running.');
  const rival = host.state.postgres.find((other) => other.server?.port === port);
  if (rival !== undefined) {
    throw new Refusal(
      1,
      `Error: could not bind port ${port}: another server (${rival.server?.cluster ?? ''}) has it; cluster ${version}/${name} did not start`,
    );
  }
  return content;
}

/** Starts a cluster's server. `options`: what `-o` hands on to it. @throws Refusal */
export function startCluster(host: Host, cluster: Cluster, options = ''): void {
  const content = requireStartable(host, cluster);
  const { version, name, port, data } = cluster;
  const hbaFile =
    /hba_file=(\S+)/.exec(options)?.[1] ?? `${settingsFolder(version, name)}/pg_hba.conf`;
  const hba = host.files.text(hbaFile);
  if (hba === undefined) throw new Refusal(1, `Error: could not load pg_hba.conf: ${hbaFile}`);
  content.server = {
    cluster: `${version}/${name}`,
    folder: data,
    port,
    hbaFile,
    admits: admitted(hba),
  };
  touchData(host, data, content);
  const extra = options === '' ? '' : ` "-c" "${options.replace(/^-c\s*/, '')}"`;
  host.files.write(
    `${data}/postmaster.opts`,
    `/usr/lib/postgresql/${version}/bin/postgres "-D" "${data}" "-c" "config_file=${settingsFolder(version, name)}/postgresql.conf"${extra}\n`,
    0o600,
  );
  host.startDaemon(daemonId(content), data);
}

/** Stops a cluster's server. @throws Refusal when none runs. */
export function stopCluster(host: Host, cluster: Cluster): void {
  const { content, data } = cluster;
  if (content?.server === undefined) throw new Refusal(2, 'Cluster is not running.');
  host.stopDaemon(daemonId(content));
  endServer(host, data, content);
}

function endServer(host: Host, folder: string, content: DataDirectory): void {
  delete content.server;
  host.files.remove(`${folder}/postmaster.pid`);
  if (host.files.exists(`${folder}/global/pg_control`)) touchData(host, folder, content);
}

/** A server's process is there: it says so in its data directory. */
export function serverStarted(host: Host, id: string, pid: number): void {
  const content = host.state.postgres.find((data) => daemonId(data) === id);
  if (content?.server === undefined) return;
  host.files.write(
    `${content.server.folder}/postmaster.pid`,
    `${pid}\n${content.server.folder}\n`,
    0o600,
  );
}

/** A signal has ended a server. */
export function serverStopped(host: Host, id: string): void {
  const content = host.state.postgres.find((data) => daemonId(data) === id);
  if (content?.server !== undefined) endServer(host, content.server.folder, content);
}

/** Removes a cluster with all that is in it, and what belongs to it. */
export function dropCluster(host: Host, { version, name, data, content }: Cluster): void {
  if (content?.server !== undefined) host.stopDaemon(daemonId(content));
  host.state.postgres = host.state.postgres.filter((other) => other !== content);
  host.files.remove(data);
  host.files.remove(settingsFolder(version, name));
  for (const folder of [`${SETTINGS}/${version}`, `/var/lib/postgresql/${version}`]) {
    if (host.files.names(folder).length === 0) host.files.remove(folder);
  }
}

function tryToStart(host: Host, cluster: Cluster): void {
  try {
    startCluster(host, cluster);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** `postgresql.service` stands for every cluster that is set to `auto`. */
export function startAll(host: Host): undefined {
  for (const cluster of listClusters(host)) {
    if (cluster.start === 'auto' && cluster.content?.server === undefined)
      tryToStart(host, cluster);
  }
}

/** Stopping it stops them all. */
export function stopAll(host: Host): void {
  for (const cluster of listClusters(host))
    if (cluster.content?.server !== undefined) stopCluster(host, cluster);
}

/** Takes away what was made of a cluster that could not be made whole. */
export function abandonCluster(host: Host, version: string, name: string, data: string): void {
  const made = findCluster(host, version, name);
  if (made !== undefined) dropCluster(host, made);
  host.files.remove(data);
  host.files.remove(settingsFolder(version, name));
}

/** At boot: servers are gone with the machine, and those set to `auto` start. */
export function bootClusters(host: Host): void {
  for (const content of host.state.postgres) delete content.server;
  const enabled = host.state.units['postgresql.service']?.enabled === true;
  for (const cluster of listClusters(host)) {
    host.files.remove(`${cluster.data}/postmaster.pid`);
    if (enabled && cluster.start === 'auto') tryToStart(host, cluster);
  }
}
