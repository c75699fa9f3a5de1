import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Host, Variables } from './host.ts';

const STUBS = readFileSync(fileURLToPath(new URL('postgres.sh', import.meta.url)), 'utf8');
const TOOLS = [
  'pg_lsclusters',
  'pg_conftool',
  'pg_ctlcluster',
  'pg_dropcluster',
  'pg_upgradecluster',
  'psql',
  'runuser',
  'vacuumdb',
];

/** What a pretended cluster has. */
export interface ClusterOptions {
  readonly port: number;
  readonly online?: boolean;
  readonly start?: 'auto' | 'manual' | 'disabled';
  /** What the listing of each database shows. */
  readonly databases?: Readonly<Record<string, string>>;
  /** Names of databases that let nobody in. */
  readonly closed?: readonly string[];
}

/** Clusters on a pretended server. */
export interface Clusters {
  /** What the steps need to find them: give it to `stepOn`. */
  readonly variables: Variables;
  /** Makes cluster VERSION/NAME, and installs the programs of VERSION. */
  make(cluster: string, options: ClusterOptions): void;
  /** Installs the server programs of `version`. */
  install(version: string): void;
  /** The databases of a cluster, by name; undefined when there is no such cluster. */
  databases(cluster: string): Record<string, string> | undefined;
  /** A setting in a cluster's postgresql.conf, or `start` of its start.conf. */
  setting(cluster: string, name: string): string;
  /** How it runs: its hba file, or undefined when it does not. */
  runs(cluster: string): string | undefined;
}

/** Puts the pretended PostgreSQL's tools on `host`. */
export function clustersOn(host: Host): Clusters {
  host.write('lib.sh', STUBS);
  host.write('run/.keep', '');
  host.write('size', '1048576\n');
  host.write('default-cluster', '13/main');
  host.allow('comm');
  host.stub('sync');
  for (const tool of TOOLS) host.stub(tool, `source "$host/lib.sh"; ${tool} "$@"`);
  const escaped = host.path('data').replaceAll("'", "''");
  host.write(
    'etc/postgresql-common/createcluster.conf',
    `# data_directory = '/nowhere'\ndata_directory = '${escaped}/%v/%c'\n`,
  );
  const install = (version: string): void => {
    host.write(`programs/${version}/bin/postgres`, '', 0o755);
  };
  const read = (name: string): string | undefined => {
    try {
      return host.read(name);
    } catch {
      return undefined;
    }
  };
  const setting = (cluster: string, name: string): string => {
    if (name === 'start') return read(`etc/postgresql/${cluster}/start.conf`)?.trim() ?? '';
    const lines = read(`etc/postgresql/${cluster}/postgresql.conf`)?.split('\n') ?? [];
    return lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  };
  return {
    variables: {
      sw_postgres_settings: host.path('etc/postgresql'),
      sw_postgres_programs: host.path('programs'),
      sw_cluster_hba: host.path('closed-hba.conf'),
    },
    install,
    make: (cluster, options) => makeCluster(host, install, cluster, options),
    databases: (cluster) => {
      if (read(`etc/postgresql/${cluster}/postgresql.conf`) === undefined) return undefined;
      const folder = `data/${cluster}/contents`;
      const names = readdirSync(host.path(folder)).toSorted();
      return Object.fromEntries(names.map((name) => [name, host.read(`${folder}/${name}`)]));
    },
    setting,
    runs: (cluster) => read(`run/${cluster.replace('/', '-')}`)?.split('\n')[0],
  };
}

/** What every cluster has by itself. */
export const DEFAULT_DATABASES = {
  postgres: 'in "postgres": schema "public"\n',
  template1: 'in "template1": schema "public"\n',
};

let identifiers = 10_000_000;

function makeCluster(
  host: Host,
  install: (version: string) => void,
  cluster: string,
  options: ClusterOptions,
): void {
  const data = `data/${cluster}`;
  const hba = '/etc/pg_hba.conf';
  install(cluster.split('/')[0] ?? '');
  host.write(`etc/postgresql/${cluster}/start.conf`, `# when\n${options.start ?? 'auto'}\n`);
  host.write(
    `etc/postgresql/${cluster}/postgresql.conf`,
    `port=${options.port}\ndata_directory=${host.path(data)}\n`,
  );
  host.write(`${data}/global/pg_control`, `${(identifiers += 1)}`);
  host.write(`${data}/cluster`, 'role "postgres"\n');
  host.write(`${data}/closed`, (options.closed ?? []).map((name) => `${name}\n`).join(''));
  host.write(`${data}/postmaster.opts`, `postgres ${hba}\n`);
  const databases = { ...DEFAULT_DATABASES, ...options.databases };
  for (const [name, lines] of Object.entries(databases)) {
    host.write(`${data}/contents/${name}`, lines);
  }
  if (options.online ?? true) host.write(`run/${cluster.replace('/', '-')}`, `${hba}\n`);
}
