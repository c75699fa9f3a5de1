import { CheckError } from '../check/finding.ts';
import type { PlacedFinding, Report } from '../check/check-scripts.ts';
import { UserError } from './ui.ts';

/** A finding in one line, the way compilers tell theirs. */
export function tellFinding(name: string, finding: PlacedFinding): string {
  const { line, column, level, code, message, belongs } = finding;
  const step = belongs.part === 'step' ? ` (step ${belongs.id})` : '';
  const runtime = belongs.part === 'runtime' ? ' (runtime)' : '';
  return `${name}:${line}:${column}: ${level}: ${message} [${code}]${step}${runtime}`;
}

/** Every finding of `report`, a line each. */
export function tellFindings({ scripts }: Report): string[] {
  return scripts.flatMap(({ name, findings }) =>
    findings.map((finding) => tellFinding(name, finding)),
  );
}

/** What looked for findings, in one line. */
export function tellTools({ shellcheck, bash }: Report): string {
  const own = `ShellCheck ${shellcheck.version} (${shellcheck.from})`;
  return 'skipped' in bash ? `${own}; ${bash.skipped}` : `${own}, bash ${bash.version}`;
}

/** What `ask` gives; a mistake of who asked for a check is told as the user's. */
export async function orUserError<T>(ask: Promise<T>): Promise<T> {
  try {
    return await ask;
  } catch (error) {
    throw error instanceof CheckError ? new UserError(error.message) : error;
  }
}
