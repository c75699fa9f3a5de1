import type { Problem } from '../../model/problem.ts';
import type { Block } from '../blocks.ts';
import { printMarkdown } from '../markdown.ts';
import { printRestructured } from '../restructured.ts';
import { contentOf, isMissing, type Library } from './content.ts';
import { markdownCandidates } from './markdown-markers.ts';
import { regionsOf, type Found, type Region } from './regions.ts';
import { restructuredCandidates } from './restructured-markers.ts';
import { linesOf, type FileLine } from './text.ts';

/** How a file is written. */
export type Markup = 'markdown' | 'restructured';

/** The markup of the file at `path`, by its name; undefined when that does not tell. */
export function markupOf(path: string): Markup | undefined {
  if (/\.(md|markdown|mdown|mkd)$/i.test(path)) return 'markdown';
  return /\.(rst|rest)$/i.test(path) ? 'restructured' : undefined;
}

/** A file to fill, as text. */
export interface Target {
  /** How it is named in errors. */
  readonly file: string;
  readonly text: string;
  readonly markup: Markup;
}

/** The marked regions of `target`. */
export async function findRegions({ file, text, markup }: Target): Promise<Found> {
  const lines = linesOf(text);
  const candidates =
    markup === 'markdown' ? await markdownCandidates(lines) : restructuredCandidates(lines);
  return regionsOf(file, candidates);
}

/** Procedures that `regions` ask for, by id. */
export function proceduresIn(regions: readonly Region[]): Set<string> {
  return new Set(regions.map(({ subject }) => subject.split('/')[0] ?? ''));
}

function print(block: Block, markup: Markup): string {
  return markup === 'markdown' ? printMarkdown([block]) : printRestructured([block]);
}

/** What stands between the markers: an empty line, the content, an empty line. */
function between(content: string, { text, ending }: FileLine, indent: string): string {
  const newline = ending === '' ? '\n' : ending;
  const inner = content.split('\n').map((line) => (line === '' ? '' : indent + line));
  return text + newline + ['', ...inner, '', ''].join(newline);
}

/** A file with its regions filled, or what keeps it from that. */
export interface Filled {
  readonly text: string;
  readonly problems: readonly Problem[];
}

/**
 * `target` with what its `regions` ask for between their markers. All else stays as it is, byte for
 * byte; lines that are put in end as the line of the first marker does.
 */
export function fill(target: Target, regions: readonly Region[], library: Library): Filled {
  const lines = linesOf(target.text);
  const problems: Problem[] = [];
  let text = '';
  let next = 0;
  const copy = (until: number): void => {
    for (const line of lines.slice(next, until)) text += line.text + line.ending;
    next = until;
  };
  for (const region of regions) {
    const content = contentOf(region, library);
    const marker = lines[region.begin];
    if (isMissing(content)) {
      problems.push({ where: `${target.file}:${region.begin + 1}`, ...content });
    } else if (marker !== undefined) {
      copy(region.begin);
      text += between(print(content, target.markup), marker, region.indent);
      next = region.end;
    }
  }
  copy(lines.length);
  return { text, problems };
}
