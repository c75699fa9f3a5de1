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

/** Where Debian keeps the settings of every cluster. */
export const SETTINGS = '/etc/postgresql';
/** Lets the cluster's owner in by peer authentication, and everybody else with a role. */
const OPEN_HBA = 'local all postgres peer\nlocal all all peer\n';

/** Where a cluster's settings are. */
export function settingsFolder(version: string, name: string): string {
  return `${SETTINGS}/${version}/${name}`;
}

/** One setting in the text of a file like `postgresql.conf`; the last line that has it counts. */
export function settingIn(text: string, key: string): string | undefined {
  const lines = [...text.matchAll(new RegExp(`^\\s*${key}\\s*=?\\s*('[^']*'|[^#\\s]+)`, 'gm'))];
  return lines.at(-1)?.[1]?.replace(/^'|'$/g, '');
}

/** One setting of a `postgresql.conf`. */
export function settingOf(
  host: Host,
  version: string,
  name: string,
  key: string,
): string | undefined {
  return settingIn(host.files.text(`${settingsFolder(version, name)}/postgresql.conf`) ?? '', key);
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
  const set = settingIn(text, 'data_directory') ?? '/var/lib/postgresql/%v/%c';
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
  host.files.write(`${data}/global/pg_control`, control(content), 0o600);
  host.state.postgres.push(content);
  return content;
}
