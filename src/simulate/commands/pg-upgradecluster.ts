import type { Command } from '../command.ts';
import { CutOff, Refusal } from '../command.ts';
import {
  beginCluster,
  finishCluster,
  freePort,
  setSetting,
  settingsFolder,
  touchData,
} from '../postgres/clusters.ts';
import { abandonCluster, startCluster, stopCluster } from '../postgres/servers.ts';
import type { Database, DataDirectory } from '../state.ts';
import { demandCluster } from './pg-clusters.ts';
import { startsAtEnd, understand, type Upgrade } from './pg-upgrade-plan.ts';

const RESTRICTED = 'local all postgres ident\n';

/** The old cluster goes on for its owner alone. */
function restrict({ call, old, swaps, hba }: Upgrade): void {
  const { files } = call.host;
  if (swaps) {
    files.write(`${hba}.pg_upgradecluster`, files.text(hba) ?? '', 0o640);
  }
  files.write(hba, RESTRICTED, 0o400);
  if (old.content?.server !== undefined) {
    call.out('Stopping old cluster...\n');
    stopCluster(call.host, old);
  }
  call.out('Restarting old cluster with restricted connections...\n');
  startCluster(call.host, old, swaps ? '' : `-c hba_file=${hba}`);
}

/** Ends the restriction; the file that stood in for it is gone. */
function unrestrict({ call, swaps, hba }: Upgrade): void {
  const { files } = call.host;
  const kept = swaps ? files.text(`${hba}.pg_upgradecluster`) : undefined;
  if (kept !== undefined) {
    files.write(hba, kept, 0o640);
    files.remove(`${hba}.pg_upgradecluster`);
  }
  if (!swaps) files.remove(hba);
}

/** The old cluster's settings, but for its data directory and its port. */
function copySettings({ call, old, version, data, hba, swaps }: Upgrade, port: number): void {
  const { files } = call.host;
  const [from, to] = [settingsFolder(old.version, old.name), settingsFolder(version, old.name)];
  for (const name of ['postgresql.conf', 'pg_hba.conf', 'pg_ident.conf', 'start.conf']) {
    const kept =
      name === 'pg_hba.conf' && swaps ? files.text(`${hba}.pg_upgradecluster`) : undefined;
    files.write(`${to}/${name}`, kept ?? files.text(`${from}/${name}`) ?? '');
  }
  setSetting(call.host, version, old.name, 'data_directory', data);
  setSetting(call.host, version, old.name, 'port', String(port));
}

/** The new cluster, running on a port of its own. */
async function create(upgrade: Upgrade): Promise<DataDirectory> {
  const { call, old, version, data, swaps, hba, copiesFirst } = upgrade;
  const { host } = call;
  const port = freePort(host);
  call.out(`Creating new PostgreSQL cluster ${version}/${old.name} ...\n`);
  beginCluster(host, version, old.name, data, port);
  await call.midway('initdb has begun');
  const content = finishCluster(host, version, old.name, data);
  await call.midway('new cluster created');
  if (copiesFirst) copySettings(upgrade, port);
  if (swaps) host.files.write(`${settingsFolder(version, old.name)}/pg_hba.conf`, RESTRICTED);
  startCluster(host, demandCluster(call, version, old.name), swaps ? '' : `-c hba_file=${hba}`);
  await call.midway('new cluster started');
  return content;
}

/** Half of a database's rows: what is there when the copy is cut off within it. */
function halfOf({ owner, tables, closed }: Database): Database {
  const halves = Object.entries(tables).map(([name, { columns, rows }]) => [
    name,
    { columns, rows: rows.slice(0, rows.length >> 1) },
  ]);
  return {
    owner,
    tables: Object.fromEntries(halves) as Database['tables'],
    ...(closed === true ? { closed } : {}),
  };
}

async function copy({ call, old, data }: Upgrade, content: DataDirectory): Promise<void> {
  call.out('Roles, databases, schemas, ACLs...\n');
  const source = old.content as DataDirectory;
  content.roles = [...source.roles];
  for (const [name, database] of Object.entries(source.databases)) {
    if (name === 'template0') continue;
    call.out(`Upgrading database ${name}...\n`);
    content.databases[name] = halfOf(database);
    touchData(call.host, data, content);
    await call.midway(`half of database ${name} copied`);
    content.databases[name] = structuredClone(database);
    touchData(call.host, data, content);
  }
}

/** pg_createcluster takes away what it has made; the old cluster stays closed. */
function giveUp({ call, old, version, data }: Upgrade, error: unknown): never {
  if (error instanceof CutOff) throw error;
  abandonCluster(call.host, version, old.name, data);
  throw new Refusal(1, `Error: Could not create target cluster`);
}

/** A copy that fails is removed, and the old cluster let go on as before. */
function takeBack(upgrade: Upgrade, error: unknown): never {
  if (error instanceof CutOff) throw error;
  const { call, old, version, data, restarts } = upgrade;
  abandonCluster(call.host, version, old.name, data);
  unrestrict(upgrade);
  const closed = demandCluster(call, old.version, old.name);
  if (closed.content?.server !== undefined) stopCluster(call.host, closed);
  if (restarts) startCluster(call.host, demandCluster(call, old.version, old.name));
  throw new Refusal(1, 'Error during cluster dumping, removing new cluster');
}

/** Both stop, the old one for good, and the new one takes over its port. */
async function handOver(upgrade: Upgrade): Promise<void> {
  const { call, old, version, copiesFirst } = upgrade;
  const { host } = call;
  const free = demandCluster(call, version, old.name).port;
  if (!copiesFirst) {
    copySettings(upgrade, old.port);
    unrestrict(upgrade);
    await call.midway('settings copied');
  }
  call.out('Stopping target cluster...\nStopping old cluster...\n');
  stopCluster(host, demandCluster(call, version, old.name));
  stopCluster(host, demandCluster(call, old.version, old.name));
  await call.midway('both clusters stopped');
  unrestrict(upgrade);
  call.out('Disabling automatic startup of old cluster...\n');
  host.files.write(
    `${settingsFolder(old.version, old.name)}/start.conf`,
    '# This cluster was upgraded to a newer major version. The old\n# cluster has been preserved for backup purposes, but is not started\n# automatically.\n\nmanual\n',
  );
  await call.midway('old cluster set to manual');
  setSetting(host, old.version, old.name, 'port', String(free));
  await call.midway('old cluster has another port');
  setSetting(host, version, old.name, 'port', String(old.port));
  await call.midway('new cluster has the old port');
}

/**
 * pg_upgradecluster(1) by its default method, dump: the old cluster is left down, set to manual and
 * on another port. Read at its source: postgresql-common 173 and 248 (bookworm); buster has 200,
 * whose changelog puts it beside the older one. bullseye has 225, trixie 278, both read.
 */
export const pgUpgradecluster: Command = async (call) => {
  const upgrade = understand(call);
  const { old, version } = upgrade;
  const starts = startsAtEnd(upgrade);
  await call.change();
  restrict(upgrade);
  await call.midway('old cluster restarted for its owner alone');
  const content = await create(upgrade).catch((error: unknown) => giveUp(upgrade, error));
  await copy(upgrade, content).catch((error: unknown) => takeBack(upgrade, error));
  await call.midway('everything copied');
  await handOver(upgrade);
  if (starts) {
    call.out('Starting target cluster on the original port...\n');
    startCluster(call.host, demandCluster(call, version, old.name));
  }
  call.out(
    `\nSuccess. Please check that the upgraded cluster works. If it does,\nyou can remove the old cluster with\n  pg_dropcluster ${old.version} ${old.name}\n`,
  );
  return 0;
};
