import type { OptionsOf, StepInput } from '../model/step.ts';

/** The unit does not run. It stays enabled; see `until` for a stop that lasts for some steps only. */
export function stopped(options: OptionsOf<'service.stopped'>): StepInput {
  return { kind: 'service.stopped', ...options };
}

/** The unit is not started at boot. */
export function disabled(options: OptionsOf<'service.disabled'>): StepInput {
  return { kind: 'service.disabled', ...options };
}

/** The unit is started at boot. */
export function enabled(options: OptionsOf<'service.enabled'>): StepInput {
  return { kind: 'service.enabled', ...options };
}

/** The unit runs. */
export function started(options: OptionsOf<'service.started'>): StepInput {
  return { kind: 'service.started', ...options };
}
