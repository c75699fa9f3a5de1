import type { OptionsOf, StepInput } from '../model/step.ts';

/** None of the packages is installed. */
export function absent(options: OptionsOf<'pip.absent'>): StepInput {
  return { kind: 'pip.absent', ...options };
}

/**
 * The packages are installed, at the version that is asked for. The Python of Debian 12 and later
 * takes none from pip: use `venv` there.
 */
export function installed(options: OptionsOf<'pip.installed'>): StepInput {
  return { kind: 'pip.installed', ...options };
}

/** The system's Python 3 has a pip that works. */
export function itself(options: OptionsOf<'pip.itself'>): StepInput {
  return { kind: 'pip.itself', ...options };
}

/** The directory is a virtual environment of the system's Python 3, with a pip that works. */
export function venv(options: OptionsOf<'pip.venv'>): StepInput {
  return { kind: 'pip.venv', ...options };
}
