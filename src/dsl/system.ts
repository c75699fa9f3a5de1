import type { OptionsOf, StepInput } from '../model/step.ts';

/**
 * An archive holds /etc, the state of dpkg, apt and debconf, and the package selections beside it. It
 * is made once, and never written over.
 */
export function saved(options: OptionsOf<'system.saved'>): StepInput {
  return { kind: 'system.saved', ...options };
}

/** The machine runs the release, with every package in order. Changes nothing: it holds, or fails. */
export function verified(options: OptionsOf<'system.verified'>): StepInput {
  return { kind: 'system.verified', ...options };
}
