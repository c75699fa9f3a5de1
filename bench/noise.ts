import { diffLines } from 'diff';
import { compile } from '../src/compile/compile.ts';
import { RUNTIME_LINE } from '../src/compile/script.ts';
import { compareFiles, type Files } from '../src/diff/compare.ts';
import type { ChangeKind } from '../src/diff/change.ts';
import { edits, site, type Edit } from './edits.ts';

/** What an edit does to the scripts. */
export interface Noise {
  readonly edit: Edit;
  /** Lines that a diff of the scripts removes, and lines that it adds. */
  readonly lines: number;
  /** The steps in which something changed. */
  readonly touched: readonly string[];
  readonly runtimeChanged: boolean;
}

const OF_STEPS: ReadonlySet<ChangeKind> = new Set([
  'step added',
  'step removed',
  'step moved',
  'step renamed',
  'check changed',
  'apply changed',
  'plan changed',
  'undo changed',
  'words changed',
  'options changed',
]);

async function filesOf(input: unknown): Promise<Files> {
  const { scripts } = await compile('bench', input);
  return new Map(scripts.map(({ name, text }) => [name, text]));
}

function changedLines(before: string, after: string): number {
  return diffLines(before, after)
    .filter(({ added, removed }) => added || removed)
    .reduce((sum, { count }) => sum + count, 0);
}

function runtimeOf(text: string): string {
  return text.slice(text.indexOf(RUNTIME_LINE));
}

/** Makes every edit, and counts what it changes. */
export async function noise(): Promise<Noise[]> {
  const before = await filesOf(site());
  const found: Noise[] = [];
  for (const edit of await edits()) {
    const after = await filesOf(site(edit.changes));
    const names = [...new Set([...before.keys(), ...after.keys()])];
    const texts = names.map((name) => [before.get(name) ?? '', after.get(name) ?? ''] as const);
    const changes = compareFiles(before, after).filter(({ kind }) => OF_STEPS.has(kind));
    found.push({
      edit,
      lines: texts.reduce((sum, [old, now]) => sum + changedLines(old, now), 0),
      touched: [...new Set(changes.map(({ subject }) => subject))],
      runtimeChanged: texts.some(([old, now]) => runtimeOf(old) !== runtimeOf(now)),
    });
  }
  return found;
}

/** How many times the smallest possible number of lines an edit changes. */
export function ratioOf({ edit, lines }: Noise): number {
  return lines / edit.smallest;
}

/** Prints how many lines of the scripts typical edits change, against the fewest possible. */
export async function benchNoise(): Promise<void> {
  const all = await noise();
  for (const each of all) {
    const counts = `${each.lines} of ${each.edit.smallest}`.padStart(10);
    process.stdout.write(`${each.edit.name.padEnd(52)} ${counts}  ${ratioOf(each).toFixed(2)}\n`);
  }
  const mean = all.reduce((sum, each) => sum + ratioOf(each), 0) / all.length;
  process.stdout.write(
    `${'changed lines, mean ratio'.padEnd(52)} ${''.padStart(10)}  ${mean.toFixed(2)}\n`,
  );
}
