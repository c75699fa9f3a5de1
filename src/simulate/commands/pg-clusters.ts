import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { parseOptions, type Complaints, type OptionTable } from '../options.ts';
import {
  beginCluster,
  defaultData,
  findCluster,
  finishCluster,
  freePort,
  listClusters,
  setSetting,
  settingIn,
  settingOf,
  type Cluster,
} from '../postgres/clusters.ts';
import { dropCluster, startCluster, stopCluster } from '../postgres/servers.ts';

/** Getopt::Long's complaints, which every one of these programs has. */
export const PERL_COMPLAINTS: Complaints = {
  unknown: (option) => new Refusal(1, `Unknown option: ${option.replace(/^-+/, '')}`),
  missing: (option) => new Refusal(1, `Option ${option.replace(/^-+/, '')} requires an argument`),
};

function hasPrograms(call: CommandCall, version: string): boolean {
  return call.host.files.exists(`/usr/lib/postgresql/${version}/bin/postgres`);
}

function isOnline({ content, data }: Cluster): boolean {
  return content?.server !== undefined && content.server.folder === data;
}

/** A cluster that must be there. */
export function demandCluster(call: CommandCall, version: string, name: string): Cluster {
  const cluster = findCluster(call.host, version, name);
  if (cluster === undefined)
    throw new Refusal(1, `Error: specified cluster '${version} ${name}' does not exist`);
  return cluster;
}

/**
 * pg_lsclusters(1). It lists every cluster up to postgresql-common 225, whatever it is asked for;
 * later ones take a version and a name.
 */
export const pgLsclusters: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    { '-h --no-header': 'flag', '-s --start-conf': 'flag', '-j --json': 'flag', '--help': 'flag' },
    PERL_COMPLAINTS,
  );
  const head = ['Ver', 'Cluster', 'Port', 'Status', 'Owner', 'Data directory', 'Log file'];
  const rows = listClusters(call.host).map((cluster) => {
    const missing = hasPrograms(call, cluster.version) ? '' : ',binaries_missing';
    return [
      cluster.version,
      cluster.name,
      String(cluster.port),
      `${isOnline(cluster) ? 'online' : 'down'}${missing}`,
      cluster.content === undefined ? '<unknown>' : 'postgres',
      cluster.data,
      `/var/log/postgresql/postgresql-${cluster.version}-${cluster.name}.log`,
    ];
  });
  const lines = parsed.has('no-header') ? rows : [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  for (const line of lines) {
    const cells = line.map((cell, column) =>
      column === 6 ? cell : cell.padEnd(widths[column] ?? 0),
    );
    call.out(`${cells.join(' ')}\n`);
  }
  return 0;
};

const CTL_OPTIONS: OptionTable = {
  '-o --options': 'value',
  '-m --mode': 'value',
  '-f --force': 'flag',
  '--foreground': 'flag',
  '--stdlog': 'flag',
  '--skip-systemctl-redirect': 'flag',
  '--bindir': 'value',
};

/** pg_ctlcluster(1). Status 2: it ran already, or did not; 3 of `status`: it does not run. */
export const pgCtlcluster: Command = async (call) => {
  const parsed = parseOptions(call.args, CTL_OPTIONS, PERL_COMPLAINTS);
  const [version = '', name = '', action = ''] = parsed.operands;
  const cluster = demandCluster(call, version, name);
  const options = parsed.value('options') ?? '';
  switch (action) {
    case 'start':
      await call.change();
      startCluster(call.host, cluster, options);
      return 0;
    case 'stop':
      await call.change();
      stopCluster(call.host, cluster);
      return 0;
    case 'restart':
      await call.change();
      if (isOnline(cluster)) stopCluster(call.host, cluster);
      startCluster(call.host, demandCluster(call, version, name), options);
      return 0;
    case 'reload':
      await call.change();
      return isOnline(cluster) ? 0 : 2;
    case 'status':
      return isOnline(cluster) ? 0 : 3;
    default:
      throw new Refusal(
        1,
        `Error: action must be one of: start stop restart reload status promote`,
      );
  }
};

const CREATE_OPTIONS: OptionTable = {
  '-u --user': 'value',
  '-g --group': 'value',
  '-d --datadir': 'value',
  '-s --socketdir': 'value',
  '-l --logfile': 'value',
  '-p --port': 'value',
  '-e --encoding': 'value',
  '--locale': 'value',
  '--lc-collate': 'value',
  '--lc-ctype': 'value',
  '--lc-messages': 'value',
  '--lc-monetary': 'value',
  '--lc-numeric': 'value',
  '--lc-time': 'value',
  '--start-conf': 'value',
  '--start': 'flag',
  '--no-status': 'flag',
  '-q --quiet': 'flag',
};

/** pg_createcluster(1). Cut off, it leaves a cluster that cannot be started. */
export const pgCreatecluster: Command = async (call) => {
  const parsed = parseOptions(call.args, CREATE_OPTIONS, PERL_COMPLAINTS);
  const [version = '', name = ''] = parsed.operands;
  if (!hasPrograms(call, version))
    throw new Refusal(1, `Error: no initdb program for version ${version} found`);
  if (findCluster(call.host, version, name) !== undefined)
    throw new Refusal(1, 'Error: cluster configuration already exists');
  const data = parsed.value('datadir') ?? defaultData(call.host, version, name);
  await call.change();
  beginCluster(call.host, version, name, data, Number(parsed.value('port') ?? freePort(call.host)));
  await call.midway('initdb has begun');
  finishCluster(call.host, version, name, data, parsed.value('start-conf') ?? 'auto');
  if (parsed.has('start')) startCluster(call.host, demandCluster(call, version, name));
  return 0;
};

/** pg_dropcluster(1): one that runs needs `--stop`. */
export const pgDropcluster: Command = async (call) => {
  const parsed = parseOptions(
    call.args,
    { '--stop': 'flag', '--stop-server': 'flag' },
    PERL_COMPLAINTS,
  );
  if (parsed.operands.length !== 2) {
    call.out('Usage: pg_dropcluster [--stop] <version> <cluster>\n');
    return 1;
  }
  const [version = '', name = ''] = parsed.operands;
  const cluster = findCluster(call.host, version, name);
  if (cluster === undefined) throw new Refusal(1, 'Error: specified cluster does not exist');
  if (isOnline(cluster) && !parsed.has('stop') && !parsed.has('stop-server')) {
    throw new Refusal(
      1,
      'Error: This cluster is still running. Stop it or supply the --stop option',
    );
  }
  await call.change();
  if (isOnline(cluster)) stopCluster(call.host, cluster);
  await call.midway(`stopped ${version}/${name}`);
  call.host.files.remove(cluster.data);
  await call.midway(`data of ${version}/${name} removed`);
  dropCluster(call.host, cluster);
  return 0;
};

/** A setting in a file that is named by its path: those of Debian's own tools have no cluster. */
function showIn(call: CommandCall, file: string, key: string): number {
  const found = settingIn(call.host.files.text(file) ?? '', key);
  if (found === undefined) return 1;
  call.out(`${found}\n`);
  return 0;
}

/** pg_conftool(1): `show`, `set`, `remove` of one setting. */
export const pgConftool: Command = async (call) => {
  const parsed = parseOptions(
    call.args,
    { '-b --boolean': 'flag', '-s --short': 'flag', '-v --verbose': 'flag' },
    PERL_COMPLAINTS,
  );
  const [version = '', name = '', ...rest] = parsed.operands;
  if (version.startsWith('/') && name === 'show') return showIn(call, version, rest[0] ?? '');
  const words = rest[0] === 'postgresql.conf' ? rest.slice(1) : rest;
  const [verb = '', key = '', value = ''] = words;
  demandCluster(call, version, name);
  if (verb === 'show') {
    const found = settingOf(call.host, version, name, key);
    if (found === undefined) {
      if (!parsed.has('short')) call.out(`${key} not found\n`);
      return 1;
    }
    call.out(
      parsed.has('short')
        ? `${found}\n`
        : `${key} = ${/^\d+$/.test(found) ? found : `'${found}'`}\n`,
    );
    return 0;
  }
  if (verb !== 'set') throw new Refusal(1, `Error: unknown action ${verb}`);
  await call.change();
  setSetting(call.host, version, name, key, value);
  return 0;
};
