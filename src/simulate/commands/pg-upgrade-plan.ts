import type { CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { compareVersions } from '../debian/version.ts';
import { parseOptions, type OptionTable, type Parsed } from '../options.ts';
import { defaultData, findCluster, settingsFolder, type Cluster } from '../postgres/clusters.ts';
import { PERL_COMPLAINTS } from './pg-clusters.ts';

const OPTIONS: OptionTable = {
  '-v --version': 'value',
  '--locale': 'value',
  '--lc-collate': 'value',
  '--lc-ctype': 'value',
  '--logfile': 'value',
  '-m --method': 'value',
  '-j --jobs': 'value',
  '-k --link': 'flag',
  '--old-bindir': 'value',
};
/** Whether the new cluster is to run in the end, whatever the old one did: 225 and on have it. */
const LATER_OPTIONS: OptionTable = { '--start': 'flag', '--no-start': 'flag' };

/** From and to, and how to leave things alone when it fails. */
export interface Upgrade {
  readonly call: CommandCall;
  readonly old: Cluster;
  readonly version: string;
  readonly data: string;
  /** postgresql-common 203 and on give the servers a temporary pg_hba.conf; before, it was swapped. */
  readonly swaps: boolean;
  readonly hba: string;
  /** postgresql-common 229 and on copy the old settings before the data, and not after them. */
  readonly copiesFirst: boolean;
  /** After a failure the old cluster is started: always up to 248, in 278 only if it ran before. */
  readonly restarts: boolean;
  /** That the new cluster is to run in the end, or not; nothing when that goes by the old one. */
  readonly start: boolean | undefined;
}

/** The newest server whose programs are installed. */
function newestVersion(call: CommandCall): string {
  const versions = call.host.files
    .names('/usr/lib/postgresql')
    .filter((name) => call.host.files.exists(`/usr/lib/postgresql/${name}/bin/postgres`));
  return versions.toSorted((a, b) => compareVersions(b, a))[0] ?? '';
}

/** Packages of a version, by names like `postgresql*-13*` as `dpkg -l` finds them. */
function packagesOfVersion(call: CommandCall, version: string): string[] {
  return Object.entries(call.host.state.packages)
    .filter(([name, { status }]) => status === 'installed' && name.startsWith('postgresql'))
    .map(([name]) => name)
    .filter((name) => name.includes(`-${version}`));
}

/** postgresql-common 278 wants each package of the old version in the new one, too. @throws Refusal */
function demandSamePackages(call: CommandCall, old: string, version: string): void {
  const there = packagesOfVersion(call, version);
  const missing = packagesOfVersion(call, old)
    .filter((name) => !/-(dbgsym|doc)/.test(name))
    .map((name) => [name, name.replace(`-${old}`, `-${version}`)] as const)
    .filter(([, wanted]) => !wanted.startsWith('postgresql-contrib-') && !there.includes(wanted));
  if (missing.length === 0) return;
  for (const [name, wanted] of missing)
    call.out(`${name} is installed, but ${wanted} is missing\n`);
  throw new Refusal(1, 'Error: pg_upgradecluster pre-upgrade checks failed');
}

function startOf(parsed: Parsed): boolean | undefined {
  if (parsed.has('start')) return true;
  return parsed.has('no-start') ? false : undefined;
}

/** What a call asks for. @throws Refusal of what the installed postgresql-common refuses. */
export function understand(call: CommandCall): Upgrade {
  const common = call.host.state.packages['postgresql-common']?.version ?? '0';
  const since = (version: string): boolean => compareVersions(common, version) >= 0;
  const parsed = parseOptions(
    call.args,
    since('225') ? { ...OPTIONS, ...LATER_OPTIONS } : OPTIONS,
    PERL_COMPLAINTS,
  );
  const [from = '', name = '', data] = parsed.operands;
  if (name === '')
    throw new Refusal(
      1,
      'Usage: pg_upgradecluster [OPTIONS] <old version> <cluster name> [<new data directory>]',
    );
  if ((parsed.value('method') ?? 'dump') !== 'dump' || parsed.has('link'))
    throw new Refusal(1, 'Error: the simulated pg_upgradecluster knows the method dump alone');
  const old = findCluster(call.host, from, name);
  if (old === undefined) throw new Refusal(1, 'Error: specified cluster does not exist');
  if (old.start === 'disabled') throw new Refusal(1, 'Error: cluster is disabled');
  const version = parsed.value('version') ?? newestVersion(call);
  if (version === from)
    throw new Refusal(
      1,
      `Error: cluster ${from}/${name} is already on version ${version}. (The newest version installed on this system is ${newestVersion(call)}.)`,
    );
  if (findCluster(call.host, version, name) !== undefined)
    throw new Refusal(1, `Error: target cluster ${version}/${name} already exists`);
  if (!call.host.files.exists(`/usr/lib/postgresql/${version}/bin/postgres`))
    throw new Refusal(
      1,
      `Error: no initdb program for version ${version} found\nError: Could not create target cluster`,
    );
  if (since('278')) demandSamePackages(call, from, version);
  const swaps = !since('203');
  const folder = settingsFolder(from, name);
  return {
    call,
    old,
    version,
    data: data ?? defaultData(call.host, version, name),
    swaps,
    copiesFirst: since('229'),
    restarts: !since('278') || old.content?.server !== undefined,
    start: startOf(parsed) ?? (since('208') ? undefined : true),
    hba: swaps ? `${folder}/pg_hba.conf` : '/tmp/pg_hba.XUP9.conf',
  };
}

const HOOKS = '/etc/postgresql-common/pg_upgradecluster.d';

/**
 * Whether the new cluster runs in the end. Up to 207 it does; from 208 on if the old one ran, or if
 * there are hooks: since 254 the package has one, which analyzes the copy. That is not to be seen in
 * the rows.
 */
export function startsAtEnd({ call, old, start }: Upgrade): boolean {
  if (start !== undefined) return start;
  return old.content?.server !== undefined || call.host.files.names(HOOKS).length > 0;
}
