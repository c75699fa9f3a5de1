import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { readTar } from '../containers/tar.ts';
import { memoised } from '../memo.ts';
import { describeEntry, type Entry, type Tree } from '../root/tree.ts';
import type { HostState } from '../state.ts';

function sha(algorithm: 'sha1' | 'sha256', data: Buffer | string): string {
  return createHash(algorithm).update(data).digest('hex');
}

/**
 * What is in an archive: it has the times of its files, and is never the same twice. The bytes of a
 * file that has not changed are the same object.
 */
const describeArchive = memoised((data: Buffer): string => {
  try {
    const files = readTar(data[0] === 0x1f ? gunzipSync(data) : data);
    return `archive of ${sha('sha1', JSON.stringify(Object.entries(files).toSorted())).slice(0, 16)}`;
  } catch {
    return 'archive that is not whole';
  }
});

const NOTHING = Buffer.alloc(0);

/** What there is to see of a file, as far as it is the same when it was made in the same way. */
export function describeFile(path: string, entry: Entry): string {
  if (entry.type !== 'file' || !/\.tar(\.gz)?$/.test(path)) return describeEntry(entry);
  return `${describeEntry({ ...entry, data: NOTHING })} ${describeArchive(entry.data)}`;
}

/** Events after which a step is not done yet, however far it came: a run looks no closer. */
const UNDONE: ReadonlySet<string> = new Set(['start', 'failed', 'stopped']);

/**
 * What a journal says to a run that reads it: which steps are done, the events of the parts, and
 * whether one of `once`, the steps that are done only once, was begun.
 */
function describeJournal(text: string, once: ReadonlySet<string>): string {
  const said = new Map<string, string>();
  for (const line of text.split('\n').slice(1)) {
    const [, , part = '', event = '', step = ''] = line.split('\t');
    if (step === '-' || step === '') said.set(`${part} ${event}`, event);
    else {
      if (event === 'start') said.delete(`${part} finished`);
      if (UNDONE.has(event) && !once.has(step)) said.delete(step);
      else said.set(step, event === 'ok' ? 'done' : event);
    }
  }
  return JSON.stringify([...said].toSorted());
}

/** Notes of dumps: their figures, and whether each is of the file that is there. */
function describeDumps(text: string, tree: Tree): string {
  return text.replace(
    /^(\d+) (\d+) (\d+) (.*?)(\/.*)$/gm,
    (_, size: string, inode: string, time: string, figures: string, path: string) => {
      const file = tree.get(path);
      const fits = file?.inode === Number(inode) && Math.floor(file.mtime / 1000) === Number(time);
      return `${size} ${fits ? 'of it' : 'of another'} ${figures}${path}`;
    },
  );
}

/**
 * Notes of packages that were fetched: their files. When apt's own files were written is never the
 * same twice, and has apt asked once more at most.
 */
function describeFetched(text: string): string {
  return text.replace(/\b[0-9a-f]{64}\b/, 'at some time');
}

/** Notes that a cluster was compared: whether they are of the clusters that are there. */
function describeProved(text: string, tree: Tree, { postgres }: HostState): string {
  const [identifier = '', rest = ''] = text.split('\n');
  const [digest = '', path = ''] = rest.split(' ');
  const control = tree.get(path);
  const there = postgres.some((data) => data.id === identifier);
  return `${there} ${control === undefined ? 'gone' : sha('sha256', control.data) === digest} ${path}`;
}

/** What a run that goes on can see of a file that scripts keep for themselves; nothing of any other. */
export function describeOwn(
  path: string,
  entry: Entry,
  tree: Tree,
  state: HostState,
  once: ReadonlySet<string>,
): string | undefined {
  const name = /^\/var\/lib\/stepwright\/[^/]+\/(?:clusters\/[^/]+\/)?([^/]+)$/.exec(path)?.[1];
  if (name === 'journal') return describeJournal(entry.data.toString(), once);
  if (name === 'dumps') return describeDumps(entry.data.toString(), tree);
  if (name === 'fetched-packages') return describeFetched(entry.data.toString());
  // What an upgrade has told of itself is for its own run.
  if (name === 'upgraded-packages') return 'some';
  if (name === 'proved') return describeProved(entry.data.toString(), tree, state);
  return undefined;
}
