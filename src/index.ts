/** The package: the vocabulary that procedures are written in. */
export * from './dsl/index.ts';
export type { Procedure, ProcedureInput } from './model/procedure.ts';
export type { StepInput } from './model/step.ts';
export type { RequirementInput } from './model/requirement.ts';
