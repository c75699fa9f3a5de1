import { createHash } from 'node:crypto';
import {
  chmodSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { memoised } from '../memo.ts';

/** One file, folder or link of a host, with all that a script could see of it. */
export interface Entry {
  readonly type: 'file' | 'folder' | 'link';
  /** The permission bits alone. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds. */
  readonly mtime: number;
  readonly inode: number;
  /** A file's bytes, a link's target; nothing for a folder. */
  readonly data: Buffer;
}

/** A host's files by absolute path, each folder before what is in it. */
export type Tree = ReadonlyMap<string, Entry>;

/** Made anew for every root, and the same in all of them. */
const SKELETON = new Set([
  '/proc',
  '/sys',
  '/dev',
  '/.model',
  '/.address',
  '/.boot',
  '/.disk',
  '/bin',
  '/lib64',
]);
const LIBRARY = '/.model/lib/';
const NOTHING = Buffer.alloc(0);
/** Clocks of file systems tick coarsely: a file that changed so shortly before is read again. */
const TICK_MS = 50;

/** Inodes that go by other numbers: those of the files that they are copies of. */
export type Inodes = ReadonlyMap<number, number>;

/** A tree that was read or written: what has not changed since need not be read again. */
export interface Reading {
  readonly tree: Tree;
  /** When it was, in milliseconds. */
  readonly at: number;
  /** When each file was last changed in any way, by its path, as the file system has it. */
  readonly changed: ReadonlyMap<string, number>;
  /** What was in each folder, by its path; it need not be known. */
  readonly folders: ReadonlyMap<string, Listing>;
}

/** What of a folder's names is a host's own, and what tells whether that is still so. */
interface Listing {
  readonly stat: Stats;
  readonly names: readonly string[];
}

/** What a walk over a root has found so far, and what it goes by. */
interface Walk {
  readonly root: string;
  readonly inodes: Inodes;
  readonly last: Reading | undefined;
  readonly tree: Map<string, Entry>;
  readonly changed: Map<string, number>;
  readonly folders: Map<string, Listing>;
}

/** Whether a file is certainly as it was at the last reading. */
function isSame(path: string, now: Omit<Entry, 'data' | 'type'>, stat: Stats, last: Reading) {
  const known = last.tree.get(path);
  return (
    known?.type === 'file' &&
    known.inode === now.inode &&
    known.mtime === now.mtime &&
    known.data.length === stat.size &&
    last.changed.get(path) === stat.ctimeMs &&
    // Who writes to it sets its time to now: in the tick of that time, twice to the same one.
    now.mtime < last.at - TICK_MS
  );
}

function readEntry(path: string, stat: Stats, walk: Walk): Entry | undefined {
  const full = walk.root + path;
  const { uid, gid, mtimeMs: mtime } = stat;
  const inode = walk.inodes.get(stat.ino) ?? stat.ino;
  const common = { mode: stat.mode & 0o7777, uid, gid, mtime, inode };
  if (stat.isDirectory()) return { type: 'folder', ...common, data: NOTHING };
  if (stat.isSymbolicLink()) {
    const target = readlinkSync(full);
    if (target.startsWith(LIBRARY)) return undefined;
    return { type: 'link', ...common, data: Buffer.from(target) };
  }
  if (!stat.isFile()) return undefined;
  walk.changed.set(path, stat.ctimeMs);
  const { last } = walk;
  const known = last?.tree.get(path);
  const same = known !== undefined && last !== undefined && isSame(path, common, stat, last);
  return { type: 'file', ...common, data: same ? known.data : readFileSync(full) };
}

/**
 * The names in a folder, or those that were a host's own at the last reading: none was added since,
 * removed, or put in place of another where its time of change is the same.
 */
function namesIn(path: string, now: Stats, { root, last }: Walk): readonly string[] {
  const known = last?.folders.get(path);
  const same =
    known !== undefined &&
    last !== undefined &&
    known.stat.dev === now.dev &&
    known.stat.ino === now.ino &&
    known.stat.ctimeMs === now.ctimeMs &&
    now.ctimeMs < last.at - TICK_MS;
  return same ? known.names : readdirSync(root + path).toSorted();
}

/** Nothing where what is read is removed meanwhile: a script can have shells at work beside each other. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readFolder(path: string, stat: Stats, walk: Walk): void {
  const names: string[] = [];
  for (const name of unlessGone(() => namesIn(path, stat, walk)) ?? []) {
    const child = `${path === '/' ? '' : path}/${name}`;
    if (SKELETON.has(child)) continue;
    const found = unlessGone(() => lstatSync(walk.root + child));
    const entry = found && unlessGone(() => readEntry(child, found, walk));
    if (found === undefined || entry === undefined) continue;
    names.push(name);
    walk.tree.set(child, entry);
    if (entry.type === 'folder') readFolder(child, found, walk);
  }
  walk.folders.set(path, { stat, names });
}

/** Every file under `root` but what each root has anyway. */
export function readTree(root: string, inodes: Inodes = new Map(), last?: Reading): Reading {
  const at = Date.now();
  const [tree, changed, folders] = [new Map(), new Map(), new Map()];
  readFolder('/', lstatSync(`${root}/`), { root, inodes, last, tree, changed, folders });
  return { tree, at, changed, folders };
}

function writeEntry(full: string, entry: Entry): void {
  if (entry.type === 'folder') mkdirSync(full, { recursive: true });
  else if (entry.type === 'link') symlinkSync(entry.data.toString(), full);
  else writeFileSync(full, entry.data);
  if (entry.uid !== 0 || entry.gid !== 0) lchownSync(full, entry.uid, entry.gid);
  if (entry.type !== 'link') chmodSync(full, entry.mode);
}

/** Lays `tree` out under `root`, owners, modes and times included. */
export function writeTree(root: string, tree: Tree): void {
  for (const [path, entry] of tree) writeEntry(root + path, entry);
  for (const [path, entry] of [...tree].toReversed()) {
    lutimesSync(root + path, entry.mtime / 1000, entry.mtime / 1000);
  }
}

/** A digest of the bytes: a file that has not changed keeps the same object. */
const digestOf = memoised((data: Buffer) =>
  createHash('sha1').update(data).digest('hex').slice(0, 16),
);

/** What there is to see of a file, in one line: type, mode, owner, and a digest of its content. */
export function describeEntry(entry: Entry): string {
  const { type, mode, uid, gid, data } = entry;
  const content = type === 'link' ? `-> ${data.toString()}` : digestOf(data);
  return `${type} ${mode.toString(8).padStart(4, '0')} ${uid}:${gid} ${type === 'folder' ? '' : content}`.trim();
}

/** `describeEntry` of every path that `wanted` lets through. */
export function describeTree(
  tree: Tree,
  wanted: (path: string) => boolean,
): Record<string, string> {
  const told: Record<string, string> = {};
  for (const [path, entry] of tree) if (wanted(path)) told[path] = describeEntry(entry);
  return told;
}
