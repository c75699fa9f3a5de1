import type { OptionsOf, StepInput } from '../model/step.ts';

/**
 * What a program brings about holds, and the program has ended: it runs in the foreground until
 * then and is stopped with a signal, as by an administrator who watches it and presses Ctrl-C.
 * Output that is to be seen at once may need `env PYTHONUNBUFFERED=1` before a Python program.
 */
export function ran(options: OptionsOf<'program.ran'>): StepInput {
  return { kind: 'program.ran', ...options };
}
