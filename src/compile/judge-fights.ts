import type { Problem } from '../model/problem.ts';
import type { Step } from '../model/step.ts';
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

/** Two steps of one part that would undo each other at every run. */
export function fights(file: string, steps: readonly Step[]): Problem[] {
  const owners = new Map<string, Step>();
  return steps.flatMap((step, index) => {
    const { owns } = lower(step);
    const problems = owns.flatMap((resource) => {
      for (const [owned, owner] of owners) {
        const over = contested(resource, owned);
        if (over === undefined || isOver(owner, index, steps)) continue;
        const what = `it fights with step ${owner.id} over ${over}`;
        const mend = 'keep one of the two, or part them by a reboot';
        return [{ where: `${file}: step ${step.id}`, what, mend }];
      }
      return [];
    });
    for (const resource of owns) {
      const owner = owners.get(resource);
      if (owner === undefined || isOver(owner, index, steps)) owners.set(resource, step);
    }
    return problems;
  });
}
