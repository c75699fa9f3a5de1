import type { Problem } from '../model/problem.ts';
import { carriedProblems } from './judge-carried.ts';
import { fights } from './judge-fights.ts';
import { fragmentProblems } from './judge-fragments.ts';
import { variableProblems } from './judge-names.ts';
import { furtherProblems, orderProblems, partProblems } from './judge-order.ts';
import { referenceProblems } from './judge-parameters.ts';
import { placeOf, type Judged } from './judged.ts';

function duplicates(file: string, { outline }: Judged): Problem[] {
  const seen = new Set<string>();
  return outline.flatMap(({ id }, step) => {
    if (id === undefined || !seen.has(id)) {
      seen.add(id ?? '');
      return [];
    }
    return [
      {
        where: `${file}: step ${id}`,
        step,
        what: 'its id is that of an earlier step',
        mend: 'give it an id of its own: the state that holds when it is done',
      },
    ];
  });
}

function checkProblems(file: string, judged: Judged): Problem[] {
  return judged.steps.flatMap((step) => {
    if (step.kind !== 'shell') return [];
    if (step.check === undefined && step.once === undefined) {
      return [
        {
          ...placeOf(file, step, judged),
          what: 'it changes something and has neither `check` nor `once`',
          mend: 'write a `check` that looks at the system; where looking cannot tell, `once: true`',
        },
      ];
    }
    if (step.check !== undefined && step.once !== undefined) {
      return [
        {
          ...placeOf(file, step, judged),
          what: 'it has both `check` and `once`',
          mend: 'keep `check` alone: it looks at the system, `once` only at the journal',
        },
      ];
    }
    return [];
  });
}

/** What is wrong with a procedure beyond the form of each of its pieces. */
export function ruleProblems(file: string, judged: Judged): Problem[] {
  return [
    ...duplicates(file, judged),
    ...checkProblems(file, judged),
    ...fragmentProblems(file, judged),
    ...referenceProblems(file, judged),
    ...variableProblems(file, judged),
    ...carriedProblems(file, judged),
    ...fights(file, judged),
    ...orderProblems(file, judged),
    ...partProblems(file, judged),
    ...furtherProblems(file, judged),
  ];
}
