import type { Entry, Tree } from './tree.ts';

/**
 * What is on the disk for certain, as a journalling file system (ext4 in its default mode) keeps it.
 * Any sync commits every change of names so far; the content of a file is certain once that file was
 * synced itself, or took the place of another by a rename, which ext4 flushes.
 */
export interface Durable {
  readonly tree: Tree;
}

function byInode(tree: Tree): Map<number, Entry> {
  const known = new Map<number, Entry>();
  for (const entry of tree.values()) if (entry.type === 'file') known.set(entry.inode, entry);
  return known;
}

/** How much is left of content that was never synced; `old` is what was there when last it was. */
type Cut = (now: Buffer, old: Buffer) => Buffer;

/** Nothing of it has reached the disk. */
const NOTHING: Cut = (_now, old) => old;
/** Half of what was added has. */
const HALF: Cut = (now, old) => now.subarray(0, old.length + ((now.length - old.length) >> 1));

function settle(tree: Tree, last: Tree, certain: (path: string) => boolean, cut: Cut): Tree {
  const known = byInode(last);
  const settled = new Map<string, Entry>();
  for (const [path, entry] of tree) {
    const before = known.get(entry.inode);
    const earlier = last.get(path);
    const replaced = earlier?.type === 'file' && earlier.inode !== entry.inode;
    const whole = before?.data.equals(entry.data) ?? replaced;
    if (entry.type !== 'file' || whole || certain(path)) settled.set(path, entry);
    else settled.set(path, { ...entry, data: cut(entry.data, before?.data ?? Buffer.alloc(0)) });
  }
  return settled;
}

/** What is certain after `paths` were synced in a host whose files are `tree`; all of it without them. */
export function syncTree(tree: Tree, last: Durable, paths?: ReadonlySet<string>): Durable {
  if (paths === undefined) return { tree };
  return { tree: settle(tree, last.tree, (path) => paths.has(path), NOTHING) };
}

/** The ways in which the files can be found after the power was lost. */
export type Loss = 'early' | 'late';

/**
 * The files after a power loss. `early`: nothing since the last sync has reached the disk; `late`:
 * every name has, and half of what was written and not synced.
 */
export function losePower(tree: Tree, last: Durable, loss: Loss): Tree {
  if (loss === 'early') return last.tree;
  return settle(tree, last.tree, () => false, HALF);
}

/** `last` with what programs that sync their own files have written or removed at `paths`. */
export function absorb(tree: Tree, last: Durable, paths: Iterable<string>): Durable {
  const certain = new Map(last.tree);
  for (const path of paths) {
    for (const known of certain.keys()) {
      if (known === path || known.startsWith(`${path}/`)) certain.delete(known);
    }
    for (const [name, entry] of tree) {
      const leadsThere = path.startsWith(`${name}/`) && !certain.has(name);
      if (name === path || name.startsWith(`${path}/`) || leadsThere) certain.set(name, entry);
    }
  }
  return { tree: new Map([...certain].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}
