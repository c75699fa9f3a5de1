import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own modules. */
const OWN = fileURLToPath(new URL('..', import.meta.url));

const FRAME = /(?:\(|at (?:async )?)((?:file:\/\/)?\/.*?):(\d+):\d+\)?$/;

/** `file:line` of a line of a stack, when that is in a file of the user's. */
function placeIn(line: string): string[] {
  const [, found = '', number = ''] = FRAME.exec(line) ?? [];
  if (found === '') return [];
  const path = found.startsWith('file:') ? fileURLToPath(found) : found;
  const near = relative(process.cwd(), path);
  const foreign = near.startsWith('..') || near.split(sep).includes('node_modules');
  return foreign || path.startsWith(OWN) ? [] : [`${near}:${number}`];
}

/** Where in the files below the working folder `error` was thrown, as `file:line`; nothing elsewhere. */
export function placeOfThrown(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').flatMap(placeIn)[0];
}

/** What `error` says, in some lines. */
export function saidBy(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n').slice(0, 6).join('\n  ');
}
