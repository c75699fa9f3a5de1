import type { ParameterExpansionPart, SyntaxNode } from 'unbash';
import { parseScript, positionAt, walk, type Position } from './tree.ts';

/** An expansion as it stands in a text. */
export interface FoundExpansion extends Position {
  readonly text: string;
}

/** Words right below these are split at blanks, and their globs expanded. */
const SPLITTING = new Set<SyntaxNode['type']>([
  'Command',
  'For',
  'Select',
  'Redirect',
  'ArrayValue',
]);

/** What stands in these is split when they are. */
const PASSING = new Set<SyntaxNode['type']>(['Word', 'BraceExpansion', 'ExtendedGlob', 'Glob']);

/** Numbers, whatever happens. */
const HARMLESS = new Set(['$#', '$?', '$$', '$!']);

/** `${x:+word}` gives the word and never the value: what counts is how the word is quoted. */
function givesItsWord({ operation }: ParameterExpansionPart): boolean {
  return operation?.type === 'Default' && operation.operator.endsWith('+');
}

function isSplit(node: SyntaxNode): boolean {
  switch (node.type) {
    case 'SimpleExpansion':
      return !HARMLESS.has(node.text);
    case 'ParameterExpansion':
      return !(node.prefix === '#' || HARMLESS.has(`$${node.parameter}`) || givesItsWord(node));
    case 'CommandExpansion':
      return true;
    default:
      return false;
  }
}

function splitsBelow(node: SyntaxNode, split: boolean): boolean {
  if (SPLITTING.has(node.type)) return true;
  if (PASSING.has(node.type) || node.type === 'Default') return split;
  return node.type === 'ParameterExpansion' && split && givesItsWord(node);
}

/**
 * Every parameter expansion and command substitution of `text` that bash would split at blanks and
 * expand as a glob, in order: those outside of quotes, of assignments, of `[[ ]]`, of arithmetic,
 * of `case` words and of here-documents. Those that can only give a number are left out.
 */
export function unquotedExpansions(text: string): FoundExpansion[] {
  const found: FoundExpansion[] = [];
  walk(parseScript(text), false, (node, at, split) => {
    if (split && isSplit(node) && 'text' in node) {
      found.push({ ...positionAt(text, at), text: node.text });
    }
    return splitsBelow(node, split);
  });
  return found;
}

/** The names of the functions that `text` defines, in order. */
export function functionsDefined(text: string): string[] {
  const names: string[] = [];
  walk(parseScript(text), undefined, (node) => {
    if (node.type === 'Function') names.push(node.name.value);
    return undefined;
  });
  return names;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NAMES = /(?<![0-9])[A-Za-z_][A-Za-z0-9_]*/g;

function variablesIn(node: SyntaxNode): string[] {
  switch (node.type) {
    case 'SimpleExpansion':
      return [node.text.slice(1)];
    case 'ParameterExpansion':
      return [node.parameter];
    case 'ArithmeticWord':
      return node.parts === undefined ? (node.value.match(NAMES) ?? []) : [];
    default:
      return [];
  }
}

/** What `text` refers to by name. */
export interface Names {
  /** Commands, functions among them, whose name is written out. */
  readonly commands: ReadonlySet<string>;
  /** Variables that are read by an expansion or in arithmetic; not the positional ones. */
  readonly variables: ReadonlySet<string>;
}

/** The commands that `text` calls and the variables that it reads. */
export function namesUsed(text: string): Names {
  const commands = new Set<string>();
  const variables = new Set<string>();
  walk(parseScript(text), undefined, (node) => {
    if (node.type === 'Command' && node.name !== undefined) commands.add(node.name.value);
    for (const name of variablesIn(node)) if (NAME.test(name)) variables.add(name);
    return undefined;
  });
  return { commands, variables };
}
