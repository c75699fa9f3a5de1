import type { z } from 'zod';
import { ProcedureError, type Problem } from '../model/problem.ts';
import { parameterSchema, type Parameter } from '../model/parameter.ts';
import { procedureSchema, type Procedure } from '../model/procedure.ts';
import { requirementSchema, type Requirement } from '../model/requirement.ts';
import { stepSchema, type Step } from '../model/step.ts';
import { ruleProblems, type Judged } from './judge.ts';
import { schemaProblems } from './schema-problems.ts';

function validItems<T>(schema: z.ZodType<T>, input: unknown): T[] {
  if (!Array.isArray(input)) return [];
  return input.flatMap((item: unknown) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** The parts of a wrong procedure that are right by themselves, to be judged all the same. */
function salvage(input: unknown): Judged {
  const given = (typeof input === 'object' && input !== null ? input : {}) as Record<
    string,
    unknown
  >;
  return {
    parameters: validItems<Parameter>(parameterSchema, given['parameters']),
    steps: validItems<Step>(stepSchema, given['steps']),
    requires: validItems<Requirement>(requirementSchema, given['requires']),
    complete: false,
  };
}

/**
 * `input`, as a step file exports it, as a procedure with every default filled in.
 * `file` names it in errors.
 * @throws ProcedureError with every problem there is.
 */
export function validate(file: string, input: unknown): Procedure {
  // A validator that is generated first does not pay for one procedure.
  const parsed = procedureSchema.safeParse(input, { jitless: true });
  const judged = parsed.success ? { ...parsed.data, complete: true } : salvage(input);
  const problems: Problem[] = [
    ...(parsed.success ? [] : schemaProblems(file, input, parsed.error)),
    ...ruleProblems(file, judged),
  ];
  if (!parsed.success || problems.length > 0) throw new ProcedureError(problems);
  return parsed.data;
}
