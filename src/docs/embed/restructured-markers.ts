import type { Candidate, FileLine } from './text.ts';

const MARKER = /^(\s*)\.\. +stepwright:(.*)$/;
/** What is shown as it stands below it: a line that ends in two colons, or a directive of code. */
const LITERAL =
  /(?:^|[^:])::\s*$|^[\s*+•-]*\.\. +(?:code|code-block|sourcecode|parsed-literal|raw|highlight)::/;
/** What stands before the text of a line: blanks, and the sign of a list. */
const BEFORE = /^\s*(?:(?:[-*+•]|#\.|\w{1,3}[.)])\s+)?/;

function indentOf(text: string): number {
  return /^\s*/.exec(text)?.[0].length ?? 0;
}

/**
 * The markers of a reStructuredText file: comments, but for those that stand in a literal block as
 * an example.
 */
export function restructuredCandidates(lines: readonly FileLine[]): Candidate[] {
  const found: Candidate[] = [];
  let literal: number | undefined;
  lines.forEach(({ text }, line) => {
    if (text.trim() === '') return;
    if (literal !== undefined && indentOf(text) > literal) return;
    const [, indent, words] = MARKER.exec(text) ?? [];
    const begins = LITERAL.test(text) && indent === undefined;
    literal = begins ? BEFORE.exec(text)?.[0].length : undefined;
    if (indent !== undefined && words !== undefined) {
      found.push({ line, indent, words: words.trim(), misplaced: false });
    }
  });
  return found;
}
