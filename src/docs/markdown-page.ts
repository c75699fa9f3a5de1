import { MARKER, RUNTIME_LINE } from '../compile/script.ts';
import {
  code,
  inARow,
  heading,
  joined,
  line,
  listing,
  paragraph,
  type Block,
  type Line,
} from './blocks.ts';
import type { PartView, StepView, View } from './describe.ts';
import { diagram } from './diagram.ts';
import { byHand } from './manual-section.ts';
import { printMarkdown } from './markdown.ts';
import {
  beforeYouBegin,
  howToCheck,
  howToRun,
  overview,
  parameterBlocks,
  whatItPrints,
} from './sections.ts';
import { howToGoBack, whenItFails } from './trouble.ts';

function stepRow({ id, sentence, condition, remarks, why }: StepView): Line[] {
  const more = condition === undefined ? remarks : [condition, ...remarks];
  return [[code(id)], inARow(sentence, ...more), [why]];
}

/** The steps of a part, a row each. */
export function stepTable({ steps }: PartView): Block {
  return {
    type: 'table',
    head: [['Step'], ['What it does'], ['Why']],
    rows: steps.map(stepRow),
  };
}

function stepBlocks(view: PartView): Block[] {
  return [heading(3, code(view.file), `, ${view.when}`), stepTable(view)];
}

/** The script's own part: what comes below it is the runtime, and long. */
function scriptBlocks({ file, script }: PartView): Block {
  const own = script.slice(0, script.indexOf(RUNTIME_LINE));
  return { type: 'folded', title: [file], blocks: [listing('bash', own)] };
}

/** The page of a procedure, as Markdown. The same procedure gives the same bytes. */
export function markdownPage(view: View): string {
  const { procedure, parts } = view;
  const blocks: Block[] = [
    heading(1, procedure.title),
    paragraph([procedure.summary]),
    heading(2, 'What it does'),
    ...overview(view),
    listing('mermaid', diagram(view)),
    heading(2, 'Before you begin'),
    ...beforeYouBegin(view),
    heading(2, 'Run the scripts'),
    ...howToRun(view),
    ...whatItPrints(view),
    heading(2, 'Parameters'),
    ...parameterBlocks(view),
    heading(2, 'The steps'),
    ...parts.flatMap(stepBlocks),
    heading(2, 'By hand'),
    ...byHand(view),
    heading(2, 'Check that it worked'),
    ...howToCheck(view),
    heading(2, 'When a step fails'),
    ...whenItFails(view),
    heading(2, 'Go back'),
    ...howToGoBack(view),
    heading(2, 'The scripts'),
    paragraph(
      line`What each script says of this procedure, folded; the runtime below it, which is no different in other procedures, stands in the file itself: ${joined(
        parts.map(({ file }) => [{ file }]),
      )}.`,
    ),
    ...parts.map(scriptBlocks),
  ];
  const note = `<!-- ${MARKER} ${procedure.id}: change that, not this file. -->`;
  return `${note}\n\n${printMarkdown(blocks)}\n`;
}
