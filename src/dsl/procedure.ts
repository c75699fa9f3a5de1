import type { ProcedureInput } from '../model/procedure.ts';
import type { StepInput } from '../model/step.ts';
import type { RequirementInput } from '../model/requirement.ts';

/** Steps, or lists of them: what belongs together can be written, and reused, as one list. */
export type Steps = StepInput | readonly Steps[];

/** A procedure as it is written: its steps may be nested in lists. */
export interface ProcedureOptions extends Omit<ProcedureInput, 'steps' | 'requires'> {
  readonly requires?: RequirementInput[];
  readonly steps: readonly Steps[];
}

function taken(steps: Steps, around: readonly unknown[]): StepInput[] {
  // It has no such type; a file that is being imported by one that it imports has no values yet.
  if ((steps as unknown) === undefined) {
    throw new TypeError('these steps are not there yet: do two files import each other?');
  }
  if (!Array.isArray(steps)) return [steps as StepInput];
  if (around.includes(steps))
    throw new TypeError('a list of steps is in itself: take it out there');
  return (steps as readonly Steps[]).flatMap((step) => taken(step, [...around, steps]));
}

/**
 * All steps of `steps`, lists taken apart, in order.
 * @throws TypeError when some are not there, or a list is in itself.
 */
export function flattened(steps: Steps): StepInput[] {
  return taken(steps, []);
}

/**
 * A procedure; it is the default export of its file. Checked when it is compiled. `takes` are
 * minutes, about, for its page and for `stepwright list`: `{ total: 60, downtime: 20 }`.
 */
export function procedure(options: ProcedureOptions): ProcedureInput {
  return { ...options, steps: flattened(options.steps) };
}

function withPrefix(prefix: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withPrefix(prefix, item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withPrefix(prefix, item)]);
  const renamed: Record<string, unknown> = Object.fromEntries(entries);
  return renamed['reference'] === 'carried'
    ? { ...renamed, name: `${prefix}-${String(renamed['name'])}` }
    : renamed;
}

/**
 * The same steps under other names, to be part of another procedure: `prefix` and a hyphen go before
 * each id, wherever it is named, and before the name of each carried value. Parameters keep theirs:
 * they are set once for all. The steps must not name steps that are not among them.
 */
export function prefixed(prefix: string, steps: Steps): StepInput[] {
  return flattened(steps).map((step) => {
    const renamed = withPrefix(prefix, step) as StepInput;
    const named = { ...renamed, id: `${prefix}-${step.id}` };
    if (named.kind === 'reboot') {
      const { further } = named;
      if (further === undefined) return named;
      return { ...named, further: { ...further, first: `${prefix}-${further.first}` } };
    }
    return {
      ...named,
      ...(named.needs === undefined ? {} : { needs: named.needs.map((id) => `${prefix}-${id}`) }),
      ...(named.until === undefined ? {} : { until: `${prefix}-${named.until}` }),
      ...(named.untilBegun === undefined ? {} : { untilBegun: `${prefix}-${named.untilBegun}` }),
    };
  });
}

/** What has to hold before a procedure goes on with what begins with step `first`. */
export type Further = NonNullable<Extract<StepInput, { kind: 'reboot' }>['further']>;

/**
 * The same steps, which the procedure goes on from: what they bring about, or look at, after their last
 * reboot need not hold any more as soon as step `id` has begun. A run that was cut off behind it does
 * not ask the next release for what the last one had. Steps that say so of another step keep theirs.
 * `further`: what the script after that reboot asks for until step `first`, where the next steps begin,
 * has begun: the first script has asked long before.
 */
export function continuedBy(id: string, steps: Steps, further?: Further): StepInput[] {
  const all = flattened(steps);
  const last = all.findLastIndex(({ kind }) => kind === 'reboot');
  return all.map((step, index) => {
    if (step.kind === 'reboot')
      return index === last && further !== undefined ? { ...step, further } : step;
    return index < last ? step : { untilBegun: id, ...step };
  });
}
