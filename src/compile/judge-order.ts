import type { Problem } from '../model/problem.ts';
import type { Step } from '../model/step.ts';
import { partsOfOutline, placeOf, type Judged } from './judged.ts';

/** The ids of the steps of one script, before and after one of them. */
interface Around {
  readonly before: ReadonlySet<string | undefined>;
  readonly after: ReadonlySet<string | undefined>;
}

/** `needs`, `until` and `untilBegun` of `step` that name no step where they can speak of one. */
function wrongNames(step: Step, { before, after }: Around): Pick<Problem, 'what' | 'mend'>[] {
  if (step.kind === 'reboot') return [];
  const wrongNeeds = (step.needs ?? [])
    .filter((id) => !before.has(id))
    .map((id) => ({
      what: `\`needs\` names ${id}, which is no earlier step of the same part`,
      mend: 'name a step above it, on the same side of the reboot',
    }));
  const wrongEnds = (['until', 'untilBegun'] as const)
    .filter((name) => step[name] !== undefined && !after.has(step[name]))
    .map((name) => ({
      what: `\`${name}\` names ${step[name]}, which is no later step of the same part`,
      mend: 'name a step below it, on the same side of the reboot',
    }));
  return [...wrongNeeds, ...wrongEnds];
}

/** `needs`, `until` and `untilBegun` can only speak of steps of the same script. */
export function orderProblems(file: string, judged: Judged): Problem[] {
  const { outline, steps, numbers } = judged;
  const idsAt = (places: readonly number[]) => new Set(places.map((place) => outline[place]?.id));
  const parts = partsOfOutline(outline);
  return steps.flatMap((step) => {
    const number = numbers.get(step) ?? -1;
    const part = parts.find((places) => places.includes(number)) ?? [];
    const around = {
      before: idsAt(part.filter((place) => place < number)),
      after: idsAt(part.filter((place) => place > number)),
    };
    // What has no id of its own yet may be what is meant.
    if (around.before.has(undefined) || around.after.has(undefined)) return [];
    const place = placeOf(file, step, judged);
    return wrongNames(step, around).map((wrong) => ({ ...place, ...wrong }));
  });
}

const MEND = 'have at least one step on each side of a reboot';

/** Parts that have nothing to do. */
export function partProblems(file: string, { outline }: Judged): Problem[] {
  const parts = partsOfOutline(outline);
  if (outline.length === 0) return [];
  return parts.flatMap((part, index): Problem[] => {
    if (part.some((place) => outline[place]?.kind !== 'reboot')) return [];
    const procedure = { where: `${file}: procedure`, mend: MEND };
    if (index === 0) return [{ ...procedure, what: 'it begins with a reboot' }];
    const [step] = part;
    if (step === undefined) return [{ ...procedure, what: 'nothing comes after its last reboot' }];
    const [name, earlier] = [step, step - 1].map((at) => outline[at]?.id ?? `number ${at + 1}`);
    const what = `no step stands between it and reboot ${earlier}`;
    return [{ where: `${file}: step ${name}`, step, what, mend: MEND }];
  });
}

/** What the script after a reboot asks for until a step has begun: one of that script. */
export function furtherProblems(file: string, judged: Judged): Problem[] {
  const { outline, steps, numbers } = judged;
  const parts = partsOfOutline(outline);
  return steps.flatMap((step) => {
    if (step.kind !== 'reboot' || step.further === undefined) return [];
    const { first } = step.further;
    const ends = parts.findIndex((places) => places.includes(numbers.get(step) ?? -1));
    const ids = new Set((parts[ends + 1] ?? []).map((place) => outline[place]?.id));
    // What has no id of its own yet may be what is meant.
    if (ids.has(first) || ids.has(undefined)) return [];
    return [
      {
        ...placeOf(file, step, judged),
        what: `\`further\` begins with ${first}, which is no step between it and the next reboot`,
        mend: 'name the step of the next script with which the further way begins',
      },
    ];
  });
}
