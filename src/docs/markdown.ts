import { plain, type Block, type Line, type Piece } from './blocks.ts';

/** Characters that could begin markup wherever they stand. */
const MARKUP = /[\\`*[\]<>|~$]|&(?=#|[A-Za-z][A-Za-z0-9]*;)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
/** What begins a block at the start of a line: a heading, a list, a rule, a quotation. */
const START = /^(\s*)(#{1,6}(?=\s|$)|[-+=](?=\s|$|[-=])|\d+[.)](?=\s|$)|:(?=\s))/;

/** Literal `text` as Markdown, wherever in a line it stands. */
export function escapeMarkdown(text: string): string {
  return text.replace(MARKUP, '\\$&');
}

/** The longest run of backticks in `text`. */
function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

function codeSpan(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  const pad = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

function printPiece(piece: Piece): string {
  if (typeof piece === 'string') return escapeMarkdown(piece);
  if ('code' in piece) return codeSpan(piece.code);
  if ('file' in piece) return `[${codeSpan(piece.file)}](${piece.file})`;
  return `**${escapeMarkdown(piece.strong)}**`;
}

/** `of` as one line of Markdown. */
export function printLine(of: Line): string {
  return of
    .map(printPiece)
    .join('')
    .replace(START, (_, space: string, mark: string) =>
      /^\d/.test(mark) ? `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}` : `${space}\\${mark}`,
    );
}

/** A cell: its pipes are escaped in code, too, which tables want and nothing else does. */
function printCell(of: Line): string {
  return of
    .map((piece) => {
      const printed = printPiece(piece);
      return typeof piece === 'object' && 'code' in piece
        ? printed.replaceAll('|', '\\|')
        : printed;
    })
    .join('');
}

function printRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Columns are not padded: a row that changes changes its own line, and no other. */
function printTable(head: readonly Line[], rows: readonly Line[][]): string {
  const printed = [head, ...rows].map((cells) => printRow(cells.map(printCell)));
  return [printed[0], printRow(head.map(() => '---')), ...printed.slice(1)].join('\n');
}

/** A fence that is longer than any in `text`. */
function printCode(language: string, text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
}

function printBlock(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${printLine(block.line)}`;
    case 'paragraph':
      return printLine(block.line);
    case 'list':
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${printLine(item)}`)
        .join('\n');
    case 'table':
      return printTable(block.head, block.rows);
    case 'code':
      return printCode(block.language, block.text);
    case 'folded':
      return `<details>\n<summary>${escapeHtml(plain(block.title))}</summary>\n\n${printMarkdown(block.blocks)}\n\n</details>`;
  }
}

/** `blocks` as Markdown, without a newline at the end. */
export function printMarkdown(blocks: readonly Block[]): string {
  return blocks.map(printBlock).join('\n\n');
}
