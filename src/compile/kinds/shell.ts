import { assign, command, substitution, variable, word } from '../../bash/build.ts';
import type { Node } from '../../bash/nodes.ts';
import { isTestsAlone, orExit } from '../../bash/tests-alone.ts';
import { isTraceless } from '../../bash/traceless.ts';
import { isReference, type AnyValue } from '../../model/value.ts';
import { call, itemWord, valueWord } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';
import { functionName, variableName } from '../names.ts';
import { runtimeFunctions } from '../runtime.ts';

function fragment(text: string): Node {
  return { type: 'fragment', text };
}

type Values = Readonly<Record<string, AnyValue>> | undefined;

/** Whether `value` is what variable `name` holds already. */
function isThere(name: string, value: AnyValue): boolean {
  return isReference(value) && value.type !== 'identifiers' && variableName(value.name) === name;
}

function isList(value: AnyValue): boolean {
  return isReference(value) && (value.type === 'identifiers' || value.type === 'lines');
}

/** The fragment's values as variables of its own, a list as an array. */
function settings(values: Values): Node[] {
  return Object.entries(values ?? {})
    .filter(([name, value]) => !isThere(name, value))
    .map(([name, value]) => assign(name, isList(value) ? [itemWord(value)] : valueWord(value)));
}

/** The values as variables, then the fragment `text`. */
export function withValues(values: Values, text: string): readonly Node[] {
  return [...settings(values), fragment(text)];
}

/** Whether the fragment `text` can be asked in the script's own shell: one process less for each look. */
function leavesNoTrace(values: Values, text: string): boolean {
  if (settings(values).length > 0) return false;
  const single = Object.entries(values ?? {}).filter(([, value]) => !isList(value));
  return isTraceless(text, new Set(single.map(([name]) => name)), runtimeFunctions());
}

/** A fragment with its values, and whether that needs a shell of its own. */
interface Enclosed {
  readonly body: readonly Node[];
  readonly ownShell: boolean;
}

/**
 * The fragment `text` such that what it sets, and an `exit` in it, stays in it: in a shell of its own,
 * but for tests that leave no trace.
 */
export function enclosed(values: Values, text: string): Enclosed {
  const body = withValues(values, text);
  if (body.length > 1 || !isTestsAlone(text)) return { body, ownShell: true };
  if (leavesNoTrace(values, text)) return { body, ownShell: false };
  // ShellCheck takes a shell for tests alone for superfluous; that they may set or end it, it does not see.
  return { body: [fragment(orExit(text))], ownShell: true };
}

/** What no other kind covers. */
export const shell: Lowering<'shell' | 'learn'> = {
  shell: (step) => {
    const { values, check } = step;
    const apply = enclosed(values, step.apply);
    return {
      title: step.title,
      sentence: step.sentence ?? `Brings it about that ${step.title}.`,
      check: check === undefined ? undefined : enclosed(values, check).body,
      apply: apply.body,
      plan: [command('would_do', functionName(step.id, 'apply'))],
      manual: withValues(values, step.apply),
      owns: step.owns === undefined ? [] : [`resource ${step.owns}`],
      programs: [],
      ownShell: true,
      tracelessCheck: check !== undefined && leavesNoTrace(values, check),
      tracelessApply: !apply.ownShell,
    };
  },
  learn: (step) => ({
    title: step.title,
    sentence: `Learns ${step.into.help}.`,
    check: [call('is_carried', variableName(step.into.name))],
    apply: [
      ...settings(step.values),
      assign('sw_learnt', word(substitution(fragment(step.from)))),
      command('learn', variableName(step.into.name), word(variable('sw_learnt'))),
    ],
    plan: [command('would_do', functionName(step.id, 'apply'))],
    manual: withValues(step.values, step.from),
    owns: [`carried value ${step.into.name}`],
    programs: [],
    ownShell: true,
  }),
};
