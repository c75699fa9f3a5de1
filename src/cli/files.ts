import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  try {
    for (const [index, { path, text, executable, mode }] of writings.entries()) {
      mkdirSync(dirname(path), { recursive: true });
      const wanted = mode ?? (executable ? 0o755 : 0o644);
      writeFileSync(parts[index] ?? '', text, { mode: wanted, flush: true });
      if (mode !== undefined) chmodSync(parts[index] ?? '', mode);
    }
    for (const [index, { path }] of writings.entries()) renameSync(parts[index] ?? '', path);
  } catch (error) {
    for (const part of parts) rmSync(part, { force: true });
    throw error;
  }
}

/** A folder for what can be made again: beside the project's packages, else the user's cache. */
export function cacheFolder(): string {
  const own = join(process.cwd(), 'node_modules');
  const base = readIfPossible(own) ? join(own, '.cache') : userCache();
  return join(base, 'stepwright');
}

function userCache(): string {
  return process.env['XDG_CACHE_HOME'] || join(process.env['HOME'] || '/tmp', '.cache');
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
