import type { OptionsOf, StepInput } from '../model/step.ts';

/**
 * The names of docker's images are known, those that a database names among them. Fails, with
 * nothing changed, when the database names one that neither docker nor podman has. Where docker is
 * gone already, the database names the images: `containers.present` has to find them later on.
 */
export function inventoried(options: OptionsOf<'containers.inventoried'>): StepInput {
  return { kind: 'containers.inventoried', ...options };
}

/** The name of docker's storage driver is known. */
export function driverRecorded(options: OptionsOf<'containers.driverRecorded'>): StepInput {
  return { kind: 'containers.driverRecorded', ...options };
}

/** Each image of the list has a whole file of its own, made by `docker save`. */
export function saved(options: OptionsOf<'containers.saved'>): StepInput {
  return { kind: 'containers.saved', ...options };
}

/**
 * Each image of the list is in the storage. One that is missing is loaded from its saved file;
 * where there is none, the step fails, names every such image and says which way out there is.
 */
export function present(options: OptionsOf<'containers.present'>): StepInput {
  return { kind: 'containers.present', ...options };
}
