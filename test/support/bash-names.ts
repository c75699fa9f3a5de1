import type { Command, SyntaxNode, Word } from 'unbash';
import { parseScript, walk } from '../../src/bash/tree.ts';

/** What a text of bash refers to, as a parser sees it. */
export interface BashNames {
  /** Words that could name a function: commands, and words that stand for themselves elsewhere. */
  readonly words: ReadonlySet<string>;
  /** Variables that are read. */
  readonly read: ReadonlySet<string>;
  /** Variables that get a value here, or are declared local. */
  readonly set: ReadonlySet<string>;
  /** Commands whose name is computed, as they are written. */
  readonly computed: readonly string[];
}

const NAME = /^[a-z_][a-z0-9_]*$/;
const SETTERS = new Set(['local', 'declare', 'read', 'mapfile', 'export']);

/** The names that the arguments of `command` set, for commands that set variables by name. */
function named({ name, suffix }: Command): string[] {
  const words = suffix.flatMap((each) => (each.type === 'Word' ? [each.value] : []));
  if (name?.value === 'printf' && words[0] === '-v') return [words[1]?.split('[')[0] ?? ''];
  return SETTERS.has(name?.value ?? '') ? words : [];
}

/** An index is arithmetic or a text: what looks like one of the runtime's variables is one. */
function indexOf(index: Word | undefined): readonly string[] {
  return index?.text.match(/sw_[a-z0-9_]+/g) ?? [];
}

function variables(node: SyntaxNode): readonly string[] {
  switch (node.type) {
    case 'SimpleExpansion':
      return [node.text.slice(1)];
    case 'ParameterExpansion':
      return [node.parameter, ...indexOf(node.index)];
    case 'ArithmeticWord':
      return node.parts === undefined
        ? (node.value.match(/(?<![0-9#a-z_])[a-z_][a-z0-9_]*/g) ?? [])
        : [];
    case 'Assignment':
      return indexOf(node.index);
    default:
      return [];
  }
}

/** The first word of a text that a trap runs, and every text that is one word. */
function functionsIn(value: string): string[] {
  return value.match(/^[a-z_][a-z0-9_]*(?= |$)/g) ?? [];
}

/** What `text` refers to. */
export function bashNames(text: string): BashNames {
  const found = { words: new Set<string>(), read: new Set<string>(), set: new Set<string>() };
  const computed: string[] = [];
  walk(parseScript(text), undefined, (node) => {
    if (node.type === 'Word') functionsIn(node.value).forEach((word) => found.words.add(word));
    if (node.type === 'Assignment') {
      found.set.add(node.name);
      if (node.value.type === 'Word')
        functionsIn(node.value.value).forEach((word) => found.words.add(word));
    }
    if (node.type === 'For') found.set.add(node.name.value);
    if (node.type === 'Command') {
      named(node).forEach((name) => found.set.add(name));
      if (/[$`]/.test(node.name?.text ?? '')) computed.push(node.name!.text);
    }
    variables(node)
      .filter((name) => NAME.test(name))
      .forEach((name) => found.read.add(name));
    return undefined;
  });
  return { ...found, computed };
}
