import { unawaitedJobs } from '../bash/background.ts';
import { unquotedExpansions } from '../bash/expansions.ts';
import { bareKeys } from '../bash/keys.ts';
import { parseFragment } from '../bash/parse.ts';
import { earlyEnds } from '../bash/pipelines.ts';
import { wrongRuns, type WrongRun } from '../bash/runs.ts';
import type { Position } from '../bash/tree.ts';
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

type Wrong = Pick<Problem, 'what' | 'mend'>;

/** A problem of a fragment: `what` is wrong at one place of it. */
function wrongAt({ place, option }: Fragment, { line, column }: Position, wrong: Wrong): Problem {
  const what = `\`${option}\`, line ${line}, column ${column}: ${wrong.what}`;
  return { ...place, what, mend: wrong.mend };
}

function wrongRun({ wrong, text }: WrongRun): Wrong {
  if (wrong === 'reading') {
    const what = 'run is for commands that change something, and here something is only looked at';
    return { what, mend: 'leave `run` out here' };
  }
  const what = `run takes ${text} for the name of a command`;
  const mend = wrong === 'assignment' ? `\`run env ${text} …\`` : `\`${text}\`, without \`run\``;
  return { what, mend: `write ${mend}` };
}

/** What a fragment does that the script cannot live with. */
function misdeeds(fragment: Fragment): Problem[] {
  const { option, text } = fragment;
  const runs = wrongRuns(text, option !== 'apply').map((found) =>
    wrongAt(fragment, found, wrongRun(found)),
  );
  const jobs = unawaitedJobs(text).map((found) =>
    wrongAt(fragment, found, {
      what: "this goes on in the background: it holds the script's lock, and nobody hears how it ends",
      mend: 'start it as a unit (systemctl start …, systemd-run …), or let `wait` follow in the same shell',
    }),
  );
  const keys = bareKeys(text).map((found) =>
    wrongAt(fragment, found, {
      what: `the key ${found.text} of ${found.array} stands unquoted, and would be laid out as arithmetic`,
      mend: `write ["${found.text}"]`,
    }),
  );
  return [...runs, ...jobs, ...keys];
}

function problemsOf(fragment: Fragment): Problem[] {
  const { text } = fragment;
  const parsed = parseFragment(text);
  const syntax = (parsed.ok ? [] : parsed.problems).map((found) =>
    wrongAt(fragment, found, {
      what: found.message,
      mend: 'mend the bash there; `bash -n` says what it thinks of it',
    }),
  );
  if (syntax.length > 0) return syntax;
  const unquoted = unquotedExpansions(text).map((found) =>
    wrongAt(fragment, found, {
      what: `${found.text} stands unquoted, and would be split and globbed`,
      mend: `write "${found.text}", or an array where it is a list`,
    }),
  );
  const early = earlyEnds(text).map((found) =>
    wrongAt(fragment, found, {
      what: `${found.text} may close its pipe early, and the pipeline then ends with 141`,
      mend: `write ${found.instead}`,
    }),
  );
  return [...unquoted, ...early, ...misdeeds(fragment)];
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

function wrongValues(item: object): Wrong[] {
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

/** Bash of the procedure's own that does not parse, or does what it must not. */
export function fragmentProblems(file: string, judged: Judged): Problem[] {
  return [...fragmentsOf(file, judged).flatMap(problemsOf), ...nameProblems(file, judged)];
}
