import type { OptionsOf, StepInput } from '../model/step.ts';

/**
 * Every source of the distribution speaks of the new suite: the release itself, its updates,
 * backports and security suite, in one-line and deb822 files. Suites that the mirror does not have
 * are commented out. Sources of others stay as they are.
 */
export function suites(options: OptionsOf<'apt.suites'>): StepInput {
  return { kind: 'apt.suites', ...options };
}

/**
 * A repository is among the sources, signed by a key that is trusted for it alone. Give its
 * fingerprints: without them, the key is whatever its address gives on that day.
 */
export function repository(options: OptionsOf<'apt.repository'>): StepInput {
  return { kind: 'apt.repository', ...options };
}

/** No source is enabled but the distribution's and those that are named; the others are in comments. */
export function thirdPartyDisabled(options: OptionsOf<'apt.thirdPartyDisabled'>): StepInput {
  return { kind: 'apt.thirdPartyDisabled', ...options };
}

/**
 * Every enabled source has been fetched, and apt would take the release itself from `suite`; or from
 * `orSuite`, where that is given. With `recent`, the procedure itself fetched them in the last half a day.
 */
export function indexes(options: OptionsOf<'apt.indexes'>): StepInput {
  return { kind: 'apt.indexes', ...options };
}

/**
 * All packages of the coming upgrade are on this machine, and there is room to install them: what
 * comes after it needs no network. The upgrade removes none of `keep`.
 */
export function prefetched(options: OptionsOf<'apt.prefetched'>): StepInput {
  return { kind: 'apt.prefetched', ...options };
}

/** Every package that can be upgraded without another one coming or going is upgraded. */
export function minimalUpgrade(options: OptionsOf<'apt.minimalUpgrade'>): StepInput {
  return { kind: 'apt.minimalUpgrade', ...options };
}

/** The whole distribution is upgraded to `suite`, unattended, with these answers to its questions. */
export function distUpgraded(options: OptionsOf<'apt.distUpgraded'>): StepInput {
  return { kind: 'apt.distUpgraded', ...options };
}

/** No package is half-installed, unconfigured or without what it depends on. */
export function settled(options: OptionsOf<'apt.settled'>): StepInput {
  return { kind: 'apt.settled', ...options };
}

/** The packages are installed and configured, at `minimumVersion` or later. */
export function installed(options: OptionsOf<'apt.installed'>): StepInput {
  return { kind: 'apt.installed', ...options };
}

/** None of the packages is installed. Their settings and data are left: nothing is purged. */
export function absent(options: OptionsOf<'apt.absent'>): StepInput {
  return { kind: 'apt.absent', ...options };
}

/**
 * A list is kept of the packages that no enabled source has: the administrator's own, and those of
 * disabled sources. Place it before the suites change, after `thirdPartyDisabled`. An earlier
 * attempt's list is made anew as long as the distribution's sources have `suite` alone.
 */
export function foreignListed(options: OptionsOf<'apt.foreignListed'>): StepInput {
  return { kind: 'apt.foreignListed', ...options };
}

/** A list says which packages the new release does not have any more. They stay installed. */
export function obsoleteListed(options: OptionsOf<'apt.obsoleteListed'>): StepInput {
  return { kind: 'apt.obsoleteListed', ...options };
}

/** The packages that the new release does not have any more are purged, but for the foreign ones. */
export function obsoletePurged(options: OptionsOf<'apt.obsoletePurged'>): StepInput {
  return { kind: 'apt.obsoletePurged', ...options };
}
