import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MARKER } from '../compile/script.ts';
import type { Built } from './build.ts';
import { readIfThere, writeTogether } from './files.ts';
import { UserError } from './ui.ts';

/** A file that a procedure makes, and how it stands on the disk. */
export interface Comparison {
  readonly procedure: string;
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
  readonly before: string | undefined;
  readonly state: 'same' | 'changed' | 'new';
}

/** Every file of `built` beside what is below `out` now. */
export function compare(built: readonly Built[], out: string): Comparison[] {
  if (existsSync(out) && !statSync(out).isDirectory()) {
    throw new UserError(`${out}: it is no folder\n  name a folder with --out`);
  }
  return built.flatMap(({ procedure, files }) =>
    files.map(({ name, text }) => {
      const path = join(out, procedure.id, name);
      const before = readIfThere(path);
      const state = before === undefined ? 'new' : before === text ? 'same' : 'changed';
      return {
        procedure: procedure.id,
        path,
        text,
        executable: name.endsWith('.sh'),
        before,
        state,
      };
    }),
  );
}

/** The files that are not as they should be. */
export function changedOf(compared: readonly Comparison[]): Comparison[] {
  return compared.filter(({ state }) => state !== 'same');
}

/** Writes what is not as it should be, all of it or nothing. */
export function write(compared: readonly Comparison[]): void {
  writeTogether(changedOf(compared));
}

/** Files that come with the scripts, and how a page says that it was made; others have no marker. */
const COMPANIONS: Readonly<Record<string, string | undefined>> = {
  'manifest.json': undefined,
  SHA256SUMS: undefined,
  'README.md': `<!-- ${MARKER} `,
  'index.html': `<p>${MARKER} <code>`,
};

function isGenerated(path: string): boolean {
  return readFileSync(path, 'utf8').slice(0, 8000).includes(MARKER);
}

/** Whether the file comes with scripts: a page without our marker is somebody's own. */
function isCompanion(path: string): boolean {
  const name = basename(path);
  if (!Object.hasOwn(COMPANIONS, name)) return false;
  const marker = COMPANIONS[name];
  return marker === undefined || readFileSync(path, 'utf8').includes(marker);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name));
}

/** Generated files below `out` that none of `built` makes: scripts by their marker, and their companions. */
export function orphansIn(out: string, built: readonly Built[]): string[] {
  if (!existsSync(out)) return [];
  const made = new Set(
    built.flatMap(({ procedure, files }) => files.map(({ name }) => join(out, procedure.id, name))),
  );
  const ids = new Set(built.map(({ procedure }) => procedure.id));
  return readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: folder }) => {
      const paths = filesIn(join(out, folder));
      const scripts = paths.filter((path) => path.endsWith('.sh') && isGenerated(path));
      const stale = scripts.filter((path) => !made.has(path));
      if (ids.has(folder) || scripts.length === 0) return stale;
      return [...stale, ...paths.filter(isCompanion)];
    })
    .toSorted();
}

/** Removes `orphans`, and the folders that are empty then. */
export function removeOrphans(orphans: readonly string[]): void {
  for (const path of orphans) rmSync(path);
  for (const folder of new Set(orphans.map((path) => join(path, '..')))) {
    if (readdirSync(folder).length === 0) rmdirSync(folder);
  }
}
