import { unquotedExpansions } from '../bash/expansions.ts';
import { parseFragment } from '../bash/parse.ts';
import { earlyEnds } from '../bash/pipelines.ts';
import type { Problem } from '../model/problem.ts';
import type { Step } from '../model/step.ts';
import { isReference, referencesIn, type AnyValue } from '../model/value.ts';
import { placedRequirements, placeOf, type Judged } from './judged.ts';
import { variableName } from './names.ts';

type Place = Pick<Problem, 'where' | 'step'>;

interface Fragment {
  readonly place: Place;
  readonly option: string;
  readonly text: string;
}

const VARIABLE = /^[a-z][a-z0-9_]*$/;

function fragmentsOf(file: string, judged: Judged): Fragment[] {
  const ofSteps = judged.steps.flatMap((step) => {
    const place = placeOf(file, step, judged);
    return Object.entries(step)
      .filter(([option]) => isFragment(step.kind, option))
      .map(([option, text]) => ({ place, option, text: String(text) }));
  });
  const ofRequirements = placedRequirements(file, judged).flatMap(({ place, requirement }) =>
    requirement.requires === 'shell' ? [{ place, option: 'check', text: requirement.check }] : [],
  );
  return [...ofSteps, ...ofRequirements];
}

/** Whether an option holds bash of the procedure's own. */
function isFragment(kind: string, option: string): boolean {
  if (kind === 'shell') return option === 'check' || option === 'apply';
  if (kind === 'learn') return option === 'from';
  return kind === 'program.ran' && option === 'condition';
}

function problemsOf({ place, option, text }: Fragment): Problem[] {
  const parsed = parseFragment(text);
  const syntax = (parsed.ok ? [] : parsed.problems).map(({ line, column, message }) => ({
    ...place,
    what: `\`${option}\`, line ${line}, column ${column}: ${message}`,
    mend: 'mend the bash there; `bash -n` says what it thinks of it',
  }));
  if (syntax.length > 0) return syntax;
  const unquoted = unquotedExpansions(text).map(({ line, column, text: found }) => ({
    ...place,
    what: `\`${option}\`, line ${line}, column ${column}: ${found} stands unquoted, and would be split and globbed`,
    mend: `write "${found}", or an array where it is a list`,
  }));
  const early = earlyEnds(text).map(({ line, column, text: found, instead }) => ({
    ...place,
    what: `\`${option}\`, line ${line}, column ${column}: ${found} may close its pipe early, and the pipeline then ends with 141`,
    mend: `write ${instead}`,
  }));
  return [...unquoted, ...early];
}

function valuesOf(item: object): [string, AnyValue][] {
  return 'values' in item ? Object.entries((item.values ?? {}) as Record<string, AnyValue>) : [];
}

/** Whether another of `values` reads the parameter that value `name` would hide. */
function hides(name: string, value: AnyValue, values: readonly [string, AnyValue][]): boolean {
  const reads = (found: AnyValue): boolean =>
    referencesIn(found).some((reference) => variableName(reference.name) === name);
  if (isReference(value) && reads(value)) return false;
  return values.some(([other, found]) => other !== name && reads(found));
}

function isVariable(name: string): boolean {
  return VARIABLE.test(name) && !name.startsWith('sw_');
}

/** Whether each of the values of `step` can have a variable: bash can be made of it then. */
export function hasVariables(step: Step): boolean {
  return valuesOf(step).every(([name]) => isVariable(name));
}

function wrongValues(item: object): Pick<Problem, 'what' | 'mend'>[] {
  return valuesOf(item).flatMap(([name, value], _, values) => {
    if (!isVariable(name)) {
      const what = `\`values\` has ${JSON.stringify(name)}, which is no name for a variable`;
      const mend = 'use lower-case letters, digits and underscores, not beginning with sw_';
      return [{ what, mend }];
    }
    if (!hides(name, value, values)) return [];
    const what = `\`values\` gives ${name} a value of its own, and reads what is called so in another`;
    return [{ what, mend: 'give the value another name' }];
  });
}

function nameProblems(file: string, judged: Judged): Problem[] {
  const named: (readonly [Place, object])[] = [
    ...judged.steps.map((step) => [placeOf(file, step, judged), step] as const),
    ...placedRequirements(file, judged).map(
      ({ place, requirement }) => [place, requirement] as const,
    ),
  ];
  return named.flatMap(([place, item]) =>
    wrongValues(item).map((wrong) => ({ ...place, ...wrong })),
  );
}

/** Bash of the procedure's own that does not parse, would split a value, or fails now and then. */
export function fragmentProblems(file: string, judged: Judged): Problem[] {
  return [...fragmentsOf(file, judged).flatMap(problemsOf), ...nameProblems(file, judged)];
}
