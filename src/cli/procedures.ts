import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { MARKER } from '../compile/script.ts';
import type { Procedures } from '../diff/procedures.ts';
import type { Built } from './build.ts';
import { UserError } from './ui.ts';

/** Whether `path`, below the folder of compiled procedures, is a file that is compared. */
export function isCompared(path: string): boolean {
  return /^[^/]+\/(?:[^/]+\.sh|manifest\.json)$/.test(path);
}

/** Files by their paths `PROCEDURE/FILE`, by procedure. What has no script is no procedure. */
export function byProcedure(files: ReadonlyMap<string, string>): Procedures {
  const found = new Map<string, Map<string, string>>();
  for (const [path, text] of files) {
    const [procedure = '', name = ''] = path.split('/');
    found.set(procedure, (found.get(procedure) ?? new Map<string, string>()).set(name, text));
  }
  return new Map(
    [...found].filter(([, own]) => [...own.keys()].some((name) => name.endsWith('.sh'))),
  );
}

/** Compiled procedures as `stepwright compile` would write them. */
export function ofBuilt(built: readonly Built[]): Procedures {
  return byProcedure(
    new Map(
      built.flatMap(({ procedure, files }) =>
        files.map(({ name, text }) => [`${procedure.id}/${name}`, text] as const),
      ),
    ),
  );
}

/** The name of the procedure whose scripts lie in `folder` itself: as they say, else the folder's. */
function ownName(folder: string, scripts: readonly string[]): string {
  const said = scripts.map((name) =>
    new RegExp(`^# ${MARKER} ([a-z0-9-]+):`, 'm').exec(readFileSync(join(folder, name), 'utf8')),
  );
  return said.find((match) => match !== null)?.[1] ?? basename(resolve(folder));
}

/**
 * The compiled procedures below `folder`, each in its own folder, or the one whose scripts lie in
 * it. @throws UserError when there is no such folder.
 */
export function inFolder(folder: string): Procedures {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError(`${folder}: there is no such folder\n  name a folder of compiled scripts`);
  }
  const names = readdirSync(folder);
  const scripts = names.filter((name) => name.endsWith('.sh'));
  const own = ownName(folder, scripts);
  const paths: (readonly [string, string])[] =
    scripts.length > 0
      ? names.map((name) => [`${own}/${name}`, join(folder, name)])
      : names
          .filter((name) => statSync(join(folder, name)).isDirectory())
          .flatMap((name) =>
            readdirSync(join(folder, name)).map(
              (file) => [`${name}/${file}`, join(folder, name, file)] as const,
            ),
          );
  const compared = paths.filter(([path]) => isCompared(path));
  return byProcedure(
    new Map(compared.map(([path, file]) => [path, readFileSync(file, 'utf8')] as const)),
  );
}
