import { ProcedureError, type Problem } from '../model/problem.ts';
import { procedureSchema, type Procedure } from '../model/procedure.ts';
import { ruleProblems } from './judge.ts';
import { judgedOf } from './judged.ts';
import { schemaProblems } from './schema-problems.ts';

/**
 * `input`, as a step file exports it, as a procedure with every default filled in.
 * `file` names it in errors.
 * @throws ProcedureError with every problem there is.
 */
export function validate(file: string, input: unknown): Procedure {
  // A validator that is generated first does not pay for one procedure.
  const parsed = procedureSchema.safeParse(input, { jitless: true });
  const problems: Problem[] = [
    ...(parsed.success ? [] : schemaProblems(file, input, parsed.error)),
    ...ruleProblems(file, judgedOf(input, parsed.data)),
  ];
  if (!parsed.success || problems.length > 0) throw new ProcedureError(problems);
  return parsed.data;
}
