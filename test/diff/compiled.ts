import { compile } from '../../src/compile/compile.ts';
import type { Change, Risk } from '../../src/diff/change.ts';
import { compareFiles, type Files } from '../../src/diff/compare.ts';

/** The files that procedure `input` compiles to, by name. */
export async function filesOf(input: unknown): Promise<Files> {
  const { files } = await compile('steps/small/index.ts', input);
  return new Map(files.map(({ name, text }) => [name, text]));
}

/** What changed from one procedure to another. */
export async function changesOf(old: unknown, now: unknown): Promise<Change[]> {
  return compareFiles(await filesOf(old), await filesOf(now));
}

/** Each change as `kind: subject`, those of the runtime left out. */
export function namesOf(changes: readonly Change[]): string[] {
  return changes
    .filter(({ kind }) => kind !== 'runtime changed')
    .map(({ kind, subject }) => `${kind}: ${subject}`);
}

/** Every risk as `risk: line`, but that a command is new. */
export function risksIn(changes: readonly Change[]): string[] {
  return changes
    .flatMap(({ risks }): readonly Risk[] => risks)
    .filter(({ risk }) => risk !== 'new changing command')
    .map(({ risk, line }) => `${risk}: ${line}`);
}
