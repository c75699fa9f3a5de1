import { plain } from './blocks.ts';
import type { PartView, StepView, View } from './describe.ts';

/** Literal `text` in a label: all that Mermaid could read as its own is written as a number. */
export function escapeLabel(text: string): string {
  return [...text]
    .map((character) =>
      /[\p{L}\p{N} .,:()'/-]/u.test(character) ? character : `#${character.codePointAt(0)};`,
    )
    .join('');
}

function node({ id, title, why }: StepView): string {
  const state = escapeLabel(plain(title));
  return `    ${name(id)}["<b>${escapeLabel(id)}</b><br/>${state}<br/><i>${escapeLabel(why)}</i>"]`;
}

/** No word of Mermaid's own, such as `end`. */
function name(id: string): string {
  return `step-${id}`;
}

function partGraph({ part, file, when, steps }: PartView): string[] {
  const own = steps.filter(({ reboot }) => !reboot);
  const chain = own.map(({ id }) => name(id)).join(' --> ');
  return [
    `  subgraph part-${part.number}["${escapeLabel(file)}, ${when}"]`,
    '    direction TB',
    ...own.map(node),
    ...(own.length > 1 ? [`    ${chain}`] : []),
    '  end',
  ];
}

function rebootNode({ part, steps }: PartView): string[] {
  const reboot = steps.find((step) => step.reboot);
  if (reboot === undefined) return [];
  const label = `<b>${escapeLabel(reboot.id)}</b><br/>${escapeLabel(plain(reboot.title))}<br/><i>${escapeLabel(reboot.why)}</i>`;
  return [
    `  ${name(reboot.id)}(["${label}"])`,
    `  part-${part.number} ==> ${name(reboot.id)} ==> part-${part.number + 1}`,
  ];
}

/** The parts, their steps with the reason of each, and the reboots, as a Mermaid flowchart. */
export function diagram({ parts }: View): string {
  return [
    parts.length > 1 ? 'flowchart LR' : 'flowchart TB',
    ...parts.flatMap(partGraph),
    ...parts.flatMap(rebootNode),
  ].join('\n');
}
