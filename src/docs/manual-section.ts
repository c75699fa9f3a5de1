import { heading, inARow, line, list, listing, paragraph, type Block } from './blocks.ts';
import type { Answer } from './answers.ts';
import type { PartView, StepView, View } from './describe.ts';
import { capital } from './requirements.ts';

/** What may be asked, and what to say. */
export function answerBlocks(answers: readonly Answer[]): Block[] {
  if (answers.length === 0) return [];
  return [
    paragraph(line`What may be asked, and what to answer:`),
    list(answers.map(({ question, answer }) => [question, ' ', ...capitalized(answer), '.'])),
  ];
}

function capitalized(of: Answer['answer']): Answer['answer'] {
  const [first, ...others] = of;
  return typeof first === 'string' ? [capital(first), ...others] : of;
}

/** The same answers are told once. */
function answersAfter(before: readonly StepView[], { answers }: StepView): Block[] {
  const told = JSON.stringify(answers);
  const known = before.some((step) => JSON.stringify(step.answers) === told);
  return known && answers.length > 0
    ? [paragraph(line`The same may be asked as above, and the answers are the same.`)]
    : answerBlocks(answers);
}

function stepBlocks(step: StepView, index: number, steps: readonly StepView[]): Block[] {
  const { id, sentence, manual, condition } = step;
  if (manual === '') return [];
  return [
    paragraph(
      line`${{ strong: id }}: ${condition === undefined ? sentence : inARow(sentence, condition)}`,
    ),
    listing('bash', manual),
    ...answersAfter(steps.slice(0, index), step),
  ];
}

/** What is set before the commands of a part. */
export function settingsText({ settings }: PartView): string {
  return settings.map(({ text }) => text).join('\n');
}

function partBlocks(view: PartView): Block[] {
  const settings = settingsText(view);
  return [
    heading(3, `By hand: ${view.file}, ${view.when}`),
    ...(settings === ''
      ? []
      : [
          paragraph(line`First, in the shell that the commands are typed in:`),
          listing('bash', settings),
        ]),
    ...view.steps.flatMap(stepBlocks),
  ];
}

/** The commands of who goes by hand, in order. */
export function byHand({ parts }: View): Block[] {
  return [
    paragraph(
      line`The scripts are the better way: they look before and after each change. Who goes by hand types these commands in bash, as root, one after another, and looks at what each of them says before the next. After a command that fails, do not go on.`,
    ),
    ...parts.flatMap(partBlocks),
  ];
}
