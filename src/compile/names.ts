import { variableName } from '../model/spelling.ts';

export { variableName } from '../model/spelling.ts';

/** The functions that a step can have in a script. */
export type StepFunction = 'check' | 'apply' | 'plan' | 'undo';

/** The name of a step's function. */
export function functionName(id: string, which: StepFunction): string {
  return `${id.replaceAll('-', '_')}__${which}`;
}

/** The bash array that holds the names of parameter `name`, which is several. */
export function listName(name: string): string {
  return `${variableName(name)}_list`;
}
