import type { CommandCall } from '../command.ts';
import type { Host } from '../host.ts';
import type { PackageState } from '../state.ts';
import type { ArchivePackage } from './archive.ts';
import {
  configureAll,
  isUnfinished,
  noteUpdates,
  unconfigured,
  unfinished,
  type Manners,
} from './configuring.ts';
import { packageOf } from './known.ts';
import { awaitsTriggers, noteLibraries } from './libraries.ts';
import { writeStatus } from './status.ts';

const SHIM = '/.model/shim';

function put(host: Host, item: ArchivePackage): void {
  for (const path of item.commands ?? []) host.files.link(path, SHIM);
  for (const [path, text] of Object.entries(item.files ?? {})) host.files.replace(path, text);
  noteLibraries(host, item);
}

function takeAway(host: Host, item: ArchivePackage, but?: ArchivePackage): void {
  for (const path of item.commands ?? [])
    if (!but?.commands?.includes(path)) host.files.remove(path);
  for (const path of Object.keys(item.files ?? {}))
    if (but?.files?.[path] === undefined) host.files.remove(path);
  noteLibraries(host, item);
}

/** What a package was before this version of it; nothing where it comes anew. */
function previousOf(before: PackageState | undefined, item: ArchivePackage): string | undefined {
  const begun = before !== undefined && isUnfinished(before) && before.version === item.version;
  return before?.previous ?? (begun ? undefined : before?.version);
}

/** Unpacks a package over what was there; not configured yet. */
export function unpack(host: Host, item: ArchivePackage, auto = false): void {
  const known = host.state.packages[item.name];
  const { broken: _, ...before } = known ?? {};
  const old = known === undefined ? undefined : packageOf(host, item.name, known.version);
  const previous = previousOf(known, item);
  put(host, item);
  if (old !== undefined && known?.status !== 'config-files') takeAway(host, old, item);
  host.state.packages[item.name] = {
    ...before,
    version: item.version,
    status: 'unpacked',
    ...(auto && known === undefined ? { auto: true } : {}),
    ...(previous === undefined ? {} : { previous }),
  };
}

/**
 * What dpkg notes when it begins to unpack a package, and leaves when it is killed over that: of one that
 * was there the version that it had, and its files as they were.
 */
function beginToUnpack(host: Host, item: ArchivePackage, auto: boolean): void {
  const before = host.state.packages[item.name];
  const previous = previousOf(before, item);
  host.state.packages[item.name] = {
    version: item.version,
    ...(auto && before === undefined ? { auto: true } : {}),
    ...before,
    ...(previous === undefined ? {} : { previous }),
    status: 'half-installed',
    broken: true,
  };
  writeStatus(host);
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

/**
 * Unpacks as dpkg does, some packages at a time; between them it can be cut off, and amid the first of
 * them. What is not in `asked` is noted as installed automatically.
 */
export async function unpackAll(
  call: CommandCall,
  items: readonly ArchivePackage[],
  asked: ReadonlySet<string>,
): Promise<void> {
  const { host } = call;
  const half = Math.ceil(items.length / 2);
  noteUpdates(host, true);
  for (const group of [items.slice(0, half), items.slice(half)]) {
    const [first] = group;
    if (first === undefined) continue;
    const names = group.map(({ name }) => name).join(', ');
    beginToUnpack(host, first, !asked.has(first.name));
    await call.midway(`in the midst of unpacking ${first.name}`);
    for (const item of group) {
      call.out(`Unpacking ${item.name} (${item.version}) ...\n`);
      unpack(host, item, !asked.has(item.name));
    }
    writeStatus(host);
    await call.midway(`unpacked ${names}`);
  }
}

/**
 * Unpacks and configures as dpkg does for apt: what is unpacked when it is cut off has to be configured
 * with `dpkg --configure -a`.
 */
export async function installAll(
  call: CommandCall,
  items: readonly ArchivePackage[],
  asked: ReadonlySet<string>,
  manners: Manners,
): Promise<void> {
  const { host } = call;
  if (items.length === 0 && unfinished(host).length === 0 && !awaitsTriggers(host)) return;
  await unpackAll(call, items, asked);
  configureAll(call, [...items.map(({ name }) => name), ...unconfigured(host)], manners);
}
