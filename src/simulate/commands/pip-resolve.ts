import type { CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { isPresent } from '../debian/known.ts';
import { compareVersions, satisfies } from '../debian/version.ts';
import type { PythonRelease } from '../world.ts';

/** An interpreter with its distributions; a virtual environment has its own. */
export interface Interpreter {
  readonly call: CommandCall;
  /** `3.7`. */
  readonly version: string;
  /** Where its distributions are kept in the state: the version, or the path of an environment. */
  readonly place: string;
  /** Where it puts commands. */
  readonly bin: string;
}

/** A distribution's name as pip compares it. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** The distributions of an interpreter, by canonical name. */
export function distributions({ call, place }: Interpreter): Record<string, string> {
  const { python } = call.host.state;
  return (python[place] ??= {});
}

/** From now on this one is there, and not whole. */
export function begin({ call, place }: Interpreter, name: string, version: string): void {
  const { python, halfPython } = call.host.state;
  (python[place] ??= {})[name] = version;
  halfPython[place] = [...new Set([...(halfPython[place] ?? []), name])];
}

/** It is whole. */
export function end({ call, place }: Interpreter, name: string): void {
  const { halfPython } = call.host.state;
  const left = (halfPython[place] ?? []).filter((other) => other !== name);
  if (left.length > 0) halfPython[place] = left;
  else delete halfPython[place];
}

function runsOn(release: PythonRelease, version: string): boolean {
  return (release.requires ?? '')
    .split(',')
    .filter(Boolean)
    .every((condition) => {
      const [, relation = '', wanted = ''] = /^\s*(>=|<=|==|>|<|!=)\s*(.*)$/.exec(condition) ?? [];
      if (relation === '!=') return !version.startsWith(wanted.replace('.*', ''));
      return satisfies(version, { '>': '>>', '<': '<<', '==': '=' }[relation] ?? relation, wanted);
    });
}

/** `app==5`, taken apart. */
export interface Requirement {
  readonly name: string;
  readonly conditions: readonly string[];
}

/** @throws Refusal for what is no requirement. */
export function requirementOf(text: string): Requirement {
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*((?:(?:===?|>=|<=|~=|!=|>|<)[^,;]+,?)*)$/.exec(
    text.trim(),
  );
  if (match === null) throw new Refusal(1, `Invalid requirement: '${text}'`);
  return {
    name: canonicalName(match[1] ?? ''),
    conditions: (match[2] ?? '').split(',').filter(Boolean),
  };
}

function meets({ conditions }: Requirement, version: string): boolean {
  return conditions.every((condition) =>
    runsOn({ version: '', requires: condition.replace('===', '==') }, version),
  );
}

/** The newest release that fits the interpreter and the requirement. @throws Refusal when none does. */
export function choose({ call, version }: Interpreter, requirement: Requirement): PythonRelease {
  const { host } = call;
  const online = !host.state.offline.some((prefix) => 'https://pypi.org/'.startsWith(prefix));
  const releases = online ? (host.world.python[requirement.name] ?? []) : [];
  const fitting = releases.filter(
    (release) => runsOn(release, version) && meets(requirement, release.version),
  );
  const [newest] = fitting.toSorted((a, b) => compareVersions(b.version, a.version));
  if (newest === undefined) {
    const asked = `${requirement.name}${requirement.conditions.join(',')}`;
    throw new Refusal(
      1,
      `  Could not find a version that satisfies the requirement ${asked} (from versions: ${releases.map((release) => release.version).join(', ')})\nNo matching distribution found for ${asked}`,
    );
  }
  return newest;
}

/** A release that is to be installed. */
export interface Chosen {
  readonly name: string;
  readonly release: PythonRelease;
}

/** What an installation brings, dependencies first. */
export function resolve(
  interpreter: Interpreter,
  wanted: readonly Requirement[],
  fresh: (name: string) => boolean,
): Chosen[] {
  const found = distributions(interpreter);
  const chosen = new Map<string, Chosen>();
  const visit = (requirement: Requirement): void => {
    const present = found[requirement.name];
    if (chosen.has(requirement.name)) return;
    if (present !== undefined && meets(requirement, present) && !fresh(requirement.name)) {
      interpreter.call.out(`Requirement already satisfied: ${requirement.name} (${present})\n`);
      return;
    }
    const release = choose(interpreter, requirement);
    for (const depend of release.depends ?? []) visit(requirementOf(depend));
    chosen.set(requirement.name, { name: requirement.name, release });
  };
  for (const requirement of wanted) visit(requirement);
  return [...chosen.values()];
}

/** @throws Refusal when what one of them is built with is not there. */
export function demandBuildable({ call }: Interpreter, chosen: readonly Chosen[]): void {
  for (const { name, release } of chosen) {
    const missing = (release.needs ?? []).filter(
      (needed) => !isPresent(call.host.state.packages[needed]),
    );
    if (missing.length > 0)
      throw new Refusal(
        1,
        `Failed building wheel for ${name}\n  fatal error: a header of ${missing.join(', ')}: No such file or directory`,
      );
  }
}
