import type { OptionsOf, StepInput } from '../model/step.ts';

/** The end of a part: the machine restarts, and the next script takes over. */
export function reboot(options: OptionsOf<'reboot'>): StepInput {
  return { kind: 'reboot', ...options };
}
