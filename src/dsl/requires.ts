import type { RequirementInput } from '../model/requirement.ts';

type RequirementOf<K extends RequirementInput['requires']> = Omit<
  Extract<RequirementInput, { requires: K }>,
  'requires'
>;

/** Space on the file system that holds a path. */
export function space(options: RequirementOf<'space'>): RequirementInput {
  return { requires: 'space', ...options };
}

/** A path that is to be there after a reboot: not in /tmp, nor anywhere else that begins empty then. */
export function lasting(options: RequirementOf<'lasting'>): RequirementInput {
  return { requires: 'lasting', ...options };
}

/** No package is held, half-installed or unconfigured. */
export function packagesInOrder(): RequirementInput {
  return { requires: 'packages-in-order' };
}

/** No pin that keeps packages back. */
export function noPins(): RequirementInput {
  return { requires: 'no-pins' };
}

/** Every apt source is one that the procedure knows. */
export function knownSources(options: RequirementOf<'known-sources'>): RequirementInput {
  return { requires: 'known-sources', ...options };
}

/** Every source of the distribution's names the old release or the next one. */
export function knownSuites(options: RequirementOf<'known-suites'>): RequirementInput {
  return { requires: 'known-suites', ...options };
}

/** An address answers. */
export function reachable(options: RequirementOf<'reachable'>): RequirementInput {
  return { requires: 'reachable', ...options };
}

/** A command is there, and the package that has it. */
export function command(options: RequirementOf<'command'>): RequirementInput {
  return { requires: 'command', ...options };
}

/** A unit is known to systemd. */
export function unit(options: RequirementOf<'unit'>): RequirementInput {
  return { requires: 'unit', ...options };
}

/**
 * PostgreSQL clusters are there, each in one of some versions, of which the last is the new one.
 * Those of an old version that are not named are no reason to refuse: the run begins by telling them.
 */
export function clusters(options: RequirementOf<'clusters'>): RequirementInput {
  return { requires: 'clusters', ...options };
}

/** Bash of the procedure's own that only reads; any status but 0 refuses. */
export function holds(options: RequirementOf<'shell'>): RequirementInput {
  return { requires: 'shell', ...options };
}
