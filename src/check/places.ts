import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join } from 'node:path';

/** A program as it lies on the disk: the same identity means the same program. */
export interface Program {
  readonly path: string;
  /** Real path, size and time of change. */
  readonly identity: string;
}

/** The program at `path`; nothing when there is no file there that may be executed. */
export function programAt(path: string): Program | undefined {
  try {
    accessSync(path, constants.X_OK);
    const real = realpathSync(path);
    const { size, mtimeMs } = statSync(real);
    return statSync(real).isFile() ? { path, identity: `${real} ${size} ${mtimeMs}` } : undefined;
  } catch {
    return undefined;
  }
}

/** Every program called `name` on the PATH, in its order, each file once. */
export function programsOnPath(name: string): Program[] {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .flatMap((folder) => programAt(join(folder, name)) ?? []);
  return found.filter(
    ({ identity }, index) => found.findIndex((one) => one.identity === identity) === index,
  );
}

/** Whether the program is a script for Node, such as those that npm puts on the PATH. */
export function isNodeScript({ path }: Program): boolean {
  const start = Buffer.alloc(64);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return false;
  }
  const length = readSync(file, start, 0, start.length, 0);
  closeSync(file);
  return /^#!.*\bnode\b/.test(start.toString('latin1', 0, length));
}

/** The folder of the npm package `name` as this package sees it; nothing when it is not there. */
export function packageFolder(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders
    .map((folder) => join(folder, name))
    .find((folder) => statSync(join(folder, 'package.json'), { throwIfNoEntry: false })?.isFile());
}
