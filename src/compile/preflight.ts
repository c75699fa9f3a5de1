import { command, define, defineSubshell } from '../bash/build.ts';
import type { Command, Node } from '../bash/nodes.ts';
import type { Procedure } from '../model/procedure.ts';
import type { Requirement } from '../model/requirement.ts';
import { isReference } from '../model/value.ts';
import { enclosed } from './kinds/shell.ts';
import { lower } from './lower.ts';
import { call, listWords } from './lowered.ts';
import { askedBy, type Part } from './parts.ts';

/** `old`: the release that the machine is upgraded from; empty where it stays what it is. */
function requirementCall(requirement: Requirement, index: number, old: string): Node {
  switch (requirement.requires) {
    case 'space':
      return call('require_space', requirement.path, requirement.mebibytes, requirement.purpose);
    case 'lasting': {
      const { path } = requirement;
      const parameter = isReference(path) ? [path.name] : [];
      return call('require_lasting', path, ...parameter);
    }
    case 'packages-in-order':
      return command('require_packages_in_order', old);
    case 'no-pins':
      return command('require_no_pins');
    case 'known-sources':
      return command('require_known_sources', ...requirement.hosts);
    case 'known-suites':
      return command('require_known_suites', requirement.from, requirement.to);
    case 'reachable':
      return call('require_reachable', requirement.url);
    case 'command':
      return call('require_command', requirement.command, requirement.package);
    case 'unit':
      return call('require_unit', requirement.unit);
    case 'clusters': {
      const { clusters, versions } = requirement;
      return call('require_clusters', ...listWords(clusters), '--', ...versions);
    }
    case 'shell': {
      const { refusal, remedy, found, always } = requirement;
      const options = [
        ...(always ? ['always'] : []),
        ...(found === undefined ? [] : [`found=${found}`]),
      ];
      return command('require_true', requirementName(index), refusal, remedy, ...options);
    }
  }
}

function requirementName(index: number): string {
  return `requirement_${index + 1}__holds`;
}

/** The functions that requirements of the procedure's own are asked through. */
export function requirementFunctions(procedure: Procedure, part: Part): Node[] {
  return askedBy(procedure, part).requires.flatMap((item, index) => {
    if (item.requires !== 'shell') return [];
    const { body, ownShell } = enclosed(item.values, item.check);
    return [(ownShell ? defineSubshell : define)(requirementName(index), body)];
  });
}

/** The releases that a part may find: the one it begins on, and the one it leads to. */
function releasesOf({ from, to }: Procedure, { steps, after }: Part): string[] {
  const last = steps.at(-1);
  const begins =
    after === undefined ? [from.release, from.name] : [after.release, after.releaseName];
  const ends = last?.kind === 'reboot' ? [last.release, last.releaseName] : [to.release, to.name];
  return begins[0] === ends[0] ? begins : [...begins, ...ends];
}

/** A part that goes on to another release installs a newer kernel itself, and may be cut off then. */
function kernelRule({ after, steps }: Part): Command[] {
  if (after?.kernel === undefined) return [];
  if (after.kernel !== 'newest') return [command('require_kernel', after.kernel)];
  const goesOn = steps.find(({ kind }) => kind === 'apt.suites');
  return [
    goesOn === undefined
      ? command('require_newest_kernel')
      : command('require_newest_kernel_before', goesOn.id),
  ];
}

/** apt of Debian 9 has no https by itself; what a parameter says is known when the script runs. */
function httpsRule({ steps }: Part): Command[] {
  const urls = steps.flatMap((step) => (step.kind === 'apt.repository' ? [step.url] : []));
  const maybe = urls.filter((url) => typeof url !== 'string' || url.startsWith('https:'));
  return maybe.length === 0 ? [] : [call('require_apt_https', ...maybe)];
}

/** What has to hold before the part may begin. */
export function preflight(procedure: Procedure, part: Part): Node {
  const { architecture } = procedure;
  const { requires, until } = askedBy(procedure, part);
  const releases = releasesOf(procedure, part);
  const release = command('require_release', ...releases);
  // Name and codename of one, and of the other.
  const old = releases.length > 2 ? (releases[0] ?? '') : '';
  const programs = new Set(part.steps.flatMap((step) => lower(step).programs));
  return define('preflight', [
    release,
    ...(architecture === 'all' ? [] : [command('require_architecture', architecture)]),
    ...kernelRule(part),
    ...httpsRule(part),
    ...(programs.size === 0 ? [] : [command('require_commands', ...[...programs].toSorted())]),
    ...(until === undefined ? [] : [command('asks_until_begun', until)]),
    ...requires.map((item, index) => requirementCall(item, index, old)),
  ]);
}
