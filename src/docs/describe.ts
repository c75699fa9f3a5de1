import { printScript } from '../bash/print.ts';
import type { Compiled, Format } from '../compile/compile.ts';
import { formatScript } from '../compile/format.ts';
import { learntBy, readBy } from '../compile/judge-carried.ts';
import { lower } from '../compile/lower.ts';
import { inProse } from '../compile/lowered.ts';
import { stepFunctions, titleOf } from '../compile/part-script.ts';
import { partsOf, type Part } from '../compile/parts.ts';
import type { Parameter } from '../model/parameter.ts';
import type { Procedure } from '../model/procedure.ts';
import type { Step } from '../model/step.ts';
import { isReference, isTemplate, type AnyValue } from '../model/value.ts';
import { answersOf, type Answer } from './answers.ts';
import { lineOf, type Line } from './blocks.ts';
import { manualText, settingsOf, type Setting } from './by-hand.ts';
import { conditionLine, remarksOf } from './conditions.ts';

/** A step as a reader needs it. */
export interface StepView {
  readonly id: string;
  readonly reboot: boolean;
  /** The state that holds when it is done. */
  readonly title: Line;
  /** What is done, one sentence. */
  readonly sentence: Line;
  readonly why: string;
  readonly undo: string | undefined;
  /** When it is wanted, if not always. */
  readonly condition: Line | undefined;
  /** How the script knows that it is done, where its check alone does not tell. */
  readonly remarks: readonly Line[];
  /** Its functions, as they stand in the script. */
  readonly bash: string;
  /** The commands of who does it by hand; may be empty. */
  readonly manual: string;
  /** What those commands may ask. */
  readonly answers: readonly Answer[];
}

/** A script as a reader needs it. */
export interface PartView {
  readonly part: Part;
  readonly file: string;
  /** "before the reboot" */
  readonly when: string;
  readonly script: string;
  readonly steps: readonly StepView[];
  /** What is set before the commands by hand. */
  readonly settings: readonly Setting[];
  /** What the script prints with `--list` on a machine that it never ran on. */
  readonly plan: string;
}

/** A procedure as a reader needs it: all that its pages are made of. */
export interface View {
  readonly procedure: Procedure;
  readonly parts: readonly PartView[];
  /** A run that was copied, when there is one. */
  readonly transcript: string | undefined;
}

async function bashOf(step: Step, format: Format): Promise<string> {
  const functions = stepFunctions(step);
  return functions.length === 0 ? '' : (await format(printScript(functions))).trimEnd();
}

/** `step` as a reader needs it. */
export async function describeStep(
  procedure: Procedure,
  part: Part,
  step: Step,
  format: Format = formatScript,
): Promise<StepView> {
  const lowered = lower(step);
  return {
    id: step.id,
    reboot: step.kind === 'reboot',
    title: lineOf(titleOf(step, lowered)),
    sentence: lineOf(lowered.sentence),
    why: step.why,
    undo: step.undo,
    condition: conditionLine(step),
    remarks: remarksOf(step),
    bash: await bashOf(step, format),
    manual: manualText(procedure, part, step),
    answers: answersOf(step),
  };
}

function whenOf(part: Part, count: number): string {
  if (count === 1) return 'the whole procedure';
  if (part.number === 1) return 'before the reboot';
  if (count === 2) return 'after the reboot';
  return part.number === count
    ? 'after the last reboot'
    : `after reboot ${part.number - 1} of ${count - 1}`;
}

/** `value` as the script shows it when no parameter is set and nothing was learnt. */
function withDefaults(parameters: readonly Parameter[], value: AnyValue): string {
  if (isReference(value)) {
    const known = parameters.find(
      ({ name }) => name === value.name && value.reference !== 'carried',
    );
    return known?.default ?? inProse(value);
  }
  if (!isTemplate(value)) return String(value);
  return value.parts.map((part) => withDefaults(parameters, part)).join('');
}

/** What the script says behind the title of `step` as long as a step before it has not learnt what it reads. */
function dependence(step: Step, steps: readonly Step[]): string {
  for (const { name } of readBy(step)) {
    const learner = steps.find((other) => learntBy(other).some((value) => value.name === name));
    if (learner !== undefined) return `  (depends on what ${learner.id} learns)`;
  }
  return '';
}

function planOf(procedure: Procedure, { steps }: Part): string {
  const width = String(steps.length).length;
  const lines = steps.map((step, index) => {
    const title = withDefaults(procedure.parameters, titleOf(step, lower(step)));
    return `${String(index + 1).padStart(width)}  ${step.id}  ${title}${dependence(step, steps)}`;
  });
  return lines.join('\n');
}

/** A compiled procedure as a reader needs it. `transcript` is a run that was copied. */
export async function describe(
  { procedure, scripts }: Compiled,
  transcript?: string,
  format: Format = formatScript,
): Promise<View> {
  const parts = partsOf(procedure.steps);
  const views = parts.map(async (part, index) => ({
    part,
    file: part.file,
    when: whenOf(part, parts.length),
    script: scripts[index]?.text ?? '',
    steps: await Promise.all(part.steps.map((step) => describeStep(procedure, part, step, format))),
    settings: settingsOf(procedure, part),
    plan: planOf(procedure, part),
  }));
  return { procedure, parts: await Promise.all(views), transcript };
}
