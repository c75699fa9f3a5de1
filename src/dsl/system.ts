import type { OptionsOf, StepInput } from '../model/step.ts';

/**
 * An archive holds /etc, the state of dpkg, apt and debconf, and the package selections beside it. It
 * is never written over: one of more than a day ago is kept beside the new one. Let the first step that
 * leads to the new release end the need for it (`untilBegun`): after that, there is only half of the old
 * system to be saved.
 */
export function saved(options: OptionsOf<'system.saved'>): StepInput {
  return { kind: 'system.saved', ...options };
}

/** The machine runs the release, with every package in order. Changes nothing: it holds, or fails. */
export function verified(options: OptionsOf<'system.verified'>): StepInput {
  return { kind: 'system.verified', ...options };
}
