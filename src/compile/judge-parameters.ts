import type { Parameter } from '../model/parameter.ts';
import { showFound, type Problem } from '../model/problem.ts';
import { isReference, referencesIn, type Reference } from '../model/value.ts';
import type { Judged } from './judge.ts';

/** The parameters that `thing`, a step or a requirement, refers to. */
export function parametersIn(thing: unknown): Reference[] {
  return referencesIn(thing).filter(({ reference }) => reference === 'parameter');
}

function declarationProblems(file: string, parameters: readonly Parameter[]): Problem[] {
  const seen = new Set<string>();
  return parameters.flatMap(({ name, type, choices, minimum, maximum }) => {
    const where = `${file}: parameter ${name}`;
    const problems: Problem[] = [];
    if (seen.has(name)) {
      problems.push({
        where,
        what: 'it is declared twice',
        mend: 'take one of the two out of `parameters`',
      });
    }
    seen.add(name);
    if (name.startsWith('sw-')) {
      problems.push({
        where,
        what: 'its name begins with sw-, as the names of the runtime do',
        mend: 'give it another name',
      });
    }
    if ((type === 'choice') !== (choices !== undefined)) {
      problems.push({
        where,
        what: type === 'choice' ? 'it has no `choices`' : '`choices` are for a choice alone',
        mend: 'declare it with parameter.choice, or without `choices`',
      });
    }
    if (type !== 'integer' && (minimum !== undefined || maximum !== undefined)) {
      problems.push({
        where,
        what: '`minimum` and `maximum` are for an integer alone',
        mend: 'declare it with parameter.integer, or without them',
      });
    }
    return problems;
  });
}

function useProblems(where: string, thing: unknown, declared: ReadonlyMap<string, Parameter>) {
  const names = new Set<string>();
  return parametersIn(thing).flatMap(({ name, type }): Problem[] => {
    if (names.has(name)) return [];
    names.add(name);
    const found = declared.get(name);
    if (found === undefined) {
      return [
        {
          where,
          what: `it uses parameter ${name}, which the procedure does not declare`,
          mend: 'add it to the `parameters` of the procedure',
        },
      ];
    }
    if (found.type === type) return [];
    return [
      {
        where,
        what: `it uses parameter ${name} as ${type}, which is declared as ${found.type}`,
        mend: 'use the parameter that is declared',
      },
    ];
  });
}

function whenProblems(file: string, { steps, parameters }: Judged): Problem[] {
  return steps.flatMap((step) => {
    if (step.kind === 'reboot' || step.when === undefined || isReference(step.when)) return [];
    const { parameter, is } = step.when;
    const choices = parameters.find(({ name }) => name === parameter.name)?.choices ?? [];
    if (choices.includes(is)) return [];
    return [
      {
        where: `${file}: step ${step.id}`,
        what: `\`when\` asks for ${showFound(is)}, which is no choice of parameter ${parameter.name}`,
        mend: `write one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`,
      },
    ];
  });
}

/** Parameters that are wrongly declared, unknown, or not used at all. */
export function referenceProblems(file: string, judged: Judged): Problem[] {
  const declared = new Map(judged.parameters.map((item) => [item.name, item]));
  const used = new Set(
    [...judged.steps, ...judged.requires].flatMap(parametersIn).map(({ name }) => name),
  );
  const unused = judged.parameters
    .filter(({ name }) => judged.complete && !used.has(name))
    .map(({ name }) => ({
      where: `${file}: parameter ${name}`,
      what: 'no step and no requirement uses it',
      mend: 'use it, or take it out of `parameters`',
    }));
  return [
    ...declarationProblems(file, judged.parameters),
    ...unused,
    ...judged.steps.flatMap((step) => useProblems(`${file}: step ${step.id}`, step, declared)),
    ...judged.requires.flatMap((item) =>
      useProblems(`${file}: requirement ${item.requires}`, item, declared),
    ),
    ...whenProblems(file, judged),
  ];
}
