import { ProcedureError, showFound, type Problem } from '../model/problem.ts';
import type { HostModel, StartState } from '../simulate/define.ts';
import { placeOfThrown, saidBy } from './thrown.ts';
import { UserError } from './ui.ts';

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const STATE = "write `healthy: { title: 'a server', make: (world) => … }`";

function stateProblems(file: string, name: string, state: unknown): Problem[] {
  const where = `${file}: start state ${name}`;
  if (!isObject(state)) return [{ where, what: `it is ${showFound(state)}`, mend: STATE }];
  const { title, make } = state;
  const right = typeof title === 'string' && title !== '';
  return [
    ...(right
      ? []
      : [
          {
            where,
            what: `\`title\` must be text, got ${showFound(title)}`,
            mend: 'say in a few words what server it is',
          },
        ]),
    ...(typeof make === 'function'
      ? []
      : [
          {
            where,
            what: `\`make\` must be a function, got ${showFound(make)}`,
            mend: "write `make: (world) => powerOn(installServer(world, 'bookworm'))`",
          },
        ]),
  ];
}

function callbackProblems(file: string, model: Fields): Problem[] {
  return ['target', 'precious'].flatMap((name) => {
    const found = model[name];
    if (found === undefined || typeof found === 'function') return [];
    const what = `\`${name}\` must be a function, got ${showFound(found)}`;
    return [{ where: file, what, mend: `write \`${name}: ({ state, files }) => []\`` }];
  });
}

/** What keeps `model`, the default export of `file`, from being one. */
export function modelProblems(file: string, model: unknown): Problem[] {
  if (!isObject(model) || model['states'] === undefined) {
    const mend = 'write `export default defineHost({ … })`';
    return [{ where: file, what: 'its default export is no model', mend }];
  }
  const { states, world } = model;
  const problems = callbackProblems(file, model);
  if (!isObject(world)) {
    const what = `\`world\` must be a world, got ${showFound(world)}`;
    problems.push({
      where: file,
      what,
      mend: "write `world: makeWorld({ releases: ['bookworm'] })`",
    });
  }
  if (!isObject(states)) {
    const what = `\`states\` must have the start states by name, got ${showFound(states)}`;
    return [...problems, { where: file, what, mend: STATE }];
  }
  const named = Object.entries(states);
  if (named.length === 0) {
    problems.push({ where: file, what: '`states` is empty: nothing would be tried', mend: STATE });
  }
  return [...problems, ...named.flatMap(([name, state]) => stateProblems(file, name, state))];
}

function told(where: string, error: unknown): unknown {
  // These say where and how to mend it; what the proofs add to them counts.
  if (error instanceof ProcedureError || error instanceof UserError) return error;
  const place = placeOfThrown(error);
  return new UserError(
    `${where}: ${saidBy(error)}\n  mend that${place === undefined ? ' in it' : `: ${place}`}`,
  );
}

/** `call`, an error of which is told as one of `where`. */
function telling<A extends unknown[], R>(
  where: string,
  call: (...args: A) => R,
): (...args: A) => R {
  return (...args) => {
    try {
      const made = call(...args);
      if (!(made instanceof Promise)) return made;
      return made.catch((error: unknown) => {
        throw told(where, error);
      }) as R;
    } catch (error) {
      throw told(where, error);
    }
  };
}

/** `model`, of `file`, with the mistakes that its functions throw told as such. */
export function withToldErrors(file: string, model: HostModel): HostModel {
  const { target, precious } = model;
  const states = Object.entries(model.states).map(([name, state]): [string, StartState] => [
    name,
    { ...state, make: telling(`${file}: start state ${name}: make`, state.make) },
  ]);
  return {
    ...model,
    states: Object.fromEntries(states),
    ...(target === undefined ? {} : { target: telling(`${file}: target`, target) }),
    ...(precious === undefined ? {} : { precious: telling(`${file}: precious`, precious) }),
  };
}
