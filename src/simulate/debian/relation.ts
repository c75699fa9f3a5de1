import { satisfies } from './version.ts';

/** One relation: `name (>= version)`. */
export interface Relation {
  readonly name: string;
  readonly relation: string | undefined;
  readonly version: string;
}

/** @throws Error when the text is none */
export function relationOf(text: string): Relation {
  const match = /^([a-z0-9][a-z0-9+.-]*)(?::\w+)?(?:\s*\((<<|<=|=|>=|>>)\s*([^)]+)\))?$/.exec(
    text.trim(),
  );
  if (match === null) throw new Error(`not a relation between packages: ${text}`);
  return { name: match[1] ?? '', relation: match[2], version: match[3] ?? '' };
}

/** Whether a version is one that the relation is content with. */
export function fits({ relation, version }: Relation, found: string): boolean {
  return relation === undefined || satisfies(found, relation, version);
}

/** Whether a relation is satisfied by `found`, which has its name, or else by what provides that. */
export function isMet(
  wanted: Relation,
  found: { readonly version: string } | undefined,
  isProvided: () => boolean,
): boolean {
  if (found !== undefined) return fits(wanted, found.version);
  return wanted.relation === undefined && isProvided();
}
