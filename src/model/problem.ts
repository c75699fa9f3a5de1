import { visible } from './rules.ts';
import { canBeSpelled, inProse } from './spelling.ts';

/** One thing that is wrong with a procedure, in the words of who has to mend it. */
export interface Problem {
  /** The file, and the step, parameter or option in it: `steps/x/index.ts: step a`. */
  readonly where: string;
  /** The place of the step that it is about among all of the procedure, counted from 0. */
  readonly step?: number;
  /** What is wrong, and what was found instead. */
  readonly what: string;
  /** How to mend it, in one sentence. */
  readonly mend: string;
}

/** Every problem of a procedure, thrown together. */
export class ProcedureError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ProcedureError';
    this.problems = problems;
  }
}

/** `where: what`, and the way out indented below it; what cannot be seen, as its code. */
export function formatProblem({ where, what, mend }: Problem): string {
  return `${where}: ${what}\n  ${mend}`.split('\n').map(visible).join('\n');
}

/** A value as JSON can have it: a reference or a template as people write them. */
function forJson(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  return canBeSpelled(value) ? inProse(value) : value;
}

/** As JSON, where that knows such a value. */
function asText(found: unknown): string {
  if (canBeSpelled(found)) return inProse(found);
  if (typeof found === 'bigint') return `${found}n`;
  if (typeof found === 'function') return String(found).replace(/\s+/g, ' ');
  try {
    return JSON.stringify(found, forJson) ?? String(found);
  } catch {
    // It holds itself, for one.
    return Object.prototype.toString.call(found);
  }
}

/** `found` as it can be shown in an error: quoted, on one line, all of it visible, cut when long. */
export function showFound(found: unknown): string {
  if (found === undefined) return 'nothing';
  const text = visible(asText(found));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
