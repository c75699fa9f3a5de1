import {
  listClusters,
  qualified,
  Refusal,
  store,
  visible,
  withTag,
  type Command,
  type Database,
  type Host,
} from 'stepwright/simulate';

/** The WalT release that Python 3 or Python 2 has; nothing when neither has one. */
export function waltRelease({ state }: Host): string | undefined {
  const places = ['3.7', '3.5', '2.7'];
  const place = places.find((name) => state.python[name]?.['walt-server'] !== undefined);
  return place === undefined ? undefined : state.python[place]?.['walt-server'];
}

/** The database that WalT's daemon reaches: as role root, on the port that every client takes. */
export function waltDatabase(host: Host): Database | undefined {
  const serving = listClusters(host).find(({ content }) => content?.server?.port === 5432)?.content;
  if (serving === undefined || !serving.roles.includes('root')) return undefined;
  return serving.databases['walt'];
}

function dockerHas(host: Host, name: string): boolean {
  if (host.state.units['docker.service']?.active !== 'active') return false;
  return visible(host.state.docker).some((image) => image.name === withTag(name));
}

function podmanHas(host: Host, name: string): boolean {
  return host.state.podman.images.some((image) => image.name === qualified(name));
}

/**
 * What v5 does with each row of `images` when it starts: an image that podman lacks and docker has is
 * pulled from docker; the row of one that neither has is deleted, with a line that says so.
 * Answers the line to print; nothing where there is nothing to do.
 */
function settleImage(host: Host, database: Database, name: string): string | undefined {
  if (podmanHas(host, name)) return undefined;
  const { docker, podman, units } = host.state;
  if (dockerHas(host, name) && units['docker.service'] !== undefined) {
    const found = visible(docker).find((image) => image.name === withTag(name));
    if (found !== undefined)
      store(podman, { ...found, name: qualified(name), driver: podman.driver });
    return `NOTE: Pulling image ${name} from docker daemon to podman storage (migration v4->v5).\nDownloading ${name}... done.\n`;
  }
  const table = database.tables['images'];
  if (table !== undefined) table.rows = table.rows.filter((row) => row['fullname'] !== name);
  return `Image ${name} was not found: removed from the database.\n`;
}

function namesOf(database: Database): string[] {
  return (database.tables['images']?.rows ?? []).map((row) => String(row['fullname']));
}

/** Why the daemon ends at once; nothing when it goes on. */
function whyItEnds(host: Host): string | undefined {
  if (waltDatabase(host) === undefined)
    return 'psycopg2.OperationalError: could not connect to server';
  const [major = 0, minor = 0] = host.state.boot.kernel.split('.').map(Number);
  const isNew = Number(waltRelease(host)?.split('.')[0] ?? 0) >= 5;
  const canExport = major > 4 || (major === 4 && minor >= 16);
  if (isNew && !canExport) return 'mount: overlay: nfs_export=on is not known to this kernel';
  return undefined;
}

/** `walt-server-daemon` in the foreground: it migrates what there is, and ends only by a signal. */
export const waltServerDaemon: Command = async (call) => {
  const { host } = call;
  if (call.args.length > 0)
    throw new Refusal(2, `walt-server-daemon: error: unrecognized arguments`);
  const trouble = whyItEnds(host);
  if (trouble !== undefined) throw new Refusal(1, trouble);
  await call.change();
  const isNew = Number(waltRelease(host)?.split('.')[0] ?? 0) >= 5;
  const database = waltDatabase(host) as Database;
  for (const name of isNew ? namesOf(database) : []) {
    const line = settleImage(host, database, name);
    if (line === undefined) continue;
    call.out(line);
    await call.midway(`${name} settled`);
  }
  call.out('Started.\n');
  await call.signal();
  return 0;
};

/** The same when systemd starts it: READY comes first, and nobody sees what it prints. */
export function startWalt(host: Host): string | undefined {
  const trouble = whyItEnds(host);
  if (trouble !== undefined) return trouble;
  if (!host.files.exists('/usr/local/bin/walt-server-daemon'))
    return 'no such file: walt-server-daemon';
  if (Number(waltRelease(host)?.split('.')[0] ?? 0) < 5) return undefined;
  const database = waltDatabase(host) as Database;
  for (const name of namesOf(database)) settleImage(host, database, name);
  return undefined;
}
