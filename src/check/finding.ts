/** How bad a finding is, in ShellCheck's words, the worst first. */
export const LEVELS = ['error', 'warning', 'info', 'style'] as const;

export type Level = (typeof LEVELS)[number];

/** Something to mend in a script. Lines and columns count from 1, columns in characters. */
export interface Finding {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** The column after the last one. */
  readonly endColumn: number;
  readonly level: Level;
  /** What finds it again in the documentation: `SC2086`, `bash-5.1`, `syntax`. */
  readonly code: string;
  readonly message: string;
}

/** Findings in the order in which a reader comes by them. */
export function inOrder<F extends Finding>(findings: readonly F[]): F[] {
  return findings.toSorted(
    (a, b) => a.line - b.line || a.column - b.column || a.code.localeCompare(b.code),
  );
}

/** A mistake of who asked for a check: a ShellCheck that is none, a download that failed. */
export class CheckError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CheckError';
  }
}
