import type { Problem } from '../model/problem.ts';
import type { Step } from '../model/step.ts';
import { isReference } from '../model/value.ts';
import { learnsAnew } from './judge-carried.ts';
import { lower } from './lower.ts';

/** Whether the need for `step` has ended where the step at `index` stands. */
function isOver(step: Step, index: number, steps: readonly Step[]): boolean {
  const last = step.kind === 'reboot' ? undefined : (step.until ?? step.untilBegun);
  if (last === undefined) return false;
  const end = steps.findIndex(({ id }) => id === last);
  return end !== -1 && end < index;
}

/** The file of which `resource` is a line or a text; nothing when it is a whole by itself. */
function wholeOf(resource: string): string | undefined {
  return /^(?:line|text) (?:"(?:[^"\\]|\\.)*"|\{.*?\}) of (file .*)$/.exec(resource)?.[1];
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

/** Two steps of one part that would undo each other at every run. */
export function fights(file: string, steps: readonly Step[]): Problem[] {
  const owners: (readonly [string, Step])[] = [];
  return steps.flatMap((step, index) => {
    const { owns } = lower(step);
    const problems = owns.flatMap((resource) => {
      for (const [owned, owner] of owners) {
        const over = contested(resource, owned);
        if (over === undefined) continue;
        if (isOver(owner, index, steps) || learnsAnew(step, owner)) continue;
        if (areAlternatives(owner, step)) continue;
        const what = `it fights with step ${owner.id} over ${over}`;
        const mend = 'keep one of the two, or part them by a reboot';
        return [{ where: `${file}: step ${step.id}`, what, mend }];
      }
      return [];
    });
    owners.push(...owns.map((resource) => [resource, step] as const));
    return problems;
  });
}
