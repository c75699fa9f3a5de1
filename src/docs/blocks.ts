import { inProse } from '../compile/lowered.ts';
import { variableName } from '../compile/names.ts';
import { isReference, isTemplate, type AnyValue } from '../model/value.ts';

/** A piece of a line: plain text, or text in another face. */
export type Piece =
  | string
  | { readonly code: string }
  | { readonly strong: string }
  /** The name of a file beside the page, which leads to it. */
  | { readonly file: string };

/** A line or a paragraph. */
export type Line = readonly Piece[];

/** A piece of a page, whatever it is printed as. */
export type Block =
  | { readonly type: 'heading'; readonly level: number; readonly line: Line }
  | { readonly type: 'paragraph'; readonly line: Line }
  | { readonly type: 'list'; readonly ordered: boolean; readonly items: readonly Line[] }
  | { readonly type: 'table'; readonly head: readonly Line[]; readonly rows: readonly Line[][] }
  | { readonly type: 'code'; readonly language: string; readonly text: string }
  | { readonly type: 'folded'; readonly title: Line; readonly blocks: readonly Block[] };

/** Text in the face of code. */
export function code(text: string): Piece {
  return { code: text };
}

/** A line of pieces: line`run ${code('make')} first`. */
export function line(strings: TemplateStringsArray, ...pieces: readonly (Piece | Line)[]): Line {
  return strings.flatMap((text, index): Line => {
    const piece = pieces[index];
    const before = text === '' ? [] : [text];
    if (piece === undefined) return before;
    return Array.isArray(piece) ? [...before, ...(piece as Line)] : [...before, piece as Piece];
  });
}

/** A heading of that level; 1 is the page's own. */
export function heading(level: number, ...of: Line): Block {
  return { type: 'heading', level, line: of };
}

/** A paragraph. */
export function paragraph(of: Line): Block {
  return { type: 'paragraph', line: of };
}

/** A list; numbered where the order counts. */
export function list(items: readonly Line[], ordered = false): Block {
  return { type: 'list', ordered, items };
}

/** Text that is shown as it stands. */
export function listing(language: string, text: string): Block {
  return { type: 'code', language, text };
}

/** `line` as plain text. */
export function plain(of: Line): string {
  return of
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if ('code' in piece) return piece.code;
      return 'file' in piece ? piece.file : piece.strong;
    })
    .join('');
}

/** The lines with commas between them, and `last` before the last one. */
export function joined(items: readonly Line[], last = ' and '): Line {
  return items.flatMap((item, index): Line => {
    if (index === 0) return item;
    return [index === items.length - 1 ? last : ', ', ...item];
  });
}

/** Sentences in a row. */
export function inARow(first: Line, ...others: readonly Line[]): Line {
  return others.reduce((before, next) => line`${before} ${next}`, first);
}

interface Part {
  readonly text: string;
  readonly reference: boolean;
}

/** A value that stands in a text as the variable that holds it. */
const VARIABLE = /(\$[a-z][a-z0-9_]*)/;

function partsOfValue(value: AnyValue): Part[] {
  if (isReference(value)) return [{ text: `$${variableName(value.name)}`, reference: true }];
  if (isTemplate(value)) return value.parts.flatMap(partsOfValue);
  return inProse(value)
    .split(VARIABLE)
    .map((text, index) => ({ text, reference: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

/** Where the word that ends at the end of `text` begins. */
function wordStart(text: string): number {
  return /[^\s("']*$/.exec(text)?.index ?? text.length;
}

/** Where the word that begins `text` ends, without the punctuation of the sentence around it. */
function wordEnd(text: string): number {
  return /^[^\s)"']*?(?=[.,;:]*(?:[\s)"']|$))/.exec(text)?.[0].length ?? 0;
}

/** `value` for a reader: each word with a parameter or a carried value in it stands as code. */
export function lineOf(value: AnyValue): Line {
  const pieces: Piece[] = [];
  let text = '';
  let word = '';
  const endWord = (): void => {
    if (word !== '') pieces.push(code(word));
    word = '';
  };
  const endText = (): void => {
    if (text !== '') pieces.push(text);
    text = '';
  };
  const parts = partsOfValue(value);
  for (const [index, part] of parts.entries()) {
    if (part.reference) {
      const start = word === '' ? wordStart(text) : text.length;
      word += text.slice(start) + part.text;
      text = text.slice(0, start);
      endText();
    } else {
      const joins = parts[index + 1]?.reference === true && /^\S*$/.test(part.text);
      const end = word === '' ? 0 : joins ? part.text.length : wordEnd(part.text);
      word += part.text.slice(0, end);
      if (end < part.text.length) endWord();
      text += part.text.slice(end);
    }
  }
  endWord();
  endText();
  return pieces;
}
