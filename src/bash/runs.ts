import type { Command, SyntaxNode } from 'unbash';
import { parseScript, positionAt, walk, type Position } from './tree.ts';

/** A `run` that cannot do there what it is for. */
export interface WrongRun extends Position {
  /**
   * `value`: what it prints would be part of a value; `assignment`: it is given `NAME=value` where a
   * command is due, with one behind it or with none.
   */
  readonly wrong: 'value' | 'assignment' | 'assignment alone';
  /** The `NAME=value`. */
  readonly text: string;
}

const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

function isRun(node: SyntaxNode): node is Command {
  return node.type === 'Command' && node.name?.value === 'run';
}

/** What is printed below `node` becomes a value. */
function readsOutput(node: SyntaxNode): boolean {
  if (node.type === 'ProcessSubstitution') return node.operator === '<';
  return node.type === 'CommandExpansion';
}

function wrongIn({ suffix }: Command, within: boolean): Omit<WrongRun, keyof Position>[] {
  const words = suffix.filter((item) => item.type === 'Word');
  const { text, value } = words[0] ?? { text: '', value: '' };
  if (within) return [{ wrong: 'value', text }];
  // Quoted or not: as an argument, it is no assignment to bash.
  if (!ASSIGNMENT.test(value)) return [];
  return [{ wrong: words.length > 1 ? 'assignment' : 'assignment alone', text }];
}

/**
 * Every `run` of `text` that prints its command where that is read as a value, or that is given an
 * assignment for a command. `within`: all that `text` prints is such a value.
 */
export function wrongRuns(text: string, within: boolean): WrongRun[] {
  const found: WrongRun[] = [];
  walk(parseScript(text), within, (node, at, value) => {
    if (isRun(node)) {
      found.push(...wrongIn(node, value).map((wrong) => ({ ...positionAt(text, at), ...wrong })));
    }
    return value || readsOutput(node);
  });
  return found;
}
