import type { Draft } from './change.ts';
import { inOrder } from './order.ts';
import type { ReadScript, ReadStep } from './read.ts';

/** A step, and the script that it is in. */
interface Placed {
  readonly script: string;
  readonly step: ReadStep;
}

/** The kinds of steps, by their ids. */
export type StepKinds = ReadonlyMap<string, string>;

function planLine({ id, title, options }: ReadStep): string {
  return ['step', id, title, ...options].join(' ');
}

/** All that a script says of a step. */
function whole(step: ReadStep): string {
  const said = [step.comment, ...Object.values(step.functions)].filter((text) => text !== '');
  return [planLine(step), ...said].join('\n');
}

/** What it does, without its name and its words: it is known again by that under another one. */
function nameless({ id, options, functions }: ReadStep): string {
  const own = `${id.replaceAll('-', '_')}__`;
  const texts = Object.entries(functions).map(([which, text]) => [
    which,
    text.replaceAll(own, '__'),
  ]);
  return JSON.stringify([options, texts]);
}

function words({ id, title, comment }: ReadStep): string {
  return comment === '' ? `step ${id} ${title}` : `step ${id} ${title}\n${comment}`;
}

/** What changed within one step. */
function within(old: ReadStep, { script, step: now }: Placed): Draft[] {
  const base = { script, subject: now.id };
  const changes: Draft[] = [];
  const [before, after] = [words(old), words(now)];
  if (before !== after) changes.push({ ...base, kind: 'words changed', before, after });
  const [oldLine, line] = [old.options.join(' '), now.options.join(' ')];
  if (oldLine !== line) {
    changes.push({ ...base, kind: 'options changed', before: planLine(old), after: planLine(now) });
  }
  for (const which of ['check', 'apply', 'plan', 'undo'] as const) {
    const [was, is] = [old.functions[which] ?? '', now.functions[which] ?? ''];
    if (was !== is) changes.push({ ...base, kind: `${which} changed`, before: was, after: is });
  }
  return changes;
}

function placed(scripts: readonly ReadScript[]): Placed[] {
  return scripts.flatMap(({ file, steps }) => steps.map((step) => ({ script: file, step })));
}

function byId(list: readonly Placed[]): Map<string, Placed> {
  return new Map(list.map((item) => [item.step.id, item]));
}

/** New names of steps that are on the old side alone, and on the new one under another name. */
function renames(gone: readonly Placed[], come: readonly Placed[]): Map<string, string> {
  const free = [...come];
  return new Map(
    gone.flatMap(({ step }) => {
      const index = free.findIndex((other) => nameless(other.step) === nameless(step));
      const [twin] = index < 0 ? [] : free.splice(index, 1);
      return twin === undefined ? [] : [[step.id, twin.step.id] as const];
    }),
  );
}

function moved(was: Placed, { script, step }: Placed): Draft {
  const draft = { kind: 'step moved', script, subject: step.id, before: '', after: '' } as const;
  return was.script === script
    ? { ...draft, note: 'to another place in the order' }
    : { ...draft, note: `from ${was.script}`, from: was.script };
}

function added({ script, step }: Placed): Draft {
  return { kind: 'step added', script, subject: step.id, before: '', after: whole(step) };
}

function removedOf({ script, step }: Placed): Draft {
  return { kind: 'step removed', script, subject: step.id, before: whole(step), after: '' };
}

function renamedTo(was: Placed, { script, step }: Placed): Draft {
  return {
    kind: 'step renamed',
    script,
    subject: step.id,
    before: `${planLine(was.step)}\n${was.step.comment}`,
    after: `${planLine(step)}\n${step.comment}`,
    note: `it was ${was.step.id}`,
  };
}

/** The scripts of both sides, the old ones under the names that their successors have. */
export interface Sides {
  readonly old: readonly ReadScript[];
  readonly now: readonly ReadScript[];
}

/** What changed in the steps, and in their order. Kinds are those of now, else those of before. */
export function stepChanges({ old, now }: Sides, kinds: StepKinds): Draft[] {
  const [before, after] = [placed(old), placed(now)];
  const [oldIds, nowIds] = [byId(before), byId(after)];
  const gone = before.filter(({ step }) => !nowIds.has(step.id));
  const renamed = renames(
    gone,
    after.filter(({ step }) => !oldIds.has(step.id)),
  );
  const pairs = new Map(
    before.flatMap((was) => {
      const id = renamed.get(was.step.id) ?? was.step.id;
      return nowIds.has(id) ? [[id, was] as const] : [];
    }),
  );
  const kept = inOrder(
    [...pairs].map(([id, { script }]) => `${script} ${id}`),
    after.filter(({ step }) => pairs.has(step.id)).map((is) => `${is.script} ${is.step.id}`),
  );
  const removed = gone.filter(({ step }) => !renamed.has(step.id)).map(removedOf);
  const others = after.flatMap((is): Draft[] => {
    const was = pairs.get(is.step.id);
    if (was === undefined) return [added(is)];
    const stays = kept.has(`${is.script} ${is.step.id}`);
    return (stays ? [] : [moved(was, is)]).concat(
      was.step.id === is.step.id ? within(was.step, is) : [renamedTo(was, is)],
    );
  });
  return [...removed, ...others].map((draft) =>
    Object.assign(draft, { stepKind: kinds.get(draft.subject) }),
  );
}
