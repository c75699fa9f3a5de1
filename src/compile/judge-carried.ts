import { carriedSchema, type Carried } from '../model/carried.ts';
import type { Problem } from '../model/problem.ts';
import type { Step } from '../model/step.ts';
import { referencesIn, type Reference } from '../model/value.ts';
import { placedRequirements, placeOf, type Judged, type StepOutline } from './judged.ts';

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

type Learner = Pick<StepOutline, 'id' | 'kind'> & { readonly until?: string | undefined };

/**
 * Whether `later` learns anew what `earlier` has learnt, which is not asked any more then. Of an
 * inventory alone the check tells whether what was learnt is true still.
 */
export function learnsAnew(later: Learner, earlier: Learner): boolean {
  return (
    earlier.kind === 'containers.inventoried' &&
    later.kind === earlier.kind &&
    earlier.until !== undefined &&
    earlier.until === later.id
  );
}

type Wrong = Pick<Problem, 'what' | 'mend'>;

function readEarly({ outline }: Judged, name: string): Wrong[] {
  const later = outline.find(({ learns }) => learns.includes(name));
  // It may be the one of the step that does not say what it learns.
  const unsaid = outline.some(({ learns }) => learns.includes(undefined));
  if (later === undefined && unsaid) return [];
  return [
    {
      what: `it reads carried value ${name} before any step has learnt it`,
      mend:
        later === undefined
          ? 'add a step above it that learns the value'
          : `move it below step ${later.id}, which learns the value`,
    },
  ];
}

/** Where `reader` is wanted and `learner` is not, there is no value. */
function readUnlearnt(name: string, learner: Step, reader: Step): Wrong[] {
  const [learns, reads] = [learner, reader].map((step) => ('when' in step ? step.when : undefined));
  if (learns === undefined || JSON.stringify(learns) === JSON.stringify(reads)) return [];
  return [
    {
      what: `it reads carried value ${name}, which step ${learner.id} learns only where that step is wanted`,
      mend: `give it the same \`when\`, or take that of step ${learner.id} away`,
    },
  ];
}

/** Requirements are asked before any step: there is nothing that they could read. */
function requirementProblems(file: string, judged: Judged): Problem[] {
  return placedRequirements(file, judged).flatMap(({ place, requirement }) =>
    referencesIn(requirement)
      .filter(({ reference }) => reference === 'carried')
      .map(({ name }) => ({
        ...place,
        what: `it reads carried value ${name}, and is asked before any step can have learnt it`,
        mend: 'read a parameter, or let a step look at it',
      })),
  );
}

/** The place of the last step before place `number` that learns carried value `name`, or -1. */
function learnerOf(name: string, number: number, { outline }: Judged): number {
  return outline.slice(0, number).findLastIndex(({ learns }) => learns.includes(name));
}

/** What `step`, at place `number`, reads where no step has learnt it. */
function wrongReads(step: Step, number: number, judged: Judged): Wrong[] {
  return readBy(step).flatMap(({ name }) => {
    const at = learnerOf(name, number, judged);
    if (at === -1) return readEarly(judged, name);
    const found = judged.steps.find((other) => judged.numbers.get(other) === at);
    return found === undefined ? [] : readUnlearnt(name, found, step);
  });
}

/** What `step`, at place `number`, learns that is learnt already. */
function learntTwice(step: Step, number: number, judged: Judged): Wrong[] {
  return learntBy(step).flatMap(({ name }, index, values): Wrong[] => {
    const another = 'give the value another name';
    if (values.slice(0, index).some((value) => value.name === name)) {
      return [{ what: `it learns carried value ${name} twice`, mend: another }];
    }
    const earlier = judged.outline[learnerOf(name, number, judged)];
    if (earlier === undefined || learnsAnew(step, earlier)) return [];
    const anew = `${another}; or, to take the inventory anew, let step ${earlier.id} have \`until: '${step.id}'\``;
    const bothTake = step.kind === 'containers.inventoried' && earlier.kind === step.kind;
    const what = `it learns carried value ${name}, which an earlier step has learnt`;
    return [{ what, mend: bothTake ? anew : another }];
  });
}

/** Carried values that are read where no step has learnt them, or learnt in two ways. */
export function carriedProblems(file: string, judged: Judged): Problem[] {
  return [
    ...requirementProblems(file, judged),
    ...judged.steps.flatMap((step) => {
      const number = judged.numbers.get(step) ?? 0;
      const wrong = [...wrongReads(step, number, judged), ...learntTwice(step, number, judged)];
      return wrong.map((each) => ({ ...placeOf(file, step, judged), ...each }));
    }),
  ];
}
