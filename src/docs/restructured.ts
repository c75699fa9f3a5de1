import { plain, type Block, type Line, type Piece } from './blocks.ts';

/** Literal `text` as reStructuredText: what could begin markup is escaped. */
function escapeText(text: string): string {
  return text.replace(/[\\`*|]|_(?![A-Za-z0-9])/g, '\\$&');
}

/** Inline code; where a literal cannot hold the text, the role that can. */
function codeText(text: string): string {
  if (/^[^\s`\\](?:[^`\\]*[^\s`\\])?$/.test(text)) return `\`\`${text}\`\``;
  return `:code:\`${text.replace(/[\\`]/g, '\\$&')}\``;
}

function markedPiece(piece: Exclude<Piece, string>): string {
  if ('code' in piece) return codeText(piece.code);
  if ('file' in piece) return `\`${escapeText(piece.file)} <${piece.file}>\`__`;
  return `**${escapeText(piece.strong)}**`;
}

/** What has to stand between markup and `near`. */
function gap(near: Piece | undefined, border: RegExp): string {
  return near === undefined || (typeof near === 'string' && border.test(near)) ? '' : '\\ ';
}

/** Markup has to have a space on both sides, which an escaped space is without being shown. */
function printLine(of: Line): string {
  return of
    .map((piece: Piece, index) => {
      if (typeof piece === 'string') {
        const escaped = escapeText(piece);
        return index === 0 ? escaped.replace(/^([-+*•#=.:]|\w+[.)](?=\s))/, '\\$&') : escaped;
      }
      const marked = markedPiece(piece);
      const before = of[index - 1];
      const after = of[index + 1];
      return `${gap(before, /[\s([{"'/-]$/)}${marked}${gap(after, /^[\s.,;:!?)\]}"'/-]/)}`;
    })
    .join('');
}

function indented(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

function printRow(row: readonly Line[]): string {
  return row
    .map((cell, index) => `${index === 0 ? '*' : ' '} - ${printLine(cell)}`.trimEnd())
    .join('\n');
}

const UNDERLINES = ['=', '=', '-', '~', '^', '"'];

function printBlock(block: Block): string {
  switch (block.type) {
    case 'heading': {
      const text = printLine(block.line);
      return `${text}\n${(UNDERLINES[block.level] ?? '"').repeat(Math.max(4, text.length))}`;
    }
    case 'paragraph':
      return printLine(block.line);
    case 'list':
      return block.items
        .map((item) => `${block.ordered ? '#.' : '-'} ${printLine(item)}`)
        .join('\n');
    case 'table':
      return `.. list-table::\n   :header-rows: 1\n\n${indented([block.head, ...block.rows].map(printRow).join('\n'), '   ')}`;
    case 'code':
      return `.. code-block:: ${block.language}\n\n${indented(block.text.replace(/^\n+|\n+$/g, ''), '   ')}`;
    case 'folded':
      return `${plain(block.title)}\n\n${printRestructured(block.blocks)}`;
  }
}

/** `blocks` as reStructuredText, without a newline at the end. */
export function printRestructured(blocks: readonly Block[]): string {
  return blocks.map(printBlock).join('\n\n');
}
