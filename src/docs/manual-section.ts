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

function stepBlocks({ id, sentence, manual, condition, answers }: StepView): Block[] {
  if (manual === '') return [];
  return [
    paragraph(
      line`${{ strong: id }}: ${condition === undefined ? sentence : inARow(sentence, condition)}`,
    ),
    listing('bash', manual),
    ...answerBlocks(answers),
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
