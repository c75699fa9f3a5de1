/** What a line of a generated script belongs to: a step, by its id; else the runtime, or the rest. */
export type Belongs =
  | { readonly part: 'step'; readonly id: string }
  | { readonly part: 'script' }
  | { readonly part: 'runtime' };

const RUNTIME_LINE = /^# -+ Below: the runtime\b/;
const STEP_COMMENT = /^# ([a-z][a-z0-9-]*): /;
const FUNCTION = /^([a-z_][a-z0-9_]*)\(\) [{(]$/;
/** The line that adds a step to the plan. */
const CALL = /^ +step ([a-z][a-z0-9-]*) /;
const STEP_FUNCTION = /^(.+)__(?:check|apply|plan|undo)$/;

/** The id of the step whose comment begins on `lines[index]`: the function below says so too. */
function stepOfComment(lines: readonly string[], index: number): string | undefined {
  const id = STEP_COMMENT.exec(lines[index] ?? '')?.[1];
  if (id === undefined) return undefined;
  const next = lines.slice(index + 1).find((line) => !line.startsWith('#'));
  const named = FUNCTION.exec(next ?? '')?.[1] ?? '';
  return STEP_FUNCTION.exec(named)?.[1] === id.replaceAll('-', '_') ? id : undefined;
}

function stepOfFunction(name: string): Belongs {
  const id = STEP_FUNCTION.exec(name)?.[1]?.replaceAll('_', '-');
  return id === undefined ? { part: 'script' } : { part: 'step', id };
}

/**
 * To what line `line` (from 1) of generated script `text` belongs. A step's are the comment above
 * its functions, the functions, and the line that adds it to the plan; a script that was not
 * generated is all `script`.
 */
export function stepAt(text: string, line: number): Belongs {
  const lines = text.split('\n');
  const called = CALL.exec(lines[line - 1] ?? '')?.[1];
  if (called !== undefined) return { part: 'step', id: called };
  let now: Belongs = { part: 'script' };
  let open = false;
  for (let index = 0; index < Math.min(line, lines.length); index += 1) {
    const found = lines[index] ?? '';
    if (RUNTIME_LINE.test(found)) return { part: 'runtime' };
    const name = FUNCTION.exec(found)?.[1];
    const id = stepOfComment(lines, index);
    if (id !== undefined) now = { part: 'step', id };
    else if (name !== undefined) now = stepOfFunction(name);
    else if (!open && !found.startsWith('#')) now = { part: 'script' };
    open = name !== undefined || (open && !/^[})]/.test(found));
  }
  return now;
}
