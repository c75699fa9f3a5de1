import { SHIPPED, type Draft, type Risk, type RiskName } from './change.ts';
import { commandsIn, without, type FoundCommand } from './commands.ts';
import { actingWords, addsSource, changes, deletes, fetchesBlindly, headOf } from './danger.ts';
import { removedGuards } from './guards.ts';

/** The body of `apply` in all that a script says of a step. */
function applyIn({ after, subject }: Draft): string {
  const name = subject.replaceAll('-', '_');
  return new RegExp(`^${name}__apply\\(\\) [({]\\n[\\s\\S]*?^[)}]$`, 'm').exec(after)?.[0] ?? '';
}

/** The text that runs, before and after; the checks and plans of steps only read. */
function running(draft: Draft): readonly [string, string] {
  switch (draft.kind) {
    case 'apply changed':
    case 'main changed':
    case 'frame changed':
    case 'runtime changed':
      return [draft.before, draft.after];
    case 'step added':
      return ['', applyIn(draft)];
    default:
      return ['', ''];
  }
}

function options(words: readonly string[]): string {
  const end = words.indexOf('--');
  return (end < 0 ? words.filter((word) => word.startsWith('-')) : words.slice(0, end)).join(' ');
}

/** Whether `now` takes away nothing that one of `old` did not: fewer things, with the same options. */
function deletesLess(now: FoundCommand, old: readonly FoundCommand[]): boolean {
  const words = actingWords(now);
  if (headOf(now).startsWith('purge_')) return false;
  return old
    .map(actingWords)
    .some(
      (before) =>
        before[0] === words[0] &&
        options(before) === options(words) &&
        words.every((word) => before.includes(word)),
    );
}

function found(risk: RiskName, commands: readonly FoundCommand[]): Risk[] {
  return commands.map(({ text }) => ({ risk, line: text.split('\n')[0] ?? '' }));
}

/** A download that the text around it compares with a digest is none that is taken blindly. */
function isCompared(text: string): boolean {
  return commandsIn(text).some(
    (each) => /^sha(?:256|384|512)sum$/.test(headOf(each)) && /--check|-c\b/.test(each.text),
  );
}

/** What of a change a reviewer should look at twice; by its text and the kind of its step alone. */
export function risksOf(draft: Draft): Risk[] {
  const [before, after] = running(draft);
  const [old, now] = [commandsIn(before), commandsIn(after)];
  const [come, gone] = [without(now, old), without(old, now)];
  const changing = come.filter(changes);
  if (draft.note === SHIPPED) return [];
  const isOurs = draft.kind === 'runtime changed';
  return [
    ...found('new changing command', isOurs ? [] : changing.filter(({ within }) => !within)),
    ...found(
      'wider deletion',
      changing.filter((each) => deletes(each) && !deletesLess(each, gone)),
    ),
    ...found('new package source', changing.filter(addsSource)),
    ...found('new download without hash', isCompared(after) ? [] : changing.filter(fetchesBlindly)),
    ...removedGuards(draft).map((line): Risk => ({ risk: 'removed guard', line })),
  ];
}
