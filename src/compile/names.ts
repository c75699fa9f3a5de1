/** The functions that a step can have in a script. */
export type StepFunction = 'check' | 'apply' | 'plan' | 'undo';

/** The name of a step's function. */
export function functionName(id: string, which: StepFunction): string {
  return `${id.replaceAll('-', '_')}__${which}`;
}
