import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Where the loader finds libraries; without it, it tries two dozen folders for each program. */
const CACHE = '/etc/ld.so.cache';

function copy(folder: string, path: string, name: string): void {
  copyFileSync(realpathSync(path), join(folder, 'lib', name));
  chmodSync(join(folder, 'lib', name), 0o755);
}

/** Copies what is looked for at its own path; the names of the copies by that path. */
export function copyFixed(folder: string, paths: readonly string[]): Map<string, string> {
  return new Map(
    paths.map((path) => {
      const name = path.slice(1).replaceAll('/', '-');
      copy(folder, path, name);
      return [path, name];
    }),
  );
}

/**
 * Copies what the loader reads for `programs`, as the loader itself tells, to `.model/lib` of `stage`,
 * and has ldconfig note them where they are, so that the folders in which the host's own libraries
 * lie hold nothing of this machine.
 * @returns what is looked for at its own path: the loader, and its cache.
 * @throws Error when ldconfig cannot do it.
 */
export function copyLibraries(stage: string, programs: readonly string[]): Map<string, string> {
  const folder = join(stage, '.model');
  // Scripts among them spoil its exit status; what it tells of the others is whole.
  const told = spawnSync('ldd', programs, { encoding: 'utf8' }).stdout;
  for (const [, name = '', path = ''] of told.matchAll(/^\s+(\S+) => (\/\S+) \(0x/gm))
    copy(folder, path, name);
  const loaders = new Set([...told.matchAll(/^\s+(\/\S+) \(0x/gm)].map(([, path = '']) => path));
  makeCache(stage);
  return new Map([...copyFixed(folder, [...loaders]), [CACHE, 'ld.so.cache']]);
}

/** The cache has to name the libraries as they are called within a host, which has them at `/.model`. */
function makeCache(stage: string): void {
  const asRoot = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user', '--'];
  const inStage = ['-X', '-r', stage, '-C', '/.model/lib/ld.so.cache', '/.model/lib'];
  const [command = '', ...args] = [...asRoot, '/sbin/ldconfig', ...inStage];
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ldconfig failed: ${error?.message ?? stderr.trim()}`);
}
