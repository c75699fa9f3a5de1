import type { Draft } from './change.ts';
import { conditions, weakerCheck } from './checks.ts';
import { commandsIn, without, type FoundCommand } from './commands.ts';
import { headOf } from './danger.ts';
import { limitsOf } from './read.ts';
import { weakerRequirements } from './requirements.ts';

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

function lostStep(draft: Draft): string[] {
  const { before, subject, stepKind } = draft;
  if (stepKind !== undefined && PROTECTS.has(stepKind)) return [`${stepKind} ${subject}`];
  if (!isOwnBash(draft)) return [];
  const check = new RegExp(
    `^${subject.replaceAll('-', '_')}__check\\(\\) [({]\\n([\\s\\S]*?)^[)}]$`,
    'm',
  );
  return conditions(check.exec(before)?.[1] ?? '').map(({ text }) => text);
}

/** Whether what the step says is the procedure's own bash, as far as that is known. */
function isOwnBash({ stepKind }: Draft): boolean {
  return stepKind === undefined || OWN_BASH.has(stepKind);
}

/** The lines of what kept a run from going wrong, and does not any more or does so less. */
export function removedGuards(draft: Draft): string[] {
  switch (draft.kind) {
    case 'preflight changed':
      return weakerRequirements(draft);
    case 'check changed':
      return weakerCheck(draft, isOwnBash(draft));
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
