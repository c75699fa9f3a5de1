import type { ParserOptions } from 'prettier';
import type { Candidate, FileLine } from './text.ts';

interface Node {
  readonly type: string;
  readonly position?: {
    readonly start: { readonly line: number };
    readonly end: { readonly line: number };
  };
  readonly children?: readonly Node[];
}

const MARKER = /<!--\s*stepwright:(.*?)-->/g;
const ALONE = /^(\s*)<!--\s*stepwright:(.*?)-->\s*$/;

function htmlLines(node: Node, found: Set<number>): void {
  if (node.type === 'html' && node.position !== undefined) {
    for (let line = node.position.start.line; line <= node.position.end.line; line += 1) {
      found.add(line - 1);
    }
  }
  for (const child of node.children ?? []) htmlLines(child, found);
}

/**
 * The markers of a Markdown file: comments of their own line that Markdown, too, reads as comments,
 * and not as an example in a block of code.
 */
export async function markdownCandidates(lines: readonly FileLine[]): Promise<Candidate[]> {
  if (!lines.some(({ text }) => text.includes('stepwright:'))) return [];
  const { parsers } = await import('prettier/plugins/markdown');
  const text = lines.map((line) => line.text).join('\n');
  const tree = (await parsers.markdown.parse(text, {} as ParserOptions)) as Node;
  const html = new Set<number>();
  htmlLines(tree, html);
  return [...html]
    .toSorted((a, b) => a - b)
    .flatMap((line): Candidate[] => {
      const of = lines[line]?.text ?? '';
      const [, indent, words] = ALONE.exec(of) ?? [];
      if (indent !== undefined && words !== undefined && [...of.matchAll(MARKER)].length === 1) {
        return [{ line, indent, words: words.trim(), misplaced: false }];
      }
      return [...of.matchAll(MARKER)].map((match) => ({
        line,
        indent: '',
        words: (match[1] ?? '').trim(),
        misplaced: true,
      }));
    });
}
