import type { OptionsOf, StepInput } from '../model/step.ts';

/** The file is what the address answers, and has the digest, if one is given. */
export function file(options: OptionsOf<'download.file'>): StepInput {
  return { kind: 'download.file', ...options };
}
