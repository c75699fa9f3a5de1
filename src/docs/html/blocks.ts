import type { Block, Line, Piece } from '../blocks.ts';
import { bashBlock, codeBlock } from './bash.ts';
import { markup, type Html } from './html.ts';

/** Code so short that a line has room for it is not broken at its hyphens. */
function codeHtml(text: string): Html {
  return text.length > 26
    ? markup`<code>${text}</code>`
    : markup`<code class="whole">${text}</code>`;
}

function pieceHtml(piece: Piece): Html {
  if (typeof piece === 'string') return markup`${piece}`;
  if ('code' in piece) return codeHtml(piece.code);
  if ('file' in piece) return markup`<a href="${piece.file}">${codeHtml(piece.file)}</a>`;
  return markup`<strong>${piece.strong}</strong>`;
}

/** A line as markup. */
export function lineHtml(line: Line): Html {
  return markup`${line.map(pieceHtml)}`;
}

function cellsHtml(row: readonly Line[]): Html[] {
  return row.map((cell) => markup`<td>${lineHtml(cell)}</td>`);
}

function tableHtml(head: readonly Line[], rows: readonly (readonly Line[])[]): Html {
  return markup`<table>
    <thead>
      <tr>
        ${head.map((cell) => markup`<th scope="col">${lineHtml(cell)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          markup`<tr>
            ${cellsHtml(row)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function listHtml(ordered: boolean, items: readonly Line[]): Html {
  const inner = items.map((item) => markup`<li>${lineHtml(item)}</li>`);
  return ordered
    ? markup`<ol>
        ${inner}
      </ol>`
    : markup`<ul>
        ${inner}
      </ul>`;
}

const LEVELS: Readonly<Record<number, (text: Html) => Html>> = {
  2: (text) => markup`<h2>${text}</h2>`,
  3: (text) => markup`<h3>${text}</h3>`,
};

function blockHtml(block: Block): Html {
  switch (block.type) {
    case 'heading':
      return (LEVELS[block.level] ?? ((text) => markup`<h4>${text}</h4>`))(lineHtml(block.line));
    case 'paragraph':
      return markup`<p>${lineHtml(block.line)}</p>`;
    case 'list':
      return listHtml(block.ordered, block.items);
    case 'table':
      return tableHtml(block.head, block.rows);
    case 'code':
      return block.language === 'bash'
        ? bashBlock(block.text, 'these commands')
        : codeBlock(markup`${block.text}`);
    case 'folded':
      return markup`<details>
        <summary>${lineHtml(block.title)}</summary>
        ${blocksHtml(block.blocks)}
      </details>`;
  }
}

/** `blocks` as markup. */
export function blocksHtml(blocks: readonly Block[]): Html {
  return markup`${blocks.map((block) => markup`${blockHtml(block)} `)}`;
}
