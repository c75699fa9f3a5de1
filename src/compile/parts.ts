import type { Procedure } from '../model/procedure.ts';
import type { Requirement } from '../model/requirement.ts';
import type { Step, StepOf } from '../model/step.ts';

/** The steps between two reboots: what one script does. */
export interface Part {
  /** Counted from 1. */
  readonly number: number;
  /** The script's file name. */
  readonly file: string;
  /** In order; a reboot that ends the part is the last of them. */
  readonly steps: readonly Step[];
  /** The reboot that this part comes after. */
  readonly after?: StepOf<'reboot'> | undefined;
}

/** What a part asks for before its first change. */
export interface Asked {
  readonly requires: readonly Requirement[];
  /** As long as this step was not begun; without it, as long as nothing was. */
  readonly until?: string | undefined;
}

/** What `part` asks for: the procedure's own requirements, or those of a way that begins with it. */
export function askedBy({ requires }: Pick<Procedure, 'requires'>, { number, after }: Part): Asked {
  if (number === 1) return { requires };
  return { requires: after?.further?.requires ?? [], until: after?.further?.first };
}

/** Names of the scripts of a procedure that has as many parts as `count`. */
export function scriptNames(count: number): string[] {
  if (count === 1) return ['upgrade.sh'];
  if (count === 2) return ['pre-reboot.sh', 'post-reboot.sh'];
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? 'pre-reboot.sh' : `post-reboot-${index}.sh`,
  );
}

/** Lists of steps, each up to its reboot. */
export function splitAtReboots<T extends { readonly kind: string }>(steps: readonly T[]): T[][] {
  const lists: T[][] = [[]];
  for (const step of steps) {
    lists.at(-1)?.push(step);
    if (step.kind === 'reboot') lists.push([]);
  }
  return lists;
}

/** The parts of a procedure, split at each reboot. */
export function partsOf(steps: readonly Step[]): Part[] {
  const lists = splitAtReboots(steps);
  const names = scriptNames(lists.length);
  return lists.map((list, index) => {
    const last = lists[index - 1]?.at(-1);
    return {
      number: index + 1,
      file: names[index] ?? '',
      steps: list,
      after: last?.kind === 'reboot' ? last : undefined,
    };
  });
}
