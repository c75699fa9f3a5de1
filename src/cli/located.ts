import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../model/problem.ts';
import { shown, STEP_FILE } from './load.ts';

/** The places in the step files around `path` where something has the id `id`, as `file:line`. */
function placesOf(path: string, id: string): string[] {
  const folder = dirname(path);
  const names = basename(path).startsWith('index.') ? readdirSync(folder) : [basename(path)];
  const literal = id.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const written = new RegExp(`\\bid: *['"\`]${literal}['"\`]`);
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

/** The ids of a procedure, as they were written. */
interface Ids {
  readonly own: unknown;
  readonly steps: readonly unknown[];
}

function idOf(item: unknown): unknown {
  return (item as { readonly id?: unknown } | null | undefined)?.id;
}

function idsOf(input: unknown): Ids {
  const steps = (input as { readonly steps?: unknown } | null | undefined)?.steps;
  return { own: idOf(input), steps: Array.isArray(steps) ? steps.map(idOf) : [] };
}

/** Where the step at place `number` is. */
function placeOf(path: string, { own, steps }: Ids, number: number): string | undefined {
  const id = steps[number];
  if (typeof id !== 'string' || id === '') return undefined;
  const found = placesOf(path, id);
  const ofProcedure = own === id ? found.findIndex((place) => place.startsWith(shown(path))) : -1;
  const places = found.filter((_, index) => index !== ofProcedure);
  if (steps.filter((each) => each === id).length === 1) return places[0];
  const files = new Set(places.map((place) => place.replace(/:\d+$/, '')));
  // The order of steps in several files is that of their imports, which is not looked at.
  if (files.size > 1) return places.join(' or ');
  return places[steps.slice(0, number).filter((each) => each === id).length] ?? places.at(-1);
}

/** `problems` of `input`, the default export of the file at `path`, with the lines of their steps. */
export function located(path: string, input: unknown, problems: readonly Problem[]): Problem[] {
  const ids = idsOf(input);
  return problems.map((problem) => {
    if (problem.step === undefined) return problem;
    const place = placeOf(path, ids, problem.step);
    const named = problem.where.slice(problem.where.indexOf(': step '));
    return place === undefined ? problem : { ...problem, where: `${place}${named}` };
  });
}
