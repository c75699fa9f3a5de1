import { expect } from 'vitest';
import { runtimeOn, type Host, type Outcome, type Variables } from './kinds.ts';

/** Bash; the status that it ends with; and, unless that does not matter, all that it writes. */
export type Row = readonly [bash: string, status: number, output?: unknown];

/** Rows of which each ends with `status`. */
export function all(status: number, commands: readonly string[]): Row[] {
  return commands.map((bash) => [bash, status]);
}

/** A row that ends with status 1 before a command that would come next, and tells `told`. */
export function stops(bash: string, told: string): Row {
  return [`${bash}; echo went on`, 1, expect.stringContaining(told)];
}

/** What the rows of a table have in common. */
export interface Around {
  /** Bash that goes before the rows. */
  readonly before?: string;
  readonly variables?: Variables;
}

/** A command that writes its name and its arguments, each in angle brackets. */
export const ECHO = 'printf "<%s>" "${0##*/}" "$@"; echo';

/** Ends what a row has written: a character that no text here has. */
const END = '\u001e';

function outcomes(
  host: Host,
  rows: readonly Row[],
  options: string,
  { before = '', variables = {} }: Around,
): Outcome[] {
  const shells = rows.map(([bash]) => `(${options}\n${bash}\n)\nprintf '${END}%d${END}' "$?"`);
  const body = ['exec 2>&1 7>&1', before, ...shells].join('\n');
  const { output } = runtimeOn(host, body, variables);
  const parts = plain(host, output).split(END);
  return rows.map((_, index) => ({
    output: parts[2 * index] ?? '',
    status: Number(parts[2 * index + 1]),
  }));
}

/** `text` with HOST for the host's directory, however bash has quoted it. */
function plain({ directory }: Host, text: string): string {
  return text
    .replaceAll(directory.replaceAll("'", String.raw`'\''`), 'HOST')
    .replaceAll(directory, 'HOST');
}

function expectOutcomes(rows: readonly Row[], found: readonly Outcome[]): void {
  const told = rows.map(({ length, 0: bash }, index) => {
    const { status, output } = found[index]!;
    return [bash, status, output].slice(0, length);
  });
  expect(told).toEqual(rows);
}

/**
 * Expects these commands, each in a shell of its own as a check has it, to answer so. HOST in what
 * they write stands for the host's directory.
 */
export function expectAnswers(host: Host, rows: readonly Row[], around: Around = {}): void {
  expectOutcomes(rows, outcomes(host, rows, '', around));
}

/** The same in shells as a step is applied in: a command that fails ends them. */
export function expectApplied(host: Host, rows: readonly Row[], around: Around = {}): void {
  expectOutcomes(rows, outcomes(host, rows, 'set -eE; shopt -s inherit_errexit', around));
}
