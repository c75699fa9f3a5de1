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

/** All steps of `steps`, lists taken apart, in order. */
export function flattened(steps: Steps): StepInput[] {
  return Array.isArray(steps)
    ? (steps as readonly Steps[]).flatMap(flattened)
    : [steps as StepInput];
}

/** A procedure; it is the default export of its file. Checked when it is compiled. */
export function procedure(options: ProcedureOptions): ProcedureInput {
  return { ...options, steps: flattened(options.steps) };
}
