import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { forgetUnused, noteUse } from '../check/keeping.ts';
import { compile, type Compiled } from '../compile/compile.ts';
import { formatScript } from '../compile/format.ts';
import { digest } from '../compile/manifest.ts';
import { formatProblem, ProcedureError, type Problem } from '../model/problem.ts';
import { cacheFolder, readIfThere, writeToCache } from './files.ts';
import { loadSteps, shown, STEP_FILE, type StepFile } from './load.ts';
import { packageVersion } from './package-version.ts';
import { UserError } from './ui.ts';

/** Names of formatted texts, and of those that were being written when a process ended. */
const FORMATTED = /^[0-9a-f]{64}(\.part-\d+)?$/;

/** What a text that is kept ends with: one that does not is damaged. */
const END = '# End.\n';

let formatter: string | undefined;

/** What lays texts out: our options, counted by hand, and the versions of the packages that do it. */
function formatterInUse(): string {
  formatter ??= [
    '3',
    packageVersion('prettier'),
    packageVersion('prettier-plugin-sh'),
    packageVersion('prettier-plugin-sh', 'sh-syntax'),
  ].join(', ');
  return formatter;
}

/**
 * `formatScript`, remembering its answers: a compile that changes nothing loads no formatter. One that
 * was not asked for in 90 days is removed.
 */
export async function cachedFormat(text: string): Promise<string> {
  const folder = join(cacheFolder(), 'format');
  const path = join(folder, digest(`${formatterInUse()}\n${text}`));
  const known = readIfThere(path);
  if (known?.endsWith(END) === true) {
    noteUse(path);
    return known.slice(0, -END.length);
  }
  const formatted = await formatScript(text);
  writeToCache(path, `${formatted}${END}`);
  forgetUnused(folder, FORMATTED);
  return formatted;
}

/** A procedure that was compiled, and where it came from. */
export interface Built extends Compiled {
  readonly source: StepFile;
}

/** The places in the step files around `path` where something has the id `id`, as `file:line`. */
function placesOf(path: string, id: string): string[] {
  const folder = dirname(path);
  const names = basename(path).startsWith('index.') ? readdirSync(folder) : [basename(path)];
  const written = new RegExp(`\\bid: *['"\`]${id}['"\`]`);
  return names
    .filter((each) => STEP_FILE.test(each))
    .toSorted()
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          written.test(line) ? [`${shown(join(folder, name))}:${index + 1}`] : [],
        ),
    );
}

/** How `judge.ts` says that a step has the id of one before it. */
const TAKEN = 'its id is that of an earlier step';

/** Where the step is that has an id that was taken, when `after` more of the same id are to come. */
function placeOfTaken(places: readonly string[], after: number): string | undefined {
  const files = new Set(places.map((place) => place.replace(/:\d+$/, '')));
  // The order of steps in several files is that of their imports, which is not looked at.
  return files.size > 1 ? places.join(' or ') : places.at(-1 - after);
}

/** `problems`, with the line of the step where that can be found. */
function located(path: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem, index) => {
    const id = /: step ([a-z0-9-]+)$/.exec(problem.where)?.[1];
    if (id === undefined) return problem;
    const places = placesOf(path, id);
    const after = problems
      .slice(index + 1)
      .filter(({ where, what }) => where === problem.where && what === TAKEN).length;
    const place = problem.what === TAKEN ? placeOfTaken(places, after) : places[0];
    return place === undefined ? problem : { ...problem, where: `${place}: step ${id}` };
  });
}

/** The default export of `source`, compiled. @throws ProcedureError, UserError */
export async function buildOne(source: StepFile): Promise<Built> {
  const input = await loadSteps(source);
  try {
    return { ...(await compile(shown(source.path), input, cachedFormat)), source };
  } catch (error) {
    if (!(error instanceof ProcedureError)) throw error;
    throw new ProcedureError(located(source.path, error.problems));
  }
}

function sameIds(built: readonly Built[]): Problem[] {
  return built.flatMap(({ procedure, source }, index) => {
    const first = built.slice(0, index).find((other) => other.procedure.id === procedure.id);
    if (first === undefined) return [];
    return [
      {
        where: `${shown(source.path)}: procedure ${procedure.id}`,
        what: `its id is that of the procedure in ${shown(first.source.path)}`,
        mend: 'give it an id of its own',
      },
    ];
  });
}

/** Every one of `sources`, compiled. @throws UserError with the problems of all of them. */
export async function buildAll(sources: readonly StepFile[]): Promise<Built[]> {
  const built: Built[] = [];
  const told: string[] = [];
  for (const source of sources) {
    try {
      built.push(await buildOne(source));
    } catch (error) {
      if (!(error instanceof ProcedureError || error instanceof UserError)) throw error;
      told.push(error.message);
    }
  }
  told.push(...sameIds(built).map(formatProblem));
  if (told.length > 0) throw new UserError(told.join('\n'));
  return built;
}
