import type { SyntaxNode, Word } from 'unbash';
import { parseScript, positionAt, walk, type Position } from './tree.ts';

/** A key as it stands in a text. */
export interface BareKey extends Position {
  readonly array: string;
  readonly text: string;
}

const PLAIN = /^(?:\w+|[@*])$/;

/** `[key]=value` among the elements of an array. */
const ELEMENT = /^\[((?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\{[^}]*\}|[^\]"'])*)\]\+?=/;

/** What of a key is quoted or expanded. */
const COVERED = /"(?:[^"\\]|\\.)*"|'[^']*'|\$\{[^}]*\}|\$\(\([^)]*\)\)|\$\(.*?\)|\$\w+|`[^`]*`/g;

/** The names that `text` declares as associative arrays. */
function associativeIn(text: string): Set<string> {
  const names = new Set<string>();
  walk(parseScript(text), undefined, (node) => {
    if (node.type !== 'Command') return undefined;
    if (!/^(?:declare|local|typeset|readonly)$/.test(node.name?.value ?? '')) return undefined;
    const texts = node.suffix.map((word) => ('text' in word ? word.text : ''));
    if (!texts.some((word) => /^-\w*A/.test(word))) return undefined;
    for (const word of texts) names.add(/^\w+/.exec(word)?.[0] ?? '');
    return undefined;
  });
  return names;
}

function isBare({ text, parts }: Word): boolean {
  if (parts === undefined) return !PLAIN.test(text);
  return parts.some(
    (part) => part.type === 'Glob' || (part.type === 'Literal' && !/^\w*$/.test(part.text)),
  );
}

/** The array that `node` reads or sets, and the keys that it names without quotes. */
function keysOf(node: SyntaxNode): { array: string; keys: string[] } | undefined {
  if (node.type !== 'ParameterExpansion' && node.type !== 'Assignment') return undefined;
  const { index } = node;
  const keys = index !== undefined && isBare(index) ? [index.text] : [];
  if (node.type === 'ParameterExpansion') return { array: node.parameter, keys };
  if (node.value.type === 'ArrayValue') {
    const named = node.value.elements.flatMap((word) => ELEMENT.exec(word.text)?.[1] ?? []);
    keys.push(...named.filter((key) => !PLAIN.test(key.replaceAll(COVERED, '_'))));
  }
  return { array: node.name, keys };
}

/**
 * Every key of an associative array of `text` that is more than a name and stands unquoted. To bash
 * it is a key; to what lays the script out it is arithmetic, and `[a-b]` becomes `[a - b]`.
 */
export function bareKeys(text: string): BareKey[] {
  const associative = associativeIn(text);
  const found: BareKey[] = [];
  if (associative.size === 0) return found;
  walk(parseScript(text), undefined, (node, at) => {
    const { array, keys } = keysOf(node) ?? { array: '', keys: [] };
    if (!associative.has(array)) return undefined;
    found.push(...keys.map((key) => ({ ...positionAt(text, at), array, text: key })));
    return undefined;
  });
  return found;
}
