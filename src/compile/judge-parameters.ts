import { showFound, type Problem } from '../model/problem.ts';
import { isReference, referencesIn, type Reference } from '../model/value.ts';
import { placeOf, type Judged, type ParameterOutline } from './judged.ts';

/** The parameters that `thing`, a step or a requirement, refers to. */
export function parametersIn(thing: unknown): Reference[] {
  return referencesIn(thing).filter(({ reference }) => reference === 'parameter');
}

function declarationProblems(file: string, parameters: readonly ParameterOutline[]): Problem[] {
  const seen = new Set<string>();
  return parameters.flatMap(({ name, type, choices, limited }) => {
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
    if (type === undefined) return problems;
    if ((type === 'choice') !== (choices !== undefined)) {
      problems.push({
        where,
        what: type === 'choice' ? 'it has no `choices`' : '`choices` are for a choice alone',
        mend: 'declare it with parameter.choice, or without `choices`',
      });
    }
    if (type !== 'integer' && limited) {
      problems.push({
        where,
        what: '`minimum` and `maximum` are for an integer alone',
        mend: 'declare it with parameter.integer, or without them',
      });
    }
    return problems;
  });
}

type Wrong = Pick<Problem, 'what' | 'mend'>;

function wrongUses(thing: unknown, { parameters, allNamed }: Judged): Wrong[] {
  const names = new Set<string>();
  return parametersIn(thing).flatMap(({ name, type }): Wrong[] => {
    if (names.has(name)) return [];
    names.add(name);
    const found = parameters.find((each) => each.name === name);
    if (found === undefined) {
      // It may be the one whose name is wrong.
      if (!allNamed) return [];
      return [
        {
          what: `it uses parameter ${name}, which the procedure does not declare`,
          mend: 'add it to the `parameters` of the procedure',
        },
      ];
    }
    if (found.type === undefined || found.type === type) return [];
    return [
      {
        what: `it uses parameter ${name} as ${type}, which is declared as ${found.type}`,
        mend: 'use the parameter that is declared',
      },
    ];
  });
}

function useProblems(file: string, judged: Judged): Problem[] {
  return [
    ...judged.steps.flatMap((step) =>
      wrongUses(step, judged).map((wrong) => ({ ...placeOf(file, step, judged), ...wrong })),
    ),
    ...judged.requires.flatMap((item) =>
      wrongUses(item, judged).map((wrong) => ({
        where: `${file}: requirement ${item.requires}`,
        ...wrong,
      })),
    ),
  ];
}

function whenProblems(file: string, judged: Judged): Problem[] {
  return judged.steps.flatMap((step) => {
    if (step.kind === 'reboot' || step.when === undefined || isReference(step.when)) return [];
    const { parameter, is } = step.when;
    const choices = judged.parameters.find(({ name }) => name === parameter.name)?.choices ?? [];
    // None: that is told of the parameter.
    if (choices.length === 0 || choices.includes(is)) return [];
    return [
      {
        ...placeOf(file, step, judged),
        what: `\`when\` asks for ${showFound(is)}, which is no choice of parameter ${parameter.name}`,
        mend: `write one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`,
      },
    ];
  });
}

/** Parameters that are wrongly declared, unknown, or not used at all. */
export function referenceProblems(file: string, judged: Judged): Problem[] {
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
    ...useProblems(file, judged),
    ...whenProblems(file, judged),
  ];
}
