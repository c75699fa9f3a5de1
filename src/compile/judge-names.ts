import type { Problem } from '../model/problem.ts';
import type { Judged } from './judged.ts';
import { listName, variableName } from './names.ts';

/** A thing that has a bash variable, as a reader knows it. */
interface Named {
  readonly what: string;
  readonly variable: string;
}

function namedIn({ parameters, outline }: Judged): Named[] {
  const carried = new Set(
    outline.flatMap(({ learns }) => learns.filter((name) => name !== undefined)),
  );
  return [
    ...parameters.flatMap(({ name, type }) => {
      const what = `parameter ${name}`;
      const own = { what, variable: variableName(name) };
      return type === 'identifiers' ? [own, { what, variable: listName(name) }] : [own];
    }),
    ...[...carried].map((name) => ({
      what: `carried value ${name}`,
      variable: variableName(name),
    })),
  ];
}

/** Parameters and carried values that would share a variable of the script. */
export function variableProblems(file: string, judged: Judged): Problem[] {
  const owners = new Map<string, string>();
  return namedIn(judged).flatMap(({ what, variable }): Problem[] => {
    const owner = owners.get(variable);
    if (owner === undefined) owners.set(variable, what);
    if (owner === undefined || owner === what) return [];
    return [
      {
        where: `${file}: ${what}`,
        what: `the script would keep it in $${variable}, where ${owner} is`,
        mend: 'give one of the two another name',
      },
    ];
  });
}
