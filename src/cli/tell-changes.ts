import type { Comparison } from './output.ts';
import { print, wantsColour } from './ui.ts';

/** A text that differs from what is in its file. */
type Changed = Pick<Comparison, 'path' | 'before' | 'text'>;

/** Shows what would change, file by file. */
export async function tellDiffs(changed: readonly Changed[]): Promise<void> {
  if (changed.length === 0) return;
  const { diffOf } = await import('./text-diff.ts');
  for (const { path, before, text } of changed) {
    print(diffOf(path, before ?? '', text, wantsColour()));
  }
}

/** A line for each file that was written. */
export function tellFiles(changed: readonly Pick<Comparison, 'path' | 'state'>[]): void {
  for (const { path, state } of changed) {
    print(`${state === 'new' ? 'new    ' : 'changed'}  ${path}`);
  }
}
