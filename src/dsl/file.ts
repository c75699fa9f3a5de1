import type { OptionsOf, StepInput } from '../model/step.ts';

/** The file is these lines and nothing else. */
export function content(options: OptionsOf<'file.content'>): StepInput {
  return { kind: 'file.content', ...options };
}

/** The line is in the file, once where `replaces` tells which lines it is the successor of. */
export function line(options: OptionsOf<'file.line'>): StepInput {
  return { kind: 'file.line', ...options };
}

/** A text is nowhere in the file any more: another one stands in its place. */
export function replaced(options: OptionsOf<'file.replaced'>): StepInput {
  return { kind: 'file.replaced', ...options };
}

/** There is no such file. What was there is kept with the procedure's state. */
export function absent(options: OptionsOf<'file.absent'>): StepInput {
  return { kind: 'file.absent', ...options };
}

/** The directory is there, and those above it. */
export function directory(options: OptionsOf<'file.directory'>): StepInput {
  return { kind: 'file.directory', ...options };
}
