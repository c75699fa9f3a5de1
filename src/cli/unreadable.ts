import { stepAt } from '../check/step-at.ts';
import type { FormatError } from '../compile/format.ts';
import type { Problem } from '../model/problem.ts';

/** The place of the step with this id in `input`, the default export of a step file. */
function numberOf(input: unknown, id: string): number {
  const { steps } = input as { readonly steps: readonly { readonly id: string }[] };
  return steps.findIndex((step) => step.id === id);
}

/** What the formatter cannot read, as a problem of the step of `file` that it is in. */
export function unreadable(file: string, input: unknown, error: FormatError): Problem {
  const belongs = stepAt(error.text, error.line);
  const place =
    belongs.part === 'step'
      ? { where: `${file}: step ${belongs.id}`, step: numberOf(input, belongs.id) }
      : { where: `${file}: procedure` };
  const found = error.text.split('\n')[error.line - 1]?.trim() ?? '';
  return {
    ...place,
    what: `the formatter cannot read \`${found}\`: ${error.message}`,
    mend: 'write it in another way; a key of an array goes in quotes: ${port["shop.service"]}',
  };
}
