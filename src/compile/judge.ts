import type { Parameter } from '../model/parameter.ts';
import type { Problem } from '../model/problem.ts';
import type { Requirement } from '../model/requirement.ts';
import type { Step } from '../model/step.ts';
import { carriedProblems } from './judge-carried.ts';
import { fights } from './judge-fights.ts';
import { fragmentProblems } from './judge-fragments.ts';
import { variableProblems } from './judge-names.ts';
import { splitAtReboots } from './parts.ts';
import { referenceProblems } from './judge-parameters.ts';

/** What is judged beyond the form of each single step. */
export interface Judged {
  readonly parameters: readonly Parameter[];
  readonly steps: readonly Step[];
  readonly requires: readonly Requirement[];
  /** No: some steps were wrong by themselves and are missing here. */
  readonly complete: boolean;
}

function duplicates(file: string, steps: readonly Step[]): Problem[] {
  const seen = new Set<string>();
  return steps.flatMap(({ id }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      {
        where: `${file}: step ${id}`,
        what: 'its id is that of an earlier step',
        mend: 'give it an id of its own: the state that holds when it is done',
      },
    ];
  });
}

function checkProblems(file: string, steps: readonly Step[]): Problem[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'shell') return [];
    if (step.check === undefined && step.once === undefined) {
      return [
        {
          where: `${file}: step ${step.id}`,
          what: 'it changes something and has neither `check` nor `once`',
          mend: 'write a `check` that looks at the system; where looking cannot tell, `once: true`',
        },
      ];
    }
    if (step.check !== undefined && step.once !== undefined) {
      return [
        {
          where: `${file}: step ${step.id}`,
          what: 'it has both `check` and `once`',
          mend: 'keep `check` alone: it looks at the system, `once` only at the journal',
        },
      ];
    }
    return [];
  });
}

/** `needs`, `until` and `untilBegun` can only speak of steps of the same script. */
function orderProblems(file: string, part: readonly Step[]): Problem[] {
  const place = new Map(part.map(({ id }, index) => [id, index]));
  return part.flatMap((step, index) => {
    if (step.kind === 'reboot') return [];
    const wrongNeeds = (step.needs ?? [])
      .filter((id) => (place.get(id) ?? Infinity) >= index)
      .map((id) => ({
        where: `${file}: step ${step.id}`,
        what: `\`needs\` names ${id}, which is no earlier step of the same part`,
        mend: 'name a step above it, on the same side of the reboot',
      }));
    const wrongEnds = (['until', 'untilBegun'] as const)
      .filter((name) => step[name] !== undefined && (place.get(step[name]) ?? -1) <= index)
      .map((name) => ({
        where: `${file}: step ${step.id}`,
        what: `\`${name}\` names ${step[name]}, which is no later step of the same part`,
        mend: 'name a step below it, on the same side of the reboot',
      }));
    return [...wrongNeeds, ...wrongEnds];
  });
}

function partProblems(file: string, parts: readonly (readonly Step[])[]): Problem[] {
  return parts.flatMap((part, index) => {
    if (part.some(({ kind }) => kind !== 'reboot')) return [];
    return [
      {
        where: `${file}: procedure`,
        what: index === 0 ? 'it begins with a reboot' : 'nothing comes after its last reboot',
        mend: 'have at least one step on each side of a reboot',
      },
    ];
  });
}

/** What the script after a reboot asks for until a step has begun: one of that script. */
function furtherProblems(file: string, parts: readonly (readonly Step[])[]): Problem[] {
  return parts.flatMap((part, index) => {
    const last = part.at(-1);
    if (last?.kind !== 'reboot' || last.further === undefined) return [];
    const { first } = last.further;
    if (parts[index + 1]?.some(({ id }) => id === first) === true) return [];
    return [
      {
        where: `${file}: step ${last.id}`,
        what: `\`further\` begins with ${first}, which is no step between it and the next reboot`,
        mend: 'name the step of the next script with which the further way begins',
      },
    ];
  });
}

/** Every requirement: the procedure's own, and those of ways that it goes on with. */
function allRequirements({ requires, steps }: Judged): Requirement[] {
  const further = steps.flatMap((step) =>
    step.kind === 'reboot' ? (step.further?.requires ?? []) : [],
  );
  return [...requires, ...further];
}

/** What is wrong with a procedure whose steps are right each by itself. */
export function ruleProblems(file: string, judged: Judged): Problem[] {
  const parts = splitAtReboots(judged.steps);
  const requires = allRequirements(judged);
  return [
    ...duplicates(file, judged.steps),
    ...checkProblems(file, judged.steps),
    ...fragmentProblems(file, { ...judged, requires }),
    ...referenceProblems(file, judged),
    ...variableProblems(file, judged),
    ...carriedProblems(file, judged.steps, requires),
    ...parts.flatMap((part) => fights(file, part)),
    ...(judged.complete ? parts.flatMap((part) => orderProblems(file, part)) : []),
    ...(judged.complete ? [...partProblems(file, parts), ...furtherProblems(file, parts)] : []),
  ];
}
