import { Refusal } from '../command.ts';
import { isPresent } from '../debian/known.ts';
import type { Host } from '../host.ts';
import type { DataDirectory } from '../state.ts';
import {
  findCluster,
  listClusters,
  SETTINGS,
  settingOf,
  settingsFolder,
  touchData,
  type Cluster,
} from './clusters.ts';

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

/** Some of the names of time zones that tzdata has no more since Debian 13: tzdata-legacy has them. */
const OLD_ZONE = /^(?:Brazil|Canada|Chile|Mexico|US)\//;

/** The time zone in a cluster's settings that its server does not know, with the setting's name. */
function unknownZone(host: Host, version: string, name: string): string[] | undefined {
  const isSplit = /^VERSION_CODENAME=trixie$/m.test(host.files.text('/usr/lib/os-release') ?? '');
  if (!isSplit || isPresent(host.state.packages['tzdata-legacy'])) return undefined;
  return ['TimeZone', 'log_timezone']
    .map((key) => [key, settingOf(host, version, name, key.toLowerCase()) ?? ''])
    .find(([, zone = '']) => OLD_ZONE.test(zone));
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
  const [key, zone] = unknownZone(host, version, name) ?? [];
  if (key !== undefined)
    throw new Refusal(1, `FATAL:  invalid value for parameter "${key}": "${zone}"`);
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
  const extra = options === '' ? '' : ` "-c" "${options.replace(/^-c\s*/, '')}"`;
  const settings = `${settingsFolder(version, name)}/postgresql.conf`;
  const program = `/usr/lib/postgresql/${version}/bin/postgres`;
  const told = `${program} "-D" "${data}" "-c" "config_file=${settings}"${extra}\n`;
  // A server that cannot write does not start.
  touchData(host, data, content);
  host.files.write(`${data}/postmaster.opts`, told, 0o600);
  const admits = admitted(hba);
  content.server = { cluster: `${version}/${name}`, folder: data, port, hbaFile, admits };
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
export function dropCluster(host: Host, { version, name, data, ...known }: Cluster): void {
  // One whose control file is spoilt can be running all the same.
  const content =
    known.content ?? host.state.postgres.find(({ server }) => server?.folder === data);
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
