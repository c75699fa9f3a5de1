import { structuredPatch } from 'diff';

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** Lines of a diff, without a header: each begins with `+`, `-` or a space, hunks with `@@`. */
export function changedText(before: string, after: string): string[] {
  const { hunks } = structuredPatch('', '', ended(before), ended(after), '', '', { context: 1 });
  return hunks.flatMap(({ lines }, index) => (index === 0 ? lines : ['@@'].concat(lines)));
}
