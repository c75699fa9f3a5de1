import { join } from 'node:path';
import { forgetUnused, noteUse } from '../check/keeping.ts';
import { compile, type Compiled } from '../compile/compile.ts';
import { FormatError, formatScript } from '../compile/format.ts';
import { digest } from '../compile/manifest.ts';
import { formatProblem, ProcedureError, type Problem } from '../model/problem.ts';
import { cacheFolder, readIfThere, writeToCache } from './files.ts';
import { loadSteps, shown, type StepFile } from './load.ts';
import { located } from './located.ts';
import { packageVersion } from './package-version.ts';
import { UserError } from './ui.ts';
import { unreadable } from './unreadable.ts';

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

/** What `error` says is wrong with `input`. @throws `error` when it is about something else. */
function problemsIn(error: unknown, { path }: StepFile, input: unknown): readonly Problem[] {
  if (error instanceof ProcedureError) return error.problems;
  if (error instanceof FormatError) return [unreadable(shown(path), input, error)];
  throw error;
}

/** The default export of `source`, compiled. @throws ProcedureError, UserError */
export async function buildOne(source: StepFile): Promise<Built> {
  const input = await loadSteps(source);
  try {
    return { ...(await compile(shown(source.path), input, cachedFormat)), source };
  } catch (error) {
    throw new ProcedureError(located(source.path, input, problemsIn(error, source, input)));
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
