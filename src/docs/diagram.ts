import type { PartView, StepView, View } from './describe.ts';

/** Literal `text` in a label: all that Mermaid could read as its own is written as a number. */
export function escapeLabel(text: string): string {
  return [...text]
    .map((character) =>
      /[\p{L}\p{N} .,:()'/-]/u.test(character) ? character : `#${character.codePointAt(0)};`,
    )
    .join('');
}

/** Steps that stand below each other; what comes then stands beside them. */
const COLUMN = 9;

/** A name that is no word of Mermaid's own, such as `end`. */
function name(id: string): string {
  return `step-${id}`;
}

function label({ id, why }: StepView): string {
  return `<b>${escapeLabel(id)}</b><br/>${escapeLabel(why)}`;
}

function columnsOf(steps: readonly StepView[]): StepView[][] {
  const count = Math.ceil(steps.length / COLUMN);
  return Array.from({ length: count }, (_, index) =>
    steps.slice(index * COLUMN, (index + 1) * COLUMN),
  );
}

/** Mermaid keeps a column's own direction only when arrows go to the column, not to its steps. */
function columnGraph(id: string, steps: readonly StepView[]): string[] {
  return [
    `    subgraph ${id}[" "]`,
    '      direction TB',
    ...steps.map((step) => `      ${name(step.id)}["${label(step)}"]`),
    ...(steps.length > 1 ? [`      ${steps.map((step) => name(step.id)).join(' --> ')}`] : []),
    '    end',
    `    style ${id} fill:none,stroke:none`,
  ];
}

function partGraph({ part, file, when, steps }: PartView): string[] {
  const columns = columnsOf(steps.filter(({ reboot }) => !reboot));
  const ids = columns.map((_, index) => `part-${part.number}-${index + 1}`);
  return [
    `  subgraph part-${part.number}["${escapeLabel(`${file}, ${when}`)}"]`,
    '    direction LR',
    ...columns.flatMap((column, index) => columnGraph(ids[index] ?? '', column)),
    ...(ids.length > 1 ? [`    ${ids.join(' --> ')}`] : []),
    '  end',
  ];
}

function rebootNode({ part, steps }: PartView): string[] {
  const reboot = steps.find((step) => step.reboot);
  if (reboot === undefined) return [];
  return [
    `  ${name(reboot.id)}(["${label(reboot)}"])`,
    `  part-${part.number} ==> ${name(reboot.id)} ==> part-${part.number + 1}`,
  ];
}

/** The parts, their steps with what each is there for, and the reboots, as a Mermaid flowchart. */
export function diagram({ parts }: View): string {
  return ['flowchart LR', ...parts.flatMap(partGraph), ...parts.flatMap(rebootNode)].join('\n');
}
