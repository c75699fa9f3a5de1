import { Option, type Command } from 'commander';
import { printScript } from '../../bash/print.ts';
import { takesText } from '../../compile/duration.ts';
import { lower } from '../../compile/lower.ts';
import { inProse } from '../../compile/lowered.ts';
import { stepFunctions, titleOf } from '../../compile/part-script.ts';
import { partsOf } from '../../compile/parts.ts';
import type { Procedure } from '../../model/procedure.ts';
import type { Step } from '../../model/step.ts';
import { plain } from '../../docs/blocks.ts';
import { conditionsOf } from '../../docs/conditions.ts';
import { buildAll } from '../build.ts';
import { chooseSteps } from '../choose.ts';
import { didYouMean, print, UserError } from '../ui.ts';

interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly why: string;
  readonly sentence: string;
  readonly bash: string;
  readonly manual: string;
  readonly undo?: string | undefined;
  /** What a run asks besides the check, in sentences. */
  readonly conditions: readonly string[];
  /** What the step was given besides, with every default: `when` and `needs` among it. */
  readonly options: Readonly<Record<string, unknown>>;
}

function describe(step: Step): Shown {
  const lowered = lower(step);
  const { id, kind, title: _title, why: _why, undo: _undo, ...options } = step;
  return {
    id,
    kind,
    title: inProse(titleOf(step, lowered)),
    why: step.why,
    sentence: inProse(lowered.sentence),
    bash: printScript(stepFunctions(step)).trimEnd(),
    manual: printScript(lowered.manual).trimEnd(),
    undo: step.undo,
    conditions: conditionsOf(step).map(plain),
    options,
  };
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}

function printStep(step: Shown): void {
  const parts = [
    `${step.id} (${step.kind}): ${step.title}`,
    `  ${step.sentence}`,
    `  Why: ${step.why}`,
    ...(step.undo === undefined ? [] : [`  To take it back: ${step.undo}`]),
    ...step.conditions.map((sentence) => `  ${sentence}`),
    '  By hand:',
    indented(step.manual),
    '  In the script:',
    indented(step.bash === '' ? '(the runtime does it at the end of the part)' : step.bash),
  ];
  print(parts.join('\n'));
}

function printProcedure(procedure: Procedure): void {
  print(`${procedure.id}: ${procedure.title}\n${procedure.summary}\n`);
  if (procedure.takes !== undefined) print(`It takes ${takesText(procedure.takes)}.\n`);
  for (const { name, type, default: value, help } of procedure.parameters) {
    print(`  --set ${name.replaceAll('-', '_')}=${JSON.stringify(value)}  (${type}) ${help}`);
  }
  for (const part of partsOf(procedure.steps)) {
    print(`\n${part.file}:`);
    for (const step of part.steps) print(`  ${step.id}: ${inProse(titleOf(step, lower(step)))}`);
  }
}

function findStep(procedure: Procedure, id: string): Step {
  const found = procedure.steps.find((step) => step.id === id);
  if (found !== undefined) return found;
  const ids = procedure.steps.map((step) => step.id);
  throw new UserError(
    `no step ${JSON.stringify(id)} in ${procedure.id}${didYouMean(id, ids)}\n  see: stepwright show ${procedure.id}`,
  );
}

interface Options {
  readonly steps: string;
  readonly json?: true;
}

async function show(name: string, id: string | undefined, { steps, json }: Options): Promise<void> {
  const [built] = await buildAll(await chooseSteps(steps, [name]));
  if (built === undefined) return;
  const { procedure } = built;
  const chosen = id === undefined ? procedure.steps : [findStep(procedure, id)];
  if (json === true) {
    const described = chosen.map(describe);
    print(
      JSON.stringify(
        id === undefined ? { ...procedure, steps: described } : described[0],
        undefined,
        2,
      ),
    );
  } else if (id === undefined) {
    printProcedure(procedure);
  } else {
    for (const step of chosen) printStep(describe(step));
  }
}

/** `stepwright show`: what a procedure or a step does. */
export function register(program: Command): void {
  program
    .command('show')
    .description(
      'show what a procedure does, or a step: its reason, its bash, its commands by hand',
    )
    .argument('<procedure>', 'its name or its file')
    .argument('[step]', 'the id of a step')
    .addOption(new Option('--steps <dir>', 'the folder of procedures').default('steps'))
    .option('--json', 'for machines')
    .action(show);
}
