import { assign, command, substitution, variable, word } from '../../bash/build.ts';
import type { Node } from '../../bash/nodes.ts';
import { isTraceless } from '../../bash/traceless.ts';
import { isReference, type AnyValue } from '../../model/value.ts';
import { call, valueWord } from '../lowered.ts';
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
    .map(([name, value]) => assign(name, isList(value) ? [valueWord(value)] : valueWord(value)));
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

/** What no other kind covers. */
export const shell: Lowering<'shell' | 'learn'> = {
  shell: (step) => ({
    title: step.title,
    sentence: step.sentence ?? `Brings it about that ${step.title}.`,
    check: step.check === undefined ? undefined : withValues(step.values, step.check),
    apply: withValues(step.values, step.apply),
    plan: [command('would_do', functionName(step.id, 'apply'))],
    manual: withValues(step.values, step.apply),
    owns: step.owns === undefined ? [] : [`resource ${step.owns}`],
    programs: [],
    ownShell: true,
    tracelessCheck: step.check !== undefined && leavesNoTrace(step.values, step.check),
  }),
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
