import { carriedSchema, type Carried } from '../model/carried.ts';
import type { Problem } from '../model/problem.ts';
import type { Requirement } from '../model/requirement.ts';
import type { Step } from '../model/step.ts';
import { referencesIn, type Reference } from '../model/value.ts';

/** The carried values that `step` learns, that of its own `into` first. */
export function learntBy(step: Step): Carried[] {
  const places = [
    'into' in step ? step.into : undefined,
    'expected' in step ? step.expected?.into : undefined,
  ];
  return places.flatMap((place) => {
    const parsed = carriedSchema.safeParse(place);
    return parsed.success ? [parsed.data] : [];
  });
}

/** The carried values that `step` reads. */
export function readBy(step: Step): Reference[] {
  const expected = 'expected' in step ? { ...step.expected, into: undefined } : undefined;
  const rest = { ...step, into: undefined, expected };
  return referencesIn(rest).filter(({ reference }) => reference === 'carried');
}

/**
 * Whether `later` learns anew what `earlier` has learnt, which is not asked any more then. Of an
 * inventory alone the check tells whether what was learnt is true still.
 */
export function learnsAnew(later: Step, earlier: Step): boolean {
  return (
    earlier.kind === 'containers.inventoried' &&
    later.kind === earlier.kind &&
    earlier.until === later.id
  );
}

function readEarly(steps: readonly Step[], where: string, name: string): Problem {
  const later = steps.find((other) => learntBy(other).some((value) => value.name === name));
  return {
    where,
    what: `it reads carried value ${name} before any step has learnt it`,
    mend:
      later === undefined
        ? 'add a step above it that learns the value'
        : `move it below step ${later.id}, which learns the value`,
  };
}

/** Where `reader` is wanted and `learner` is not, there is no value. */
function readUnlearnt(where: string, name: string, learner: Step, reader: Step): Problem[] {
  const [learns, reads] = [learner, reader].map((step) => ('when' in step ? step.when : undefined));
  if (learns === undefined || JSON.stringify(learns) === JSON.stringify(reads)) return [];
  return [
    {
      where,
      what: `it reads carried value ${name}, which step ${learner.id} learns only where that step is wanted`,
      mend: `give it the same \`when\`, or take that of step ${learner.id} away`,
    },
  ];
}

/** Requirements are asked before any step: there is nothing that they could read. */
function requirementProblems(file: string, requirements: readonly Requirement[]): Problem[] {
  return requirements.flatMap((requirement) =>
    referencesIn(requirement)
      .filter(({ reference }) => reference === 'carried')
      .map(({ name }) => ({
        where: `${file}: requirement ${requirement.requires}`,
        what: `it reads carried value ${name}, and is asked before any step can have learnt it`,
        mend: 'read a parameter, or let a step look at it',
      })),
  );
}

/** Carried values that are read where no step has learnt them, or learnt in two ways. */
export function carriedProblems(
  file: string,
  steps: readonly Step[],
  requirements: readonly Requirement[],
): Problem[] {
  const learnt = new Map<string, Step>();
  const problems: Problem[] = requirementProblems(file, requirements);
  for (const step of steps) {
    const where = `${file}: step ${step.id}`;
    for (const { name } of readBy(step)) {
      const learner = learnt.get(name);
      problems.push(
        ...(learner === undefined
          ? [readEarly(steps, where, name)]
          : readUnlearnt(where, name, learner, step)),
      );
    }
    for (const { name } of learntBy(step)) {
      const earlier = learnt.get(name);
      if (earlier !== undefined && !learnsAnew(step, earlier)) {
        problems.push({
          where,
          what: `it learns carried value ${name}, which an earlier step has learnt`,
          mend:
            step.kind === 'containers.inventoried' && earlier.kind === step.kind
              ? `give the value another name; or, to take the inventory anew, let step ${earlier.id} have \`until: '${step.id}'\``
              : 'give the value another name',
        });
      }
      learnt.set(name, step);
    }
  }
  return problems;
}
