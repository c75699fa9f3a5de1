import { and, command, comment, or, subshell } from '../../bash/build.ts';
import type { Node } from '../../bash/nodes.ts';
import type { StepOf } from '../../model/step.ts';
import { template, text } from '../../model/value.ts';
import { call, inProse, itemWord, valueWord, would } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';
import { arePresent } from './containers.ts';
import { enclosed } from './shell.ts';

type Ran = StepOf<'program.ran'>;

/** Nothing that an interrupted run left is still running, and the work is done. */
function check(step: Ran): Node[] {
  const over = command('program_is_over', step.id);
  if (step.untilPresent !== undefined) return [and(over, ...arePresent(step.untilPresent))];
  const { body, ownShell } = enclosed(step.values, step.condition ?? 'false');
  return ownShell ? [and(over, subshell(...body))] : [or(over, command('return')), ...body];
}

/** A program that is run only until something holds. */
export const program: Lowering<'program.ran'> = {
  'program.ran': (step) => {
    const words = step.command.map(itemWord);
    const typed = command(...words);
    const spelled = template('text', ...step.command.flatMap((piece) => [' ', piece]).slice(1));
    const numbers = [step.stallSeconds, step.endSeconds].map(valueWord);
    return {
      title: step.title,
      sentence: text`Runs ${spelled} until ${step.title}, and then stops it with SIG${step.signal}.`,
      check: check(step),
      apply: [
        ...(step.unit === undefined ? [] : [call('demand_stopped', step.unit)]),
        command('program_ran', step.id, step.signal, ...numbers, ...words),
      ],
      plan: [
        would(typed),
        command('would_say', `until ${step.title}; then stop it with SIG${step.signal}`),
      ],
      manual: [
        ...(step.unit === undefined ? [] : [comment(`While ${inProse(step.unit)} is stopped.`)]),
        comment(`Stop it${step.signal === 'INT' ? ' with Ctrl-C' : ''} when ${step.title}.`),
        typed,
      ],
      owns: [],
      programs: ['perl'],
    };
  },
};
