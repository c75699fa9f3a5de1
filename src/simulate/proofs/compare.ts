import type { Host } from '../host.ts';
import { liveData } from '../postgres/clusters.ts';
import { describeTree } from '../root/tree.ts';
import { describeFile } from './describe.ts';
import type { DataDirectory, Image, ImageStore } from '../state.ts';

/** What differs from run to run and means nothing: logs, temporary files, processes' ids. */
const VOLATILE = [
  /^\/(run|tmp)(\/|$)/,
  /^\/var\/log(\/|$)/,
  /^\/var\/tmp(\/|$)/,
  /\/postmaster\.(pid|opts)$/,
  /\/global\/pg_control$/,
  /^\/var\/lib\/dpkg\/updates\//,
  /^\/var\/cache\/apt\/archives\/lock$/,
];

/**
 * What a script keeps for itself, and what therefore tells how it got there; not the parameters that
 * it was given, what it has learnt, and the originals that it keeps.
 */
const OWN = [
  /^\/var\/lib\/stepwright\/[^/]+$/,
  /^\/var\/lib\/stepwright\/[^/]+\/(?!parameters$)[^/]+$/,
  /^\/var\/lib\/stepwright\/[^/]+\/(clusters|unfinished|downloads)\//,
];

/** Whether a file counts in a comparison of ends. */
export function counts(path: string): boolean {
  return ![...VOLATILE, ...OWN].some((pattern) => pattern.test(path));
}

/** The end of a procedure: what has to be the same however it was reached. */
export interface End {
  readonly files: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, unknown>>;
}

/** Data without what numbers it and counts its changes. */
function plainData({ version, roles, databases, server }: DataDirectory): Record<string, unknown> {
  const running = server === undefined ? undefined : { cluster: server.cluster, port: server.port };
  return { version, roles, databases, server: running };
}

function placeOf({ name, driver }: Image): string {
  return `${name} ${driver}`;
}

/** A store, its images in an order that does not tell which came first. */
function plainStore({ images, ...store }: ImageStore): ImageStore {
  return { ...store, images: images.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)) };
}

function plainState(host: Host): Record<string, unknown> {
  // What debconf was told is what an upgrade is done with, not what it brings about.
  const {
    boot,
    serial: _serial,
    daemons: _daemons,
    postgres: _data,
    debconf: _told,
    docker,
    podman,
    ...rest
  } = host.state;
  const clusters = liveData(host)
    .toSorted((a, b) => (a.version < b.version ? -1 : 1))
    .map(plainData);
  const stores = { docker: plainStore(docker), podman: plainStore(podman) };
  return structuredClone({ ...rest, ...stores, kernel: boot.kernel, clusters });
}

/** What of a host has to be the same at the end. */
export function endOf(host: Host): End {
  const files: Record<string, string> = {};
  for (const [path, entry] of host.readTree())
    if (counts(path)) files[path] = describeFile(path, entry);
  return { files, state: plainState(host) };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, sorted(one)]),
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(sorted(value)) ?? 'nothing';
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

function compareValues(path: string, a: unknown, b: unknown, into: string[]): void {
  if (JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))) return;
  const both = [a, b].every(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  if (!both) {
    into.push(`${path}: ${shown(a)} and ${shown(b)}`);
    return;
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    compareValues(`${path}.${name}`, left[name], right[name], into);
  }
}

/** Where two ends differ, a line a difference. */
export function differences(a: End, b: End): string[] {
  const found: string[] = [];
  for (const path of new Set([...Object.keys(a.files), ...Object.keys(b.files)])) {
    if (a.files[path] !== b.files[path]) {
      found.push(`${path}: ${a.files[path] ?? 'nothing'} and ${b.files[path] ?? 'nothing'}`);
    }
  }
  compareValues('state', a.state, b.state, found);
  return found;
}

/** Every file as it is, its time and its inode included: for what is not to be touched at all. */
export function traceOf(host: Pick<Host, 'readTree'>): Record<string, string> {
  const trace: Record<string, string> = {};
  const described = describeTree(
    host.readTree(),
    (path) => !VOLATILE.some((pattern) => pattern.test(path)),
  );
  for (const [path, entry] of host.readTree()) {
    if (described[path] === undefined) continue;
    const when = entry.type === 'folder' ? '' : ` ${entry.mtime} ${entry.inode}`;
    trace[path] = `${described[path] ?? ''}${when}`;
  }
  return trace;
}

/** The paths that were touched between two traces. */
export function touched(before: Record<string, string>, after: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (path) => before[path] !== after[path],
  );
}
