import type { Step } from '../model/step.ts';
import { code, joined, line, lineOf, type Line } from './blocks.ts';
import { conditionOf } from './by-hand.ts';

/** When `step` is wanted, if not always. */
export function conditionLine(step: Step): Line | undefined {
  const condition = conditionOf(step);
  if (condition === undefined) return undefined;
  return line`Only if ${lineOf(condition.value)} is ${code(condition.is)}.`;
}

/** How the script knows that `step` is done, where its check alone does not tell. */
export function remarksOf(step: Step): Line[] {
  if (step.kind === 'reboot') return [];
  return [
    ...(step.until === undefined ? [] : [line`Not done again when ${code(step.until)} is done.`]),
    ...(step.untilBegun === undefined
      ? []
      : [line`Not done again when ${code(step.untilBegun)} has begun.`]),
    ...(step.kind === 'shell' && step.once === true
      ? [line`Done once: looking cannot tell, so the journal remembers it.`]
      : []),
  ];
}

/** All that a run asks besides the check of `step`: whether it is wanted, what comes first, what ends it. */
export function conditionsOf(step: Step): Line[] {
  const condition = conditionLine(step);
  const needs = step.kind === 'reboot' ? [] : (step.needs ?? []);
  return [
    ...(condition === undefined ? [] : [condition]),
    ...(needs.length === 0
      ? []
      : [line`Its check can tell when ${joined(needs.map((id) => [code(id)]))} is done.`]),
    ...remarksOf(step),
  ];
}
