import { SHIPPED, type Change } from './change.ts';
import { allChanges, type Difference } from './procedures.ts';
import { changedText } from './text.ts';

/** What a comparison is told as. */
export const FORMATS = ['terminal', 'markdown', 'json'] as const;

/** How a comparison is told. */
export interface Rendering {
  readonly format: (typeof FORMATS)[number];
  /** What it is compared with: a revision or a folder. */
  readonly base: string;
  /** For a terminal only. */
  readonly colour: boolean;
}

/** Lines of a text diff that are shown of one change; the rest is counted. */
const SHOWN = 60;

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function risksIn(changes: readonly Change[]): number {
  return changes.reduce((sum, { risks }) => sum + risks.length, 0);
}

function summary(difference: Difference, base: string): string {
  const changes = allChanges(difference);
  const risks = risksIn(changes);
  return `${counted(changes.length, 'change')} since ${base}, ${risks === 0 ? 'no risk' : counted(risks, 'risk')}`;
}

/** `step added: nginx-quiet`, and more to say. */
function heading({ kind, subject, note, before, after }: Change): string {
  const whole = kind === 'runtime changed' && note === undefined;
  const extent = before === '' ? 'it is new' : after === '' ? 'it is gone' : undefined;
  const more = whole ? extent : note;
  const name = kind.startsWith('script ') ? '' : `: ${subject}`;
  return `${kind}${name}${more === undefined ? '' : ` (${more})`}`;
}

function excerpt({ before, after, note }: Change): string[] {
  if (note === SHIPPED) return [];
  const lines = changedText(before, after);
  if (lines.length <= SHOWN) return lines;
  return [...lines.slice(0, SHOWN), `… ${counted(lines.length - SHOWN, 'line')} more`];
}

/** What stands above a group of changes, and these. */
interface Group {
  readonly title: string;
  readonly changes: readonly Change[];
}

function groupsOf({ procedures, runtime }: Difference): Group[] {
  const own = procedures.flatMap(({ procedure, state, changes }) => {
    const files = [...new Set(changes.map(({ script }) => script))];
    const whether =
      state === 'changed' ? '' : ` (the procedure is ${state === 'added' ? 'new' : 'gone'})`;
    return files.map((file) => ({
      title: `${procedure}/${file}${whether}`,
      changes: changes.filter(({ script }) => script === file),
    }));
  });
  const modules = runtime.map((change) => ({
    title: `runtime of ${change.scripts.join(', ')}`,
    changes: [change],
  }));
  const byTitle = new Map<string, Change[]>();
  for (const { title, changes } of [...own, ...modules]) {
    byTitle.set(title, [...(byTitle.get(title) ?? []), ...changes]);
  }
  return [...byTitle].map(([title, changes]) => ({ title, changes }));
}

const COLOURS: Readonly<Record<string, string>> = {
  '+': '\u001b[32m',
  '-': '\u001b[31m',
  '@': '\u001b[36m',
  '!': '\u001b[1;33m',
  '#': '\u001b[1m',
};

/** `text` in the colour `key`; control characters of a script's text are not for a terminal. */
function painted(colour: boolean, key: string, text: string): string {
  const shown = text.replace(/[^\P{Cc}\t]/gu, '\ufffd');
  const begin = colour ? COLOURS[key] : undefined;
  return begin === undefined ? shown : `${begin}${shown}\u001b[0m`;
}

function terminalChange(change: Change, colour: boolean): string[] {
  return [`  ${painted(colour, '', heading(change))}`].concat(
    change.risks.map(({ risk, line }) => `    ${painted(colour, '!', `! ${risk}: ${line}`)}`),
    excerpt(change).map((line) => `    ${painted(colour, line[0] ?? '', line)}`),
  );
}

function terminal(difference: Difference, { base, colour }: Rendering): string {
  const lines = groupsOf(difference).flatMap(({ title, changes }) =>
    [painted(colour, '#', title)].concat(
      changes.flatMap((change) => terminalChange(change, colour)),
      '',
    ),
  );
  return lines.concat(painted(colour, '', summary(difference, base))).join('\n');
}

/** `text` as code within a line, whatever backquotes are in it. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${space}${text}${space}${fence}`;
}

function fenced(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const longest = Math.max(2, ...(lines.join('\n').match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}diff`, ...lines, fence, ''];
}

function markdownChange(change: Change): string[] {
  const title = `${escaped(heading(change))}${mark(change)}`;
  const lines = fenced(excerpt(change));
  // What has no text of its own has nothing to open.
  if (lines.length === 0) return [`- ${title}`, ''];
  return [`<details><summary>${title}</summary>`, ''].concat(lines, '</details>', '');
}

function risksOf({ risks, subject, script }: Change): string[] {
  return risks.map(
    ({ risk, line }) => `- **${risk}** in ${code(subject)} (${code(script)}): ${code(line)}`,
  );
}

function markdown(difference: Difference, { base }: Rendering): string {
  const list = allChanges(difference).flatMap(risksOf);
  const groups = groupsOf(difference).flatMap(({ title, changes }) =>
    [`### ${code(title)}`, ''].concat(changes.flatMap(markdownChange)),
  );
  const risks = list.length === 0 ? [] : ['### To look at twice', '', ...list, ''];
  return [`## Procedures: ${summary(difference, code(base))}`, '', ...risks, ...groups].join('\n');
}

function mark({ risks }: Change): string {
  return risks.length === 0 ? '' : `: ${counted(risks.length, 'risk')}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function asData(change: Change): object {
  return { ...change, diff: changedText(change.before, change.after) };
}

function json({ procedures, runtime }: Difference, { base }: Rendering): string {
  const content = {
    schema: 1,
    base,
    procedures: procedures.map(({ procedure, state, changes }) => ({
      procedure,
      state,
      changes: changes.map(asData),
    })),
    runtime: runtime.map(asData),
  };
  return JSON.stringify(content, undefined, 2);
}

/** `difference` as text: for a terminal, a merge request, or machines. */
export function render(difference: Difference, rendering: Rendering): string {
  switch (rendering.format) {
    case 'terminal':
      return terminal(difference, rendering);
    case 'markdown':
      return markdown(difference, rendering);
    case 'json':
      return json(difference, rendering);
  }
}
