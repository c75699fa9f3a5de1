import { assign, comment, substitution, word } from '../bash/build.ts';
import { namesUsed } from '../bash/expansions.ts';
import type { Node } from '../bash/nodes.ts';
import { printScript } from '../bash/print.ts';
import { parseScript, walk } from '../bash/tree.ts';
import { learntBy } from '../compile/judge-carried.ts';
import { lower } from '../compile/lower.ts';
import { inProse } from '../compile/lowered.ts';
import { variableName } from '../compile/names.ts';
import { titleOf } from '../compile/part-script.ts';
import type { Part } from '../compile/parts.ts';
import type { Carried } from '../model/carried.ts';
import type { Parameter } from '../model/parameter.ts';
import type { Procedure } from '../model/procedure.ts';
import type { Step } from '../model/step.ts';
import { isReference, type AnyValue } from '../model/value.ts';

/**
 * `text` without the word `run` in front of commands: the script logs what it runs, and who types
 * a command sees it.
 */
export function withoutRun(text: string): string {
  const cuts: [number, number][] = [];
  walk(parseScript(text), undefined, (node, at) => {
    if (node.type !== 'Command' || node.name?.text !== 'run' || at !== node.pos) return undefined;
    const next = node.suffix[0];
    if (next !== undefined) cuts.push([node.name.pos, next.pos]);
    return undefined;
  });
  return cuts.reduceRight((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), text);
}

function typed(node: Node): Node {
  return node.type === 'fragment' ? { ...node, text: withoutRun(node.text) } : node;
}

/** The file that a value is kept in over the reboot, by who does without the scripts. */
function keptIn(procedure: string, { name }: Pick<Carried, 'name'>): string {
  return `/root/${procedure}-${name}.bash`;
}

/** `nodes` with what they print in the variable of `into`. */
function learning(nodes: readonly Node[], { name, type }: Carried): Node {
  const variable = variableName(name);
  if (type !== 'lines') return assign(variable, word(substitution(...nodes)));
  const printed = printScript(nodes).trimEnd();
  const text = printed.includes('\n') ? `\n${printed}\n` : printed;
  return { type: 'fragment', text: `mapfile -t ${variable} < <(${text})` };
}

/**
 * The same for the commands of `step`: all of them when they are its own, else one command for each
 * of `values`, in order; `again` are those of them that somebody types later on.
 */
function learnt(
  step: Step,
  nodes: readonly Node[],
  values: readonly Carried[],
  again: readonly Carried[],
): Node[] {
  const [first] = again;
  if (step.kind === 'learn') return first === undefined ? [...nodes] : [learning(nodes, first)];
  return nodes.map((node, index) => {
    const value = values[index];
    return value !== undefined && again.includes(value) ? learning([node], value) : node;
  });
}

/** Whether one types `name` again to do any of `steps`. */
function isTypedIn(steps: readonly Step[], name: string): boolean {
  const texts = steps.map((step) => printScript(lower(step).manual));
  return texts.some((text) => variablesOf(text).has(variableName(name)));
}

function keeping(procedure: Procedure, part: Part, into: Carried): Node[] {
  const last = procedure.steps.findIndex(({ id }) => id === part.steps.at(-1)?.id);
  if (!isTypedIn(procedure.steps.slice(last + 1), into.name)) return [];
  const text = `declare -p ${variableName(into.name)} >${keptIn(procedure.id, into)}`;
  return [comment('Kept for after the reboot:'), { type: 'fragment', text }];
}

/**
 * The commands that do by hand what `step` does; none where there is nothing to type. What it
 * learns is put into a variable, and kept in a file, where later commands read it.
 */
export function manualText(procedure: Procedure, part: Part, step: Step): string {
  const nodes = lower(step).manual.map(typed);
  const values = learntBy(step);
  const typedAgain = values.filter(({ name }) => isTypedIn(procedure.steps, name));
  const all = [
    ...learnt(step, nodes, values, typedAgain),
    ...typedAgain.flatMap((value) => keeping(procedure, part, value)),
  ];
  return printScript(all).trimEnd();
}

function variablesOf(text: string): ReadonlySet<string> {
  return namesUsed(text).variables;
}

function parameterNodes({ name, type, default: value }: Parameter, used: ReadonlySet<string>) {
  const variable = variableName(name);
  const words = value === '' ? [] : value.split(' ');
  return [
    ...(used.has(variable) ? [assign(variable, value)] : []),
    ...(type === 'identifiers' && used.has(`${variable}_list`)
      ? [assign(`${variable}_list`, words)]
      : []),
  ];
}

/** A variable that the commands of a part need, and what sets it. */
export interface Setting {
  /** The parameter that it comes from; none for what an earlier part has learnt. */
  readonly parameter?: Parameter;
  readonly text: string;
}

/** What has to be set before the commands of `part` are typed, in order. */
export function settingsOf(procedure: Procedure, part: Part): Setting[] {
  const used = variablesOf(part.steps.map((step) => manualText(procedure, part, step)).join('\n'));
  const ofParameters = procedure.parameters.flatMap((parameter) =>
    parameterNodes(parameter, used).map((node) => ({
      parameter,
      text: printScript([node]).trimEnd(),
    })),
  );
  const here = new Set(part.steps.flatMap(learntBy).map(({ name }) => name));
  const carried = new Map(
    procedure.steps.flatMap(learntBy).map((value) => [value.name, value] as const),
  );
  const ofEarlier = [...carried.values()]
    .filter(({ name }) => used.has(variableName(name)) && !here.has(name))
    .map((value) => ({ text: `. ${keptIn(procedure.id, value)}` }));
  return [...ofParameters, ...ofEarlier];
}

/** The value that decides whether `step` is wanted, and what it has to be. */
export function conditionOf(step: Step): { value: AnyValue; is: string } | undefined {
  if (step.kind === 'reboot' || step.when === undefined) return undefined;
  return isReference(step.when)
    ? { value: step.when, is: 'yes' }
    : { value: step.when.parameter, is: step.when.is };
}

/** The commands of a whole part, one text: variables first, then step by step. */
export function partManual(procedure: Procedure, part: Part): string {
  const settings = settingsOf(procedure, part).map(({ text }) => text);
  const steps = part.steps.flatMap((step) => {
    const commands = manualText(procedure, part, step);
    if (commands === '') return [];
    const condition = conditionOf(step);
    const only =
      condition === undefined ? '' : `\nOnly if ${inProse(condition.value)} is ${condition.is}.`;
    const title = printScript([comment(inProse(titleOf(step, lower(step))) + only)]).trimEnd();
    return [`${title}\n${commands}`];
  });
  return [...(settings.length === 0 ? [] : [settings.join('\n')]), ...steps].join('\n\n');
}
