import { carriedSchema } from '../model/carried.ts';
import { kebab, PARAMETER_TYPES, type Parameter } from '../model/parameter.ts';
import type { Problem } from '../model/problem.ts';
import type { Procedure } from '../model/procedure.ts';
import { requirementSchema, type Requirement } from '../model/requirement.ts';
import { stepSchema, type Step } from '../model/step.ts';

/** A step as far as it can be made out, right or wrong. */
export interface StepOutline {
  readonly id: string | undefined;
  readonly kind: string | undefined;
  /** The names of the carried values that it learns; nothing stands for one that is not said. */
  readonly learns: readonly (string | undefined)[];
  readonly until: string | undefined;
}

/** A parameter that has a name, right or wrong otherwise. */
export interface ParameterOutline {
  readonly name: string;
  readonly type: Parameter['type'] | undefined;
  readonly choices: readonly unknown[] | undefined;
  readonly limited: boolean;
}

/** A procedure to be judged as a whole: what is right by itself, and an outline of all there is. */
export interface Judged {
  readonly steps: readonly Step[];
  /** The places of `steps` in `outline`. */
  readonly numbers: ReadonlyMap<Step, number>;
  /** The procedure's own; those of a further way are in the reboot that they come after. */
  readonly requires: readonly Requirement[];
  /** Every step as it was written, so that none is missed for being wrong by itself. */
  readonly outline: readonly StepOutline[];
  readonly parameters: readonly ParameterOutline[];
  /** No: something was wrong by itself. */
  readonly complete: boolean;
  /** No: a parameter was written whose name cannot be made out. */
  readonly allNamed: boolean;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function nameOf(value: unknown): string | undefined {
  const parsed = kebab.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** Kinds of which each step learns something. */
const LEARNERS: ReadonlySet<unknown> = new Set<Step['kind']>([
  'learn',
  'containers.inventoried',
  'containers.driverRecorded',
]);

function learntName(into: unknown): string | undefined {
  const { reference, name } = fieldsOf(into);
  return reference === carriedSchema.shape.reference.value ? nameOf(name) : undefined;
}

function stepOutline(input: unknown): StepOutline {
  const { id, kind, into, expected, until } = fieldsOf(input);
  const further = fieldsOf(expected)['into'];
  const learns = into !== undefined || LEARNERS.has(kind) ? [learntName(into)] : [];
  return {
    id: nameOf(id),
    kind: typeof kind === 'string' ? kind : undefined,
    learns: further === undefined ? learns : [...learns, learntName(further)],
    until: nameOf(until),
  };
}

function parameterOutline(input: unknown): ParameterOutline[] {
  const { name: written, type, choices, minimum, maximum } = fieldsOf(input);
  const name = nameOf(written);
  if (name === undefined) return [];
  return [
    {
      name,
      type: PARAMETER_TYPES.find((known) => known === type),
      choices: choices === undefined ? undefined : listOf(choices),
      limited: minimum !== undefined || maximum !== undefined,
    },
  ];
}

/** The steps that are right by themselves, each with its place. */
function rightSteps(written: readonly unknown[]): [Step, number][] {
  return written.flatMap((item, index): [Step, number][] => {
    const parsed = stepSchema.safeParse(item);
    return parsed.success ? [[parsed.data, index]] : [];
  });
}

function rightRequirements(written: readonly unknown[]): Requirement[] {
  return written.flatMap((item) => {
    const parsed = requirementSchema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** `input`, as a step file exports it, to be judged; `parsed` where all of it is right by itself. */
export function judgedOf(input: unknown, parsed?: Pick<Procedure, 'steps' | 'requires'>): Judged {
  const { steps, requires, parameters } = fieldsOf(input);
  const numbered =
    parsed?.steps.map((step, index) => [step, index] as const) ?? rightSteps(listOf(steps));
  const declared = listOf(parameters);
  const named = declared.flatMap(parameterOutline);
  return {
    steps: numbered.map(([step]) => step),
    numbers: new Map(numbered),
    requires: parsed?.requires ?? rightRequirements(listOf(requires)),
    outline: listOf(steps).map(stepOutline),
    parameters: named,
    complete: parsed !== undefined,
    allNamed: named.length === declared.length,
  };
}

/** Where a problem of `step` is. */
export function placeOf(
  file: string,
  step: Step,
  { numbers }: Judged,
): Pick<Problem, 'where' | 'step'> {
  const number = numbers.get(step);
  return { where: `${file}: step ${step.id}`, ...(number === undefined ? {} : { step: number }) };
}

/** Every requirement and where it is: the procedure's own, and those of ways that it goes on with. */
export function placedRequirements(
  file: string,
  judged: Judged,
): { readonly place: Pick<Problem, 'where' | 'step'>; readonly requirement: Requirement }[] {
  const own = judged.requires.map((requirement) => ({
    place: { where: `${file}: requirement ${requirement.requires}` },
    requirement,
  }));
  const further = judged.steps.flatMap((step) => {
    if (step.kind !== 'reboot') return [];
    const reboot = placeOf(file, step, judged);
    return (step.further?.requires ?? []).map((requirement) => ({
      place: { ...reboot, where: `${reboot.where}, requirement ${requirement.requires}` },
      requirement,
    }));
  });
  return [...own, ...further];
}

/** The places in `outline` of the steps of each part: up to a reboot, and with it. */
export function partsOfOutline(outline: readonly StepOutline[]): number[][] {
  const parts: number[][] = [[]];
  for (const [index, { kind }] of outline.entries()) {
    parts.at(-1)?.push(index);
    if (kind === 'reboot') parts.push([]);
  }
  return parts;
}
