import { assign, command, substitution, word } from '../../bash/build.ts';
import type { Node } from '../../bash/nodes.ts';
import type { AnyValue } from '../../model/value.ts';
import { call, valueWord, variableName } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';
import { functionName } from '../names.ts';

function fragment(text: string): Node {
  return { type: 'fragment', text };
}

/** The fragment's values as variables of its own, then the fragment. */
function withValues(
  values: Readonly<Record<string, AnyValue>> | undefined,
  text: string,
): readonly Node[] {
  const settings = Object.entries(values ?? {}).map(([name, value]) =>
    assign(name, valueWord(value)),
  );
  return [...settings, fragment(text)];
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
  }),
  learn: (step) => ({
    title: step.title,
    sentence: `Learns ${step.into.help}.`,
    check: [call('is_carried', variableName(step.into.name))],
    apply: [
      ...Object.entries(step.values ?? {}).map(([name, value]) => assign(name, valueWord(value))),
      assign('sw_learnt', word(substitution(fragment(step.from)))),
      command('carry', variableName(step.into.name), word({ type: 'variable', name: 'sw_learnt' })),
    ],
    plan: [command('would_do', functionName(step.id, 'apply'))],
    manual: withValues(step.values, step.from),
    owns: [`carried value ${step.into.name}`],
    programs: [],
    ownShell: true,
  }),
};
