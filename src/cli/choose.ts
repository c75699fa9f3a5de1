import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { findSteps, loadSteps, STEP_FILE, type StepFile } from './load.ts';
import { didYouMean, UserError } from './ui.ts';

/** The step file that `name` is meant for: by its path, its name, or the end of that. */
function byName(found: readonly StepFile[], name: string): StepFile | undefined {
  const exact = found.find((file) => file.name === name || resolve(file.path) === resolve(name));
  if (exact !== undefined) return exact;
  const ends = found.filter((file) => file.name.endsWith(`/${name}`));
  return ends.length === 1 ? ends[0] : undefined;
}

/** The id of the procedure in `file`; nothing where it cannot be loaded, which is told when it is. */
async function idOf(file: StepFile): Promise<unknown> {
  try {
    return ((await loadSteps(file)) as { readonly id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}

/** The step file of the procedure that goes by `id`, where its file has another name. */
async function byId(found: readonly StepFile[], id: string): Promise<StepFile | undefined> {
  for (const file of found) {
    if ((await idOf(file)) === id) return file;
  }
  return undefined;
}

/** The step file at the path `name`, wherever it lies. */
function byPath(name: string): StepFile | undefined {
  if (!STEP_FILE.test(name) || !existsSync(name)) return undefined;
  const own = basename(name).replace(STEP_FILE, '');
  return { name: own === 'index' ? basename(dirname(resolve(name))) : own, path: name };
}

/** `files` without those that are there already, by another name or path. */
function eachOnce(files: readonly StepFile[]): StepFile[] {
  const byPlace = new Map<string, StepFile>();
  for (const file of files) {
    const place = realpathSync(file.path);
    if (!byPlace.has(place)) byPlace.set(place, file);
  }
  return [...byPlace.values()];
}

/**
 * The step files that `wanted` names, by name, by path or by the id of the procedure, each once; all of
 * them when it is empty.
 * @throws UserError for every name that is none, all together.
 */
export async function chooseSteps(folder: string, wanted: readonly string[]): Promise<StepFile[]> {
  const found = findSteps(folder);
  if (wanted.length === 0) return found;
  const names = found.map((file) => file.name);
  const problems: string[] = [];
  const chosen: StepFile[] = [];
  for (const name of wanted) {
    const known = byName(found, name) ?? byPath(name) ?? (await byId(found, name));
    if (known !== undefined) chosen.push(known);
    else {
      problems.push(
        `no procedure ${JSON.stringify(name)} in ${folder}${didYouMean(name, names)}\n  there are: ${names.join(', ') || 'none'}`,
      );
    }
  }
  if (problems.length > 0) throw new UserError(problems.join('\n'));
  return eachOnce(chosen);
}
