import type { Command, SyntaxNode } from 'unbash';
import { parseScript, walk } from '../bash/tree.ts';

/** A command, or a condition in brackets, as it stands in a text. */
export interface FoundCommand {
  /** On one line, with what a here-document hands to it below. */
  readonly text: string;
  /** Its words without their quotes, the name first; none when it only assigns. */
  readonly words: readonly string[];
  /** Whether it stands within another one, in a substitution. */
  readonly within: boolean;
}

/** `text` with the lines that a backslash continues on one line. */
export function oneLine(text: string): string {
  return text.replace(/\\\n\s*/g, '');
}

function documents({ redirects }: Command): string {
  return redirects.map((each) => (each.type === 'HereDoc' ? `\n${each.body.text}` : '')).join('');
}

function wordsOf({ name, args }: Command): string[] {
  if (name === undefined) return [];
  return [name.value, ...args.map((each) => (each.type === 'Word' ? each.value : each.text))];
}

function found(node: SyntaxNode, text: string, within: boolean): FoundCommand | undefined {
  const own = oneLine(text.slice(node.pos, node.end));
  switch (node.type) {
    case 'Command':
      return { text: own + documents(node), words: wordsOf(node), within };
    case 'TestCommand':
    case 'ArithmeticCommand':
      return { text: own, words: own.split(/\s+/), within };
    default:
      return undefined;
  }
}

/** Every command of `text`, from top to bottom, those in substitutions included. */
export function commandsIn(text: string): FoundCommand[] {
  const all: FoundCommand[] = [];
  walk(parseScript(text), false, (node, _at, within) => {
    const each = found(node, text, within);
    if (each !== undefined) all.push(each);
    return within || each !== undefined;
  });
  return all;
}

/** The items of `list` that `other` has not, each as often as it is missing there. */
export function without<T extends { readonly text: string }>(
  list: readonly T[],
  other: readonly T[],
): T[] {
  const left = new Map<string, number>();
  for (const { text } of other) left.set(text, (left.get(text) ?? 0) + 1);
  return list.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}
