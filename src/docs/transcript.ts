import type { Problem } from '../model/problem.ts';
import type { Procedure } from '../model/procedure.ts';

/** A progress line: `[ 7/23] changed  database-saved  the database is saved`. */
const PROGRESS = /^\[ *(\d+)\/(\d+)\] +([a-z]+) +([a-z0-9-]+)(?: |$)/gm;

/**
 * What shows that the copied run `text`, of the file named `where`, is none of `procedure` as it is
 * now: a step that it does not have, or one that the run did not come to.
 */
export function transcriptProblems(where: string, procedure: Procedure, text: string): Problem[] {
  const told = new Set([...text.matchAll(PROGRESS)].map((match) => match[4] ?? ''));
  const ids = new Set(procedure.steps.map(({ id }) => id));
  const unknown = [...told].filter((id) => !ids.has(id));
  const missing = [...ids].filter((id) => !told.has(id));
  const mend = `record it anew: npx stepwright docs ${procedure.id} --record SERVER`;
  return [
    ...(unknown.length === 0
      ? []
      : [{ where, what: `it tells of steps that are no more: ${unknown.join(', ')}`, mend }]),
    ...(missing.length === 0
      ? []
      : [{ where, what: `it does not tell of these steps: ${missing.join(', ')}`, mend }]),
  ];
}
