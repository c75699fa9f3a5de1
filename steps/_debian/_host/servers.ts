import {
  armor,
  contentAt,
  installServer,
  powerOn,
  preinstall,
  runScript,
  type ArchivePackage,
  type Database,
  type Host,
  type Row,
  type World,
} from 'stepwright/simulate';
import type { Release } from '../upgrade.ts';
import { OTHER_BASE, OTHER_KEYRING, OTHER_KEYS, OTHER_PACKAGE } from './world.ts';

/** A release that the simulated archives have. */
export type Codename = 'bullseye' | 'bookworm' | 'trixie';

/** How a server of a release differs from the usual one. */
export interface ServerOptions {
  /** The text of its list of sources, by file; the usual one-line list without. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly with?: readonly string[];
  readonly without?: readonly string[];
  /** Commands of an administrator, typed after the server was set up. */
  readonly commands?: string;
  /** It has a vendor's repository, and a package from there. */
  readonly vendor?: true;
  /** Packages in versions of the archive that newer ones have replaced. */
  readonly older?: readonly ArchivePackage[];
  /** Further databases by name. */
  readonly databases?: Readonly<Record<string, readonly Row[]>>;
  /** Databases by name of a second cluster, `reports`. */
  readonly reports?: Readonly<Record<string, readonly Row[]>>;
}

const MIRROR = 'http://mirror.example/debian';

/** The usual list: the release, its security updates, its updates. */
export function lines(codename: string, components = 'main'): string {
  return [
    `deb ${MIRROR} ${codename} ${components}`,
    `deb-src ${MIRROR} ${codename} ${components}`,
    `deb ${MIRROR}-security ${codename}-security ${components}`,
    `deb ${MIRROR} ${codename}-updates ${components}`,
    '',
  ].join('\n');
}

/** The same in stanzas. */
export function stanzas(codename: string, components = 'main'): string {
  const signed = 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg';
  return [
    `Types: deb deb-src\nURIs: ${MIRROR}/\nSuites: ${codename} ${codename}-updates\nComponents: ${components}\n${signed}\n`,
    `# Security updates\nTypes: deb\nURIs: ${MIRROR}-security/\nSuites: ${codename}-security\nComponents: ${components}\n${signed}\n`,
  ].join('\n');
}

function table(rows: readonly Row[]): Database['tables'] {
  return { accounts: { columns: Object.keys(rows[0] ?? {}), rows: [...rows] } };
}

const ACCOUNTS: readonly Row[] = Array.from({ length: 24 }, (_, id) => ({
  id,
  name: `account ${id}`,
}));

/** What the application has in its databases: every name of a database with its rows. */
export const DATABASES: Readonly<Record<string, readonly Row[]>> = {
  app: ACCOUNTS,
  wiki: [{ id: 1, name: 'Front page' }],
};

function fillCluster(
  host: Host,
  cluster: string,
  databases: Readonly<Record<string, readonly Row[]>>,
): void {
  const data = contentAt(host, `/var/lib/postgresql/${cluster}`);
  if (data === undefined) throw new Error(`the server was installed without cluster ${cluster}`);
  data.roles.push('app', 'root');
  for (const [name, rows] of Object.entries(databases))
    data.databases[name] = { owner: 'app', tables: table(rows) };
}

const UNIT =
  '[Unit]\nDescription=The application\nAfter=postgresql.service\n[Service]\nType=notify\n' +
  'ExecStart=/opt/app/serve\n[Install]\nWantedBy=multi-user.target\n';

/** A setting that the administrator has changed, and that the new release changes too. */
export const SSHD = { path: '/etc/ssh/sshd_config', text: '# of the house\nPermitRootLogin no\n' };

function addVendor(host: Host, codename: string): void {
  host.files.write(OTHER_KEYRING, armor(...OTHER_KEYS));
  host.files.write(
    '/etc/apt/sources.list.d/vendor.list',
    `deb [signed-by=${OTHER_KEYRING}] ${OTHER_BASE} ${codename} main\n`,
  );
  preinstall(host, [OTHER_PACKAGE]);
}

/** Runs `text` as root. @throws Error when it fails. */
export async function typed(host: Host, text: string): Promise<void> {
  host.files.write('/root/typed.sh', `set -e\n${text}\n`);
  const { status, stdout, stderr } = await runScript(host, '/root/typed.sh');
  if (status !== 0) throw new Error(`what was typed ended with ${status}\n${stdout}${stderr}`);
  host.files.remove('/root/typed.sh');
  host.sync();
}

/** A second cluster, on a port of its own. */
async function addReports(
  host: Host,
  version: string,
  databases: Readonly<Record<string, readonly Row[]>>,
): Promise<void> {
  await typed(host, `pg_createcluster ${version} reports --start`);
  fillCluster(host, `${version}/reports`, databases);
  host.sync();
}

/** A server of `release` that serves the application, and has fetched what its sources have. */
export async function serverOf(
  world: World,
  { codename, postgres }: Release,
  options: ServerOptions = {},
): Promise<Host> {
  const host = installServer(world, codename as Codename, {
    with: options.with ?? [],
    without: options.without ?? [],
  });
  const { sources = { '/etc/apt/sources.list': lines(codename) }, files = {} } = options;
  host.files.remove('/etc/apt/sources.list');
  for (const [path, text] of Object.entries({ ...sources, ...files })) host.files.write(path, text);
  host.files.write(SSHD.path, SSHD.text);
  host.files.write('/opt/app/serve', '#!/bin/sh\n', 0o755);
  host.files.write('/etc/systemd/system/app.service', UNIT);
  if (options.vendor === true) addVendor(host, codename);
  preinstall(host, options.older ?? []);
  fillCluster(host, `${postgres}/main`, { ...DATABASES, ...options.databases });
  host.state.units['app.service'] = { enabled: true, active: 'inactive' };
  powerOn(host);
  await typed(host, `apt-get -q update\n${options.commands ?? ''}`);
  if (options.reports !== undefined) await addReports(host, postgres, options.reports);
  return host;
}
