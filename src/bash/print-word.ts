import type { Node, Word, WordPart } from './nodes.ts';
import { escapeDouble, fitsDouble, quote, quoteName } from './quote.ts';

/** Prints the commands inside of `$(…)`, parentheses included. */
export type PrintSubstitution = (body: readonly Node[]) => string;

/** A variable needs braces where something that could belong to its name follows. */
function printVariable(name: string, next: WordPart | undefined): string {
  const plain = next === undefined || (next.type === 'text' && !/^[A-Za-z0-9_[]/.test(next.text));
  return plain ? `$${name}` : `\${${name}}`;
}

/** Literal parts that stand side by side are one text; empty ones are nothing. */
function merged(parts: readonly WordPart[]): WordPart[] {
  const out: WordPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.type === 'text' && last?.type === 'text') {
      out[out.length - 1] = { type: 'text', text: last.text + part.text };
    } else if (part.type !== 'text' || part.text !== '') {
      out.push(part);
    }
  }
  return out;
}

function printPart(
  part: Exclude<WordPart, { type: 'text' }>,
  next: WordPart | undefined,
  substitution: PrintSubstitution,
): string {
  switch (part.type) {
    case 'variable':
      return printVariable(part.name, next);
    case 'elements':
      return `\${${part.name}[@]}`;
    case 'positional':
      return '$@';
    case 'substitution':
      return substitution(part.body);
  }
}

function printMixed(parts: readonly WordPart[], substitution: PrintSubstitution): string {
  const pieces: string[] = [];
  let inside = '';
  const close = (): void => {
    if (inside !== '') pieces.push(`"${inside}"`);
    inside = '';
  };
  parts.forEach((part, index) => {
    if (part.type !== 'text') inside += printPart(part, parts[index + 1], substitution);
    else if (fitsDouble(part.text)) inside += escapeDouble(part.text);
    else {
      close();
      pieces.push(quote(part.text));
    }
  });
  close();
  return pieces.join('');
}

/**
 * `value` as bash text that reads back as exactly this word; as a command's first word with
 * `asName`.
 */
export function printWordWith(
  value: Word,
  substitution: PrintSubstitution,
  asName = false,
): string {
  const parts = merged(value.parts);
  const [first] = parts;
  if (first === undefined) return "''";
  if (parts.length > 1 || first.type !== 'text') return printMixed(parts, substitution);
  return asName ? quoteName(first.text) : quote(first.text);
}
