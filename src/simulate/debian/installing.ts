import type { CommandCall } from '../command.ts';
import { Refusal, WouldHang } from '../command.ts';
import type { Host } from '../host.ts';
import type { PackageState } from '../state.ts';
import type { ArchivePackage } from './archive.ts';
import { packageOf } from './solve.ts';
import { startUnit } from '../units.ts';
import { writeStatus } from './status.ts';

const SHIM = '/.model/shim';

/** How dpkg and the maintainer scripts were told to deal with questions. */
export interface Manners {
  /** debconf may ask. */
  readonly interactive: boolean;
  /** `--force-confold`: the administrator's file stays. */
  readonly keepOld: boolean;
  readonly keepDefault: boolean;
  readonly ucfKeepsOld: boolean;
}

/** What the environment and dpkg's options say of questions. */
export function mannersOf(call: CommandCall, dpkgOptions: readonly string[]): Manners {
  const forced = new Set(
    dpkgOptions.flatMap((option) => /^--force-(.*)$/.exec(option)?.[1]?.split(',') ?? []),
  );
  return {
    interactive: call.environment.get('DEBIAN_FRONTEND') !== 'noninteractive',
    keepOld: forced.has('confold') || forced.has('all'),
    keepDefault: forced.has('confdef') || forced.has('all'),
    ucfKeepsOld: (call.environment.get('UCF_FORCE_CONFFOLD') ?? '') !== '',
  };
}

function put(host: Host, item: ArchivePackage): void {
  for (const path of item.commands ?? []) host.files.link(path, SHIM);
  for (const [path, text] of Object.entries(item.files ?? {})) host.files.replace(path, text);
}

function takeAway(host: Host, item: ArchivePackage, but?: ArchivePackage): void {
  for (const path of item.commands ?? [])
    if (!but?.commands?.includes(path)) host.files.remove(path);
  for (const path of Object.keys(item.files ?? {}))
    if (but?.files?.[path] === undefined) host.files.remove(path);
}

/** Unpacks a package over what was there; not configured yet. */
export function unpack(host: Host, item: ArchivePackage, auto = false): void {
  const before = host.state.packages[item.name];
  const old = before === undefined ? undefined : packageOf(host, item.name, before.version);
  put(host, item);
  if (old !== undefined && before?.status !== 'config-files') takeAway(host, old, item);
  host.state.packages[item.name] = {
    ...before,
    version: item.version,
    status: 'unpacked',
    ...(auto && before === undefined ? { auto: true } : {}),
    ...(before === undefined ? {} : { previous: before.previous ?? before.version }),
  };
}

/** Conffiles: what the administrator changed and the package changed too is asked about. */
function configureFiles(
  host: Host,
  item: ArchivePackage,
  previous: string | undefined,
  manners: Manners,
): void {
  const old = previous === undefined ? undefined : packageOf(host, item.name, previous);
  for (const [path, shipped] of Object.entries(item.conffiles ?? {})) {
    const present = host.files.text(path);
    const before = old?.conffiles?.[path];
    if (present === undefined && before === undefined) host.files.replace(path, shipped);
    else if (present === undefined || present === shipped || before === shipped) continue;
    else if (present === before) host.files.replace(path, shipped);
    else if (manners.keepOld) host.files.write(`${path}.dpkg-dist`, shipped);
    else {
      throw new WouldHang(
        `dpkg asks what to do with ${path}, which was changed here and in ${item.name}; ` +
          'Dpkg::Options::=--force-confdef and --force-confold answer it',
      );
    }
  }
}

function askQuestions(
  host: Host,
  item: ArchivePackage,
  previous: string | undefined,
  manners: Manners,
): void {
  for (const { name, fallback, onUpgrade } of item.questions ?? []) {
    if (onUpgrade === true && previous === undefined) continue;
    if (host.state.debconf[name] !== undefined) continue;
    if (manners.interactive) {
      throw new WouldHang(
        `debconf asks ${name} for ${item.name}; DEBIAN_FRONTEND=noninteractive or a preseed answers it`,
      );
    }
    if (fallback === undefined) {
      throw new Refusal(
        100,
        `dpkg: error processing package ${item.name} (--configure):\n ${name} has no answer`,
      );
    }
    host.state.debconf[name] = fallback;
  }
}

/** Its units are enabled and started when they are new, and what ran is restarted. */
function bringUnits(host: Host, item: ArchivePackage): void {
  for (const [name, unit] of Object.entries(item.units ?? {})) {
    const known = host.state.units[name];
    const runs = known === undefined ? unit.started : known.active === 'active';
    if (known === undefined) host.state.units[name] = { enabled: unit.enabled, active: 'inactive' };
    if (runs) tryToStart(host, name);
  }
}

/** A maintainer script goes on when a service does not start (deb-systemd-invoke with `|| true`). */
function tryToStart(host: Host, name: string): void {
  try {
    startUnit(host, name);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Configures an unpacked package: its questions, conffiles, units, and its own script. */
export function configure(host: Host, name: string, manners: Manners): void {
  const state = host.state.packages[name];
  if (state === undefined) return;
  const item = packageOf(host, name, state.version);
  askQuestions(host, item, state.previous, manners);
  configureFiles(host, item, state.previous, manners);
  state.status = 'half-configured';
  const { previous: _, ...settled } = state;
  host.state.packages[name] = { ...settled, status: 'installed' };
  bringUnits(host, item);
  item.configured?.(host, state.previous);
}

/** Removes a package; its conffiles stay unless it is purged. */
export function removePackage(host: Host, name: string, purge: boolean): void {
  const state = host.state.packages[name];
  if (state === undefined) return;
  const item = packageOf(host, name, state.version);
  if (state.status !== 'config-files') {
    takeAway(host, item);
    for (const unit of Object.keys(item.units ?? {})) dropUnit(host, unit);
    item.removed?.(host);
  }
  if (purge) {
    for (const path of Object.keys(item.conffiles ?? {})) host.files.remove(path);
    item.purged?.(host);
    delete host.state.packages[name];
  } else {
    const left: PackageState = { version: state.version, status: 'config-files' };
    if (Object.keys(item.conffiles ?? {}).length === 0 && item.purged === undefined)
      delete host.state.packages[name];
    else host.state.packages[name] = left;
  }
}

function dropUnit(host: Host, name: string): void {
  const stillThere = host.files.exists(`/etc/systemd/system/${name}`);
  if (!stillThere) delete host.state.units[name];
}

/** dpkg notes what it does here, and takes the notes away when it has ended in order. */
const UPDATES = '/var/lib/dpkg/updates';

/** Whether a dpkg was cut off, so that apt does nothing before `dpkg --configure -a`. */
export function wasInterrupted(host: Host): boolean {
  return host.files.names(UPDATES).some((name) => /^\d/.test(name));
}

/** dpkg begins, or has ended in order. */
export function noteUpdates(host: Host, under: boolean): void {
  if (under) host.files.write(`${UPDATES}/0001`, '');
  else for (const name of host.files.names(UPDATES)) host.files.remove(`${UPDATES}/${name}`);
}

/** Packages that an interrupted dpkg has left. */
export function unfinished(host: Host): string[] {
  return Object.entries(host.state.packages)
    .filter(([, { status }]) => ['unpacked', 'half-configured', 'half-installed'].includes(status))
    .map(([name]) => name);
}

/**
 * Unpacks and configures as dpkg does for apt, some packages at a time; between them it can be cut
 * off, and what is unpacked then has to be configured with `dpkg --configure -a`. What is not in
 * `asked` is noted as installed automatically.
 */
export async function installAll(
  call: CommandCall,
  items: readonly ArchivePackage[],
  asked: ReadonlySet<string>,
  manners: Manners,
): Promise<void> {
  const { host } = call;
  if (items.length === 0) return;
  const half = Math.ceil(items.length / 2);
  noteUpdates(host, true);
  for (const group of [items.slice(0, half), items.slice(half)]) {
    if (group.length === 0) continue;
    for (const item of group) {
      call.out(`Unpacking ${item.name} (${item.version}) ...\n`);
      unpack(host, item, !asked.has(item.name));
    }
    writeStatus(host);
    await call.midway(`unpacked ${group.map((item) => item.name).join(', ')}`);
  }
  for (const item of items) {
    call.out(`Setting up ${item.name} (${item.version}) ...\n`);
    configure(host, item.name, manners);
  }
  noteUpdates(host, false);
  writeStatus(host);
}
