import type { Assignment, Command, FunctionNode, Node, Redirect, Word, WordPart } from './nodes.ts';
import { RESERVED } from './quote.ts';

/** What can stand where a word is due: literal text, or a word made of parts. */
export type WordLike = string | Word;

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function assertName(name: string): string {
  if (!VARIABLE_NAME.test(name)) {
    throw new RangeError(`not a bash name: ${JSON.stringify(name)}`);
  }
  return name;
}

/**
 * A word of literal texts and parts, side by side.
 * @throws RangeError when a text holds NUL, which no bash word can.
 */
export function word(...parts: readonly (string | WordPart)[]): Word {
  const made = parts.map((part): WordPart => {
    if (typeof part !== 'string') return part;
    if (part.includes('\0')) throw new RangeError('a bash word cannot hold NUL');
    return { type: 'text', text: part };
  });
  return { type: 'word', parts: made };
}

/** The value of variable `name`. @throws RangeError when it is no bash name. */
export function variable(name: string): WordPart {
  return { type: 'variable', name: assertName(name) };
}

/** Every element of array `name`. @throws RangeError when it is no bash name. */
export function elements(name: string): WordPart {
  return { type: 'elements', name: assertName(name) };
}

/** The output of `body`. */
export function substitution(...body: readonly Node[]): WordPart {
  return { type: 'substitution', body };
}

/** Text as the one-part word it stands for; a word as it is. */
export function toWord(value: WordLike): Word {
  return typeof value === 'string' ? word(value) : value;
}

/**
 * A simple command.
 * @throws RangeError when it has no word.
 */
export function command(...words: readonly WordLike[]): Command {
  if (words.length === 0) throw new RangeError('a command needs a word');
  return { type: 'command', environment: [], words: words.map(toWord), redirects: [] };
}

/** `of` with its output or input redirected. */
export function redirected(of: Command, ...redirects: readonly Redirect[]): Command {
  return { ...of, redirects: [...of.redirects, ...redirects] };
}

/** `of` with `name=value` in its environment alone. @throws RangeError for a wrong name. */
export function withEnvironment(of: Command, name: string, value: WordLike): Command {
  const entry = { name: assertName(name), value: toWord(value) };
  return { ...of, environment: [...of.environment, entry] };
}

/** `name=value`, or `name=(value…)`. @throws RangeError for a wrong name. */
export function assign(name: string, value: WordLike | readonly WordLike[]): Assignment {
  const made = Array.isArray(value)
    ? (value as readonly WordLike[]).map(toWord)
    : toWord(value as WordLike);
  return { type: 'assignment', name: assertName(name), value: made };
}

/** `a && b && …`; one node stands for itself. */
export function and(...nodes: readonly [Node, ...Node[]]): Node {
  return nodes.length === 1 ? nodes[0] : { type: 'and', nodes };
}

/** `a || b || …`; one node stands for itself. */
export function or(...nodes: readonly [Node, ...Node[]]): Node {
  return nodes.length === 1 ? nodes[0] : { type: 'or', nodes };
}

/** `! node` */
export function not(node: Node): Node {
  return { type: 'not', node };
}

/** `a | b | …` */
export function pipeline(...nodes: readonly [Node, ...Node[]]): Node {
  return nodes.length === 1 ? nodes[0] : { type: 'pipeline', nodes };
}

/** `if condition; then body; else otherwise; fi` */
export function when(
  condition: Node,
  body: readonly Node[],
  otherwise: readonly Node[] = [],
): Node {
  return { type: 'if', condition, body, otherwise };
}

/** `for variable in words; do …; done` @throws RangeError for a wrong name. */
export function forEach(name: string, words: readonly WordLike[], body: readonly Node[]): Node {
  return { type: 'for', variable: assertName(name), words: words.map(toWord), body };
}

/** `( … )`, for what must not leave a trace in the calling shell. */
export function subshell(...body: readonly Node[]): Node {
  return { type: 'subshell', body };
}

const FUNCTION_NAME = /^[a-z_][a-z0-9_]*$/;

/** `name() { … }`; an empty body prints as `:`. @throws RangeError for a wrong name. */
export function define(name: string, body: readonly Node[]): FunctionNode {
  if (!FUNCTION_NAME.test(name) || RESERVED.has(name)) {
    throw new RangeError(`not a function name: ${JSON.stringify(name)}`);
  }
  return { type: 'function', name, body };
}

/** `name() ( … )`: its body runs in a shell of its own. @throws RangeError for a wrong name. */
export function defineSubshell(name: string, body: readonly Node[]): Node {
  return { ...define(name, body), subshell: true };
}

/** A comment; each line of `text` becomes a line of it. */
export function comment(text: string): Node {
  return { type: 'comment', text };
}

/** An empty line. */
export const blank: Node = { type: 'blank' };
