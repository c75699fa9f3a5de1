import type { Problem } from '../model/problem.ts';
import type { Step } from '../model/step.ts';
import { isReference } from '../model/value.ts';
import { learnsAnew } from './judge-carried.ts';
import { hasVariables } from './judge-fragments.ts';
import { partsOfOutline, placeOf, type Judged } from './judged.ts';
import { lower } from './lower.ts';

/** Whether the need for `step` ends at the step at place `number`, or before it. */
function isOver(step: Step, number: number, { outline }: Judged): boolean {
  const last = step.kind === 'reboot' ? undefined : (step.until ?? step.untilBegun);
  if (last === undefined) return false;
  const end = outline.findIndex(({ id }) => id === last);
  return end !== -1 && end <= number;
}

/** The file of which `resource` is a line or a text; nothing when it is a whole by itself. */
function wholeOf(resource: string): string | undefined {
  return /^(?:line|text) "(?:[^"\\]|\\.)*" of (file .*)$/.exec(resource)?.[1];
}

/** What two steps cannot both have when one has `one` and the other `other`: the larger of them. */
function contested(one: string, other: string): string | undefined {
  if (one === other || wholeOf(one) === other) return other;
  return wholeOf(other) === one ? one : undefined;
}

function choiceOf(step: Step): { readonly name: string; readonly is: string } | undefined {
  const when = step.kind === 'reboot' ? undefined : step.when;
  if (when === undefined || isReference(when)) return undefined;
  return { name: when.parameter.name, is: when.is };
}

/** Whether no run has both: each is wanted for another choice. */
function areAlternatives(one: Step, other: Step): boolean {
  const [first, second] = [choiceOf(one), choiceOf(other)];
  return first !== undefined && first.name === second?.name && first.is !== second.is;
}

/** Whether two steps that contest something want the same of it. */
function isSame(one: Step, other: Step): boolean {
  if (one.kind !== other.kind) return false;
  const [first, second] = [one, other].map((step) => JSON.stringify(lower(step).apply));
  // A unit may have its suffix or not.
  return first === second || one.kind.startsWith('service.');
}

function fight(step: Step, owner: Step, over: string): Pick<Problem, 'what' | 'mend'> {
  if (isSame(step, owner)) {
    const mend = 'take one of the two out, or part them by a reboot';
    return { what: `it is the same as step ${owner.id}`, mend };
  }
  return {
    what: `it fights with step ${owner.id} over ${over}`,
    mend: `keep one of the two, part them by a reboot, or say with \`until\` when ${owner.id} is over`,
  };
}

/** Steps of one part, in order, of which one would undo what another does, at every run. */
function fightsIn(file: string, steps: readonly Step[], judged: Judged): Problem[] {
  const owners: (readonly [string, Step])[] = [];
  return steps.flatMap((step) => {
    const { owns } = lower(step);
    const number = judged.numbers.get(step) ?? 0;
    const problems = owns.flatMap((resource) => {
      for (const [owned, owner] of owners) {
        const over = contested(resource, owned);
        if (over === undefined || owner.id === step.id) continue;
        if (isOver(owner, number, judged) || learnsAnew(step, owner)) continue;
        if (areAlternatives(owner, step)) continue;
        return [{ ...placeOf(file, step, judged), ...fight(step, owner, over) }];
      }
      return [];
    });
    owners.push(...owns.map((resource) => [resource, step] as const));
    return problems;
  });
}

/** Two steps of one part that would undo each other at every run. */
export function fights(file: string, judged: Judged): Problem[] {
  return partsOfOutline(judged.outline).flatMap((places) => {
    const own = judged.steps.filter((step) => places.includes(judged.numbers.get(step) ?? -1));
    return fightsIn(file, own.filter(hasVariables), judged);
  });
}
