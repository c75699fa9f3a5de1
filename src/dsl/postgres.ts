import type { OptionsOf, StepInput } from '../model/step.ts';

/**
 * The database is in a file, in pg_dump's custom format, which only root may read and which was read
 * back whole. A dump that the procedure took stays as long as the step is done: it is never
 * overwritten. One of more than a day is of an earlier attempt, and is taken anew while the cluster
 * that it came from still serves the database.
 */
export function dump(options: OptionsOf<'postgres.dump'>): StepInput {
  return { kind: 'postgres.dump', ...options };
}

/**
 * Each of the databases is in a file of its own, as `dump` makes them. Of several clusters, each is
 * saved from every one that holds it, and one that none holds is an error.
 */
export function dumps(options: OptionsOf<'postgres.dumps'>): StepInput {
  return { kind: 'postgres.dumps', ...options };
}

/**
 * The cluster has the new version and all that it held, listens where it did before, and the one of
 * the old version is gone (unless `keepOld`). The old one is dropped only after each database, table,
 * row and sequence of it was found in the new one, and as many constraints, triggers and other
 * definitions; privileges are not compared. No client gets in meanwhile.
 *
 * Several clusters are upgraded one after the other; each new one has what its own old one held, and
 * each of the named databases is in one of them.
 */
export function upgraded(options: OptionsOf<'postgres.upgraded'>): StepInput {
  return { kind: 'postgres.upgraded', ...options };
}

/** The cluster runs, or each of several does, and each of the databases answers in one of them. */
export function answering(options: OptionsOf<'postgres.answering'>): StepInput {
  return { kind: 'postgres.answering', ...options };
}
