import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/** The text of the file at `path`; nothing where there is none. @throws when it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A text for a file. */
export interface Writing {
  readonly path: string;
  readonly text: string;
  /** Whether the file can be executed. */
  readonly executable: boolean;
  /** The mode of the file, where that says too little. */
  readonly mode?: number;
}

/**
 * Writes several files, each whole or not at all: all are written beside their places first, and
 * renamed when every one is there. @throws with nothing changed when one cannot be written.
 */
export function writeTogether(writings: readonly Writing[]): void {
  const parts = writings.map(({ path }) => `${path}.part-${process.pid}`);
  let current: string | undefined;
  try {
    for (const [index, { path, text, executable, mode }] of writings.entries()) {
      current = path;
      mkdirSync(dirname(path), { recursive: true });
      const wanted = mode ?? (executable ? 0o755 : 0o644);
      writeFileSync(parts[index] ?? '', text, { mode: wanted, flush: true });
      if (mode !== undefined) chmodSync(parts[index] ?? '', mode);
    }
    for (const [index, { path }] of writings.entries()) renameSync(parts[index] ?? '', path);
  } catch (error) {
    for (const part of parts) rmSync(part, { force: true });
    // A write that fails, unlike an open, does not say of which file.
    if (error instanceof Error && !('path' in error)) Object.assign(error, { path: current });
    throw error;
  }
}

/** A folder for what can be made again: beside the project's packages, else the user's cache. */
export function cacheFolder(): string {
  const own = join(process.cwd(), 'node_modules');
  const base = readIfPossible(own) ? join(own, '.cache') : userCache();
  return join(base, 'stepwright');
}

/** The home of who runs this, as the system knows it; nothing where it knows none. */
function accountHome(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined;
  }
}

/** Whether `folder` is the caller's own, and not for everybody to write in. */
function isOwn(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  const uid = process.getuid?.();
  return found !== undefined && (uid === undefined || (found.uid === uid && !(found.mode & 0o002)));
}

let ownForNow: string | undefined;

/** A new folder that nobody else gets into, and that is gone with this process. */
function privateFolder(): string {
  if (ownForNow !== undefined) return ownForNow;
  const made = mkdtempSync(join(tmpdir(), 'stepwright-cache-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  ownForNow = made;
  return made;
}

/**
 * The cache of the user in whose `environment` this runs. What is in it is run: where no home is
 * named, it is below that of the account, and never where somebody else could put something.
 */
export function userCache(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  home: string | undefined = accountHome(),
): string {
  const { XDG_CACHE_HOME: named, HOME: folder } = environment;
  if (named) return named;
  if (folder) return join(folder, '.cache');
  return home !== undefined && isOwn(home) ? join(home, '.cache') : privateFolder();
}

function readIfPossible(folder: string): boolean {
  try {
    readFileSync(join(folder, '.package-lock.json'));
    return true;
  } catch {
    return false;
  }
}

/** Writes what can be made again; a disk that is full or read-only is no failure. */
export function writeToCache(path: string, text: string): void {
  try {
    writeTogether([{ path, text, executable: false }]);
  } catch {
    // The next run makes it again.
  }
}
