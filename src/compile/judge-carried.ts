import { carriedSchema, type Carried } from '../model/carried.ts';
import type { Problem } from '../model/problem.ts';
import type { Step } from '../model/step.ts';
import { referencesIn, type Reference } from '../model/value.ts';

/** The carried value that `step` learns. */
export function learntBy(step: Step): Carried | undefined {
  if (!('into' in step)) return undefined;
  const parsed = carriedSchema.safeParse(step.into);
  return parsed.success ? parsed.data : undefined;
}

/** The carried values that `step` reads. */
export function readBy(step: Step): Reference[] {
  const rest = { ...step, into: undefined };
  return referencesIn(rest).filter(({ reference }) => reference === 'carried');
}

/** Carried values that are read before a step has learnt them, or learnt in two ways. */
export function carriedProblems(file: string, steps: readonly Step[]): Problem[] {
  const learnt = new Map<string, Carried>();
  const problems: Problem[] = [];
  for (const step of steps) {
    const where = `${file}: step ${step.id}`;
    for (const { name } of readBy(step)) {
      if (learnt.has(name)) continue;
      const later = steps.find((other) => learntBy(other)?.name === name);
      problems.push({
        where,
        what: `it reads carried value ${name} before any step has learnt it`,
        mend:
          later === undefined
            ? 'add a step above it that learns the value'
            : `move it below step ${later.id}, which learns the value`,
      });
    }
    const into = learntBy(step);
    if (into !== undefined && learnt.has(into.name)) {
      problems.push({
        where,
        what: `it learns carried value ${into.name}, which an earlier step has learnt`,
        mend: 'give the value another name',
      });
    }
    if (into !== undefined) learnt.set(into.name, into);
  }
  return problems;
}
