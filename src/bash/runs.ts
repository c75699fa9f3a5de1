import type { Command, SyntaxNode } from 'unbash';
import { parseScript, positionAt, walk, type Position } from './tree.ts';

/** A `run` that cannot do there what it is for. */
export interface WrongRun extends Position {
  /**
   * `reading`: nothing is changed there; `assignment`: it is given `NAME=value` where a command is due,
   * with one behind it or with none.
   */
  readonly wrong: 'reading' | 'assignment' | 'assignment alone';
  /** The `NAME=value`. */
  readonly text: string;
}

const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

function isRun(node: SyntaxNode): node is Command {
  return node.type === 'Command' && node.name?.value === 'run';
}

function wrongIn({ suffix }: Command, reads: boolean): Omit<WrongRun, keyof Position>[] {
  const words = suffix.filter((item) => item.type === 'Word');
  const { text, value } = words[0] ?? { text: '', value: '' };
  if (reads) return [{ wrong: 'reading', text }];
  // Quoted or not: as an argument, it is no assignment to bash.
  if (!ASSIGNMENT.test(value)) return [];
  return [{ wrong: words.length > 1 ? 'assignment' : 'assignment alone', text }];
}

/**
 * Every `run` of `text` that is given an assignment for a command; where `text` only `reads`, and so has
 * nothing to note and no command to stop before, every one.
 */
export function wrongRuns(text: string, reads: boolean): WrongRun[] {
  const found: WrongRun[] = [];
  walk(parseScript(text), undefined, (node, at) => {
    if (isRun(node)) {
      found.push(...wrongIn(node, reads).map((wrong) => ({ ...positionAt(text, at), ...wrong })));
    }
    return undefined;
  });
  return found;
}
