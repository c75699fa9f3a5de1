import { assign, blank, command, comment, define, defineSubshell, word } from '../bash/build.ts';
import type { Command, Node } from '../bash/nodes.ts';
import type { Parameter } from '../model/parameter.ts';
import type { Procedure } from '../model/procedure.ts';
import type { Step } from '../model/step.ts';
import { isReference, type AnyValue } from '../model/value.ts';
import { followUps } from './follow-ups.ts';
import { learntBy, readBy } from './judge-carried.ts';
import { parametersIn } from './judge-parameters.ts';
import { lower } from './lower.ts';
import { inProse, showsItself, valueWord, type Lowered } from './lowered.ts';
import { functionName, listName, variableName } from './names.ts';
import { askedBy, type Part } from './parts.ts';
import { preflight, requirementFunctions } from './preflight.ts';

/** The title of `step`: its own, or that of its kind. */
export function titleOf(step: Step, lowered: Lowered): AnyValue {
  return step.title ?? lowered.title;
}

function bodyOf(name: string, body: readonly Node[], ownShell = false): Node {
  return ownShell ? defineSubshell(name, body) : define(name, body);
}

/** A value that was never learnt, as its step was left out, would be an empty text in a command. */
function demandOfCarried(step: Step): Node[] {
  const names = new Set(readBy(step).map(({ name }) => variableName(name)));
  return names.size === 0 ? [] : [command('demand_carried', ...names)];
}

/**
 * The functions of one step, below a comment that says what it is.
 * @throws Error when the kind of the step shows no plan and cannot show itself.
 */
export function stepFunctions(step: Step): Node[] {
  if (step.kind === 'reboot') return [];
  const lowered = lower(step);
  const shown = lowered.onlyRuns === true || showsItself(lowered.apply);
  if (lowered.plan === undefined && !shown) {
    throw new Error(`kind ${step.kind} needs a plan`);
  }
  const title = inProse(titleOf(step, lowered));
  const { check, ownShell, tracelessCheck = false, tracelessApply = false } = lowered;
  const apply = [...demandOfCarried(step), ...lowered.apply];
  const functions = [
    ...(check === undefined
      ? []
      : [bodyOf(functionName(step.id, 'check'), check, ownShell && !tracelessCheck)]),
    bodyOf(functionName(step.id, 'apply'), apply, ownShell && !tracelessApply),
    ...(lowered.plan === undefined ? [] : [define(functionName(step.id, 'plan'), lowered.plan)]),
    ...(step.undo === undefined
      ? []
      : [define(functionName(step.id, 'undo'), [command('advise', step.undo)])]),
  ];
  return [comment(`${step.id}: ${title}\n  Why: ${step.why}`), ...functions, blank];
}

/** The carried values that `step` reads and other steps of the part learn, and the other way round. */
function handedOn(step: Step, steps: readonly Step[]): string[] {
  const among = (option: string, own: typeof readBy, others: typeof readBy): string[] => {
    const theirs = new Set(steps.flatMap(others).map(({ name }) => name));
    const names = own(step).filter(({ name }) => theirs.has(name));
    const shared = new Set(names.map(({ name }) => variableName(name)));
    return shared.size === 0 ? [] : [`${option}=${[...shared].join(',')}`];
  };
  return [...among('learns', learntBy, readBy), ...among('reads', readBy, learntBy)];
}

function stepCall(step: Step, index: number, steps: readonly Step[]): Command {
  const words = ['step', step.id, valueWord(titleOf(step, lower(step)))];
  const options: (string | ReturnType<typeof word>)[] = [];
  if (step.kind === 'reboot') options.push('reboot');
  else {
    if (step.kind === 'shell' && step.once === true) options.push('once');
    if (step.until !== undefined) options.push(`until=${step.until}`);
    if (step.untilBegun !== undefined) options.push(`until-begun=${step.untilBegun}`);
    if (step.needs !== undefined) options.push(`needs=${step.needs.join(',')}`);
    options.push(...followUps(steps, index));
    if (step.when !== undefined) options.push(...wanted(step.when));
  }
  options.push(...handedOn(step, steps));
  return command(...words, ...options);
}

function wanted(when: Exclude<Exclude<Step, { kind: 'reboot' }>['when'], undefined>) {
  const [parameter, is] = isReference(when) ? [when, 'yes'] : [when.parameter, when.is];
  return [word('when=', ...valueWord(parameter).parts), word(`is=${is}`)];
}

/** Whether `nodes` read `name`: as `variable`, or as the `elements` of an array. */
function reads(as: 'variable' | 'elements', name: string, nodes: unknown): boolean {
  if (Array.isArray(nodes)) return nodes.some((node) => reads(as, name, node));
  if (typeof nodes !== 'object' || nodes === null) return false;
  const { type, name: found } = nodes as { type?: unknown; name?: unknown };
  if (type === as && found === name) return true;
  return Object.values(nodes).some((value) => reads(as, name, value));
}

/** `used`: its value is read, and not only that of the list that is made of it. */
function parameterCalls(parameter: Parameter, used: boolean): Node[] {
  const name = variableName(parameter.name);
  const limits =
    parameter.choices ??
    (parameter.minimum === undefined && parameter.maximum === undefined
      ? []
      : [String(parameter.minimum ?? '-'), String(parameter.maximum ?? '-')]);
  const words = [name, parameter.type];
  return used
    ? [assign(name, parameter.default), command('parameter', ...words, parameter.help, ...limits)]
    : [command('other_parameter', ...words, parameter.default, parameter.help, ...limits)];
}

/** The list that `parameter`, several names, is taken apart into, where something `below` reads it. */
function listOf({ name, type }: Parameter, below: readonly Node[]): Node[] {
  const isRead = type === 'identifiers' && reads('elements', listName(name), below);
  return isRead ? [assign(listName(name), [])] : [];
}

/** Parameters that this part reads, and those that only other parts do. */
function parametersFunction(procedure: Procedure, part: Part, below: readonly Node[]): Node {
  const steps = part.steps.map((step) =>
    step.kind === 'reboot' ? { ...step, further: undefined } : step,
  );
  const things = [...steps, ...askedBy(procedure, part).requires];
  const used = new Set(things.flatMap(parametersIn).map(({ name }) => name));
  const calls = procedure.parameters.flatMap((item) => {
    const isUsed = used.has(item.name);
    const isRead = item.type !== 'identifiers' || reads('variable', variableName(item.name), below);
    return [...listOf(item, below), ...parameterCalls(item, isUsed && isRead)];
  });
  return define('parameters', [...calls, ...carriedCalls(procedure, part)]);
}

function carriedCalls(procedure: Procedure, part: Part): Node[] {
  const learntHere = new Set(part.steps.flatMap(learntBy).map(({ name }) => name));
  const readHere = new Set(part.steps.flatMap(readBy).map(({ name }) => name));
  const values = new Map(
    procedure.steps.flatMap(learntBy).map((value) => [value.name, value] as const),
  );
  return [...values.values()]
    .filter(({ name }) => learntHere.has(name) || readHere.has(name))
    .flatMap(({ name, type }) => {
      const variable = variableName(name);
      const origin = learntHere.has(name) ? [] : ['earlier'];
      return [
        ...(readHere.has(name) ? [assign(variable, type === 'lines' ? [] : '')] : []),
        command('carried', variable, type, ...origin),
      ];
    });
}

/** The declarations and the steps of a part: everything above its `main`. */
export function partFunctions(procedure: Procedure, part: Part): Node[] {
  const below = [
    preflight(procedure, part),
    blank,
    define('steps', part.steps.map(stepCall)),
    blank,
    ...part.steps.flatMap(stepFunctions),
  ];
  const all = [...below, ...requirementFunctions(procedure, part)];
  return [parametersFunction(procedure, part, all), blank, ...below];
}
