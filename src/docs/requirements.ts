import type { Parameter } from '../model/parameter.ts';
import type { Requirement } from '../model/requirement.ts';
import { RULES } from '../model/rules.ts';
import { isReference } from '../model/value.ts';
import { code, joined, line, lineOf, type Line } from './blocks.ts';

/** `text` as the end of a sentence. */
export function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `text` with a capital first letter, unless its first word is a name of something. */
export function capital(text: string): string {
  return /^[a-z]+(?=[\s,.]|$)/.test(text) ? text.slice(0, 1).toUpperCase() + text.slice(1) : text;
}

/** What has to hold before the first change, in words. */
export function requirementLine(requirement: Requirement): Line {
  switch (requirement.requires) {
    case 'space': {
      const { path, mebibytes, purpose } = requirement;
      return line`${place(path)} has ${lineOf(mebibytes)} MiB free, for ${purpose}.`;
    }
    case 'lasting':
      return line`${place(requirement.path)} is not in a folder that a reboot empties, such as ${code('/tmp')} or ${code('/run')}.`;
    case 'packages-in-order':
      return line`No package is held, half-installed or unconfigured: ${code('apt-mark showhold')} and ${code('dpkg --audit')} say nothing.`;
    case 'no-pins':
      return line`No pin keeps packages back: see ${code('/etc/apt/preferences')} and ${code('/etc/apt/preferences.d')}.`;
    case 'known-sources':
      return line`Every source of packages is at ${joined(
        requirement.hosts.map((host) => [code(host)]),
        ' or ',
      )}, or is one that the procedure looks after.`;
    case 'known-suites':
      return line`Every source of the distribution's own names a suite of ${code(requirement.from)} or ${code(requirement.to)}.`;
    case 'reachable':
      return line`${place(requirement.url)} answers.`;
    case 'command':
      return line`The command ${place(requirement.command)} is there; package ${place(requirement.package)} has it.`;
    case 'unit':
      return line`systemd knows the unit ${place(requirement.unit)}.`;
    case 'clusters':
      return line`PostgreSQL has each of the clusters ${joined(
        isReference(requirement.clusters)
          ? [place(requirement.clusters)]
          : requirement.clusters.map(place),
      )}, of version ${joined(requirement.versions.map(place), ' or ')}.`;
    case 'shell':
      return line`It does not start when ${requirement.refusal}. Way out: ${ended(requirement.remedy)}`;
  }
}

/** A value that is a name, a path or an address, all of it as code. */
function place(value: Parameters<typeof lineOf>[0]): Line {
  const pieces = lineOf(value);
  return pieces.map((piece) => (typeof piece === 'string' ? code(piece) : piece));
}

/** What a value of `parameter` looks like. */
export function acceptedLine(parameter: Parameter): Line {
  const { type, choices = [], minimum, maximum } = parameter;
  if (type === 'choice') {
    return joined(
      choices.map((choice) => [code(choice)]),
      ' or ',
    );
  }
  if (type === 'boolean') return line`${code('yes')} or ${code('no')}`;
  if (type !== 'integer') return [RULES[type].is];
  const most = maximum === undefined ? '' : `, ${maximum} at most`;
  return [`a whole number, ${minimum ?? 'zero'} or more${most}`];
}
