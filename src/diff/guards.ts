import type { Draft } from './change.ts';
import { commandsIn, without, type FoundCommand } from './commands.ts';
import { headOf } from './danger.ts';
import { limitsOf } from './read.ts';

/** Kinds of steps whose bash is the procedure's own: nothing is known of what its words mean. */
const OWN_BASH = new Set(['shell', 'learn', 'program.ran']);

/** Kinds of steps that others rely on: what they save, or prove. */
const PROTECTS = new Set([
  'system.saved',
  'system.verified',
  'postgres.dump',
  'postgres.dumps',
  'postgres.answering',
  'containers.inventoried',
  'containers.saved',
]);

/** Requirements that allow what they name: more words allow more. */
const ALLOWS = new Set(['require_release', 'require_known_sources']);

/** Requirements that follow from the steps: these tell what changed, and are told of themselves. */
const OF_STEPS = new Set(['require_commands', 'require_apt_https']);

function isNumber(word: string): boolean {
  return /^\d+$/.test(word);
}

function holds(more: readonly string[], less: readonly string[]): boolean {
  return less.every((word) => more.includes(word));
}

/** The words before `--`, and those after it. */
function halves({ words }: FoundCommand): [string[], string[]] {
  const at = words.indexOf('--');
  return at < 0 ? [[...words], []] : [words.slice(0, at), words.slice(at + 1)];
}

/** Whether all clusters that `old` names have to be there, in none but its versions. */
function asksForClusters(old: FoundCommand, now: FoundCommand): boolean {
  const [[oldNames, oldVersions], [names, versions]] = [halves(old), halves(now)];
  return holds(names, oldNames) && holds(oldVersions, versions);
}

/** Whether requirement `now` refuses all that `old` did. */
function asStrict(old: FoundCommand, now: FoundCommand): boolean {
  if (old.words[0] !== now.words[0]) return false;
  if (old.words[0] === 'require_clusters') return asksForClusters(old, now);
  const [less, more] = ALLOWS.has(old.words[0] ?? '') ? [now, old] : [old, now];
  if (old.words[0] !== 'require_space') return holds(more.words, less.words);
  return (
    old.words[1] === now.words[1] &&
    isNumber(now.words[2] ?? '') &&
    Number(now.words[2]) >= Number(old.words[2])
  );
}

/** Lines of the preflight that refuse less than they did. */
function weakerRequirements({ before, after }: Draft): string[] {
  const [old, now] = [commandsIn(before), commandsIn(after)];
  return without(old, now)
    .filter(({ words, within }) => !within && words.length > 0 && !OF_STEPS.has(words[0] ?? ''))
    .filter((each) => !now.some((other) => asStrict(each, other)))
    .map(({ text }) => text);
}

function conditions(text: string): FoundCommand[] {
  return commandsIn(text).filter(({ words }) => words.length > 0);
}

function ors(text: string): number {
  return text.match(/\|\|/g)?.length ?? 0;
}

/** Whether check `now` asks for no less than `old`: the same question, or one with more words. */
function asksAsMuch(old: FoundCommand, now: FoundCommand, own: boolean): boolean {
  if (headOf(old) !== headOf(now)) return false;
  if (own) return old.words.every((word) => now.words.includes(word));
  return now.words.length >= old.words.length;
}

/** Conditions of a check that are gone or ask for less, and what lets it pass more easily. */
function weakerCheck({ before, after, stepKind }: Draft): string[] {
  const own = stepKind === undefined || OWN_BASH.has(stepKind);
  const [old, now] = [conditions(before), conditions(after)];
  const [gone, come] = [without(old, now), without(now, old)];
  const weaker = gone.filter((each) => !come.some((other) => asksAsMuch(each, other, own)));
  if (weaker.length > 0) return weaker.map(({ text }) => text);
  const easier = come.filter(({ words }) => /^(?:true|:)$/.test(words[0] ?? ''));
  if (easier.length > 0) return easier.map(({ text }) => text);
  if (own && (ors(after) > ors(before) || (gone.length === 0 && come.length === 0))) {
    return changedLines(before, after);
  }
  return [];
}

function changedLines(before: string, after: string): string[] {
  const known = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => !known.has(line) && !/^\s*#/.test(line))
    .map((line) => line.trim());
}

const GUARDS = /^(?:test|\[|\[\[|\(\(|keep_packages|require_\w+|sha256sum|sha512sum|gpg)$/;
const DIGEST = /^[0-9a-fA-F]{40,128}$/;

function digests({ words }: FoundCommand): number {
  return words.filter((word) => DIGEST.test(word)).length;
}

/** Guards within `apply`: tests, packages to keep, digests, and keys that a source must have. */
function weakerApply({ before, after }: Draft): string[] {
  const [old, now] = [commandsIn(before), commandsIn(after)];
  const [gone, come] = [without(old, now), without(now, old)];
  return gone
    .filter((each) => {
      const heirs = come.filter((other) => headOf(other) === headOf(each));
      if (GUARDS.test(headOf(each))) {
        return !heirs.some((heir) => each.words.every((word) => heir.words.includes(word)));
      }
      const keeps = each.words.includes('--keep');
      if (digests(each) === 0 && !keeps) return false;
      return !heirs.some(
        (heir) =>
          digests(heir) >= digests(each) &&
          (!keeps || keptWords(each).every((word) => keptWords(heir).includes(word))),
      );
    })
    .map(({ text }) => text);
}

/** What follows `--keep`, up to the next option. */
function keptWords({ words }: FoundCommand): string[] {
  const after = words.slice(words.indexOf('--keep') + 1);
  const end = after.findIndex((word) => word.startsWith('--'));
  return words.includes('--keep') ? after.slice(0, end < 0 ? undefined : end) : [];
}

/** The options on a step's line of the plan, each id that it needs by itself. */
function optionsOf(line: string): string[] {
  return (commandsIn(line)[0]?.words.slice(3) ?? []).flatMap((word) =>
    word.startsWith('needs=')
      ? word
          .slice('needs='.length)
          .split(',')
          .map((id) => `needs=${id}`)
      : [word],
  );
}

/** Options of a step that are gone: what it needs, until when it counts, when it is wanted. */
function lostOptions({ before, after }: Draft): string[] {
  const now = new Set(optionsOf(after));
  return optionsOf(before).filter(
    (word) => /^(?:needs|until|until-begun|when|is)=/.test(word) && !now.has(word),
  );
}

function bound(word: string | undefined, none: number): number {
  return word === undefined || word === '-' ? none : Number(word);
}

/** Whether a parameter takes more than it did. */
function takesMore({ before, after }: Draft): string[] {
  const [[type, ...limits], [newType, ...newLimits]] = [limitsOf(before), limitsOf(after)];
  const line = `${type ?? ''} ${limits.join(' ')}`.trim();
  if (type !== newType) return [line];
  if (limits.length === 0) return [];
  if (newLimits.length === 0) return [line];
  if (type === 'choice') {
    return newLimits.some((choice) => !limits.includes(choice)) ? [line] : [];
  }
  const lower = bound(newLimits[0], -Infinity) < bound(limits[0], -Infinity);
  const higher = bound(newLimits[1], Infinity) > bound(limits[1], Infinity);
  return lower || higher ? [line] : [];
}

function lostStep({ before, subject, stepKind }: Draft): string[] {
  if (stepKind !== undefined && PROTECTS.has(stepKind)) return [`${stepKind} ${subject}`];
  if (stepKind !== undefined && !OWN_BASH.has(stepKind)) return [];
  const check = new RegExp(
    `^${subject.replaceAll('-', '_')}__check\\(\\) [({]\\n([\\s\\S]*?)^[)}]$`,
    'm',
  );
  return conditions(check.exec(before)?.[1] ?? '').map(({ text }) => text);
}

/** The lines of what kept a run from going wrong, and does not any more or does so less. */
export function removedGuards(draft: Draft): string[] {
  switch (draft.kind) {
    case 'preflight changed':
      return weakerRequirements(draft);
    case 'check changed':
      return weakerCheck(draft);
    case 'apply changed':
      return weakerApply(draft);
    case 'options changed':
      return lostOptions(draft);
    case 'parameter changed':
      return takesMore(draft);
    case 'step removed':
      return lostStep(draft);
    case 'step moved':
      return PROTECTS.has(draft.stepKind ?? '') ? [`${draft.stepKind} ${draft.subject}`] : [];
    case 'step renamed':
      // The journal knows a step that runs once by its name alone.
      return / once(?: |$)/m.test(draft.before) ? [draft.before.split('\n')[0] ?? ''] : [];
    default:
      return [];
  }
}
