import type { OptionsOf, StepInput } from '../model/step.ts';

/** What no other kind covers, in bash of the procedure's own, parsed when it is compiled. */
export function shell(options: OptionsOf<'shell'>): StepInput {
  return { kind: 'shell', ...options };
}

/** A value is learnt from the system and kept for later steps. */
export function learn(options: OptionsOf<'learn'>): StepInput {
  return { kind: 'learn', ...options };
}
