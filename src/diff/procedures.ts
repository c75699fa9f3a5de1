import type { Change } from './change.ts';
import { compareFiles, type Files } from './compare.ts';

/** Compiled procedures, by id. */
export type Procedures = ReadonlyMap<string, Files>;

/** What changed in one procedure. */
export interface ProcedureChanges {
  readonly procedure: string;
  readonly state: 'added' | 'removed' | 'changed';
  readonly changes: readonly Change[];
}

/** A module of the runtime that changed in one or more scripts, in the same way. */
export interface RuntimeChange extends Change {
  /** Each as `PROCEDURE/FILE`. */
  readonly scripts: readonly string[];
}

/** What changed from some compiled procedures to others. */
export interface Difference {
  readonly procedures: readonly ProcedureChanges[];
  readonly runtime: readonly RuntimeChange[];
}

function runtimeChanges(all: readonly ProcedureChanges[]): RuntimeChange[] {
  const found = new Map<string, RuntimeChange>();
  for (const { procedure, changes } of all) {
    for (const change of changes.filter(({ kind }) => kind === 'runtime changed')) {
      const key = JSON.stringify([change.subject, change.before, change.after]);
      const scripts = [...(found.get(key)?.scripts ?? []), `${procedure}/${change.script}`];
      found.set(key, { ...change, scripts });
    }
  }
  return [...found.values()];
}

const NOTHING: Files = new Map();

/** What changed from `old` to `now`; modules of the runtime are told once, for all scripts. */
export function compareProcedures(old: Procedures, now: Procedures): Difference {
  const ids = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  const all = ids.map((procedure): ProcedureChanges => ({
    procedure,
    state: !old.has(procedure) ? 'added' : now.has(procedure) ? 'changed' : 'removed',
    changes: compareFiles(old.get(procedure) ?? NOTHING, now.get(procedure) ?? NOTHING),
  }));
  const procedures = all
    .map((each) => ({
      ...each,
      changes: each.changes.filter(({ kind }) => kind !== 'runtime changed'),
    }))
    .filter(({ changes }) => changes.length > 0);
  return { procedures, runtime: runtimeChanges(all) };
}

/** Every change, those of the runtime last. */
export function allChanges({ procedures, runtime }: Difference): Change[] {
  return [...procedures.flatMap(({ changes }) => changes), ...runtime];
}
