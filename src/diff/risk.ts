import { SHIPPED, type Draft, type Risk, type RiskName } from './change.ts';
import { commandsIn, without, type FoundCommand } from './commands.ts';
import { actingWords, addsSource, changes, deletes, fetchesBlindly, headOf } from './danger.ts';
import { removedGuards } from './guards.ts';

/** A function of a step, in all that a script says of it. */
function functionIn({ after, subject }: Draft, which: string): string {
  const name = `${subject.replaceAll('-', '_')}__${which}`;
  return new RegExp(`^${name}\\(\\) [({]\\n[\\s\\S]*?^[)}]$`, 'm').exec(after)?.[0] ?? '';
}

/** The text that runs, before and after; what only reads is not among it. */
function running(draft: Draft): readonly [string, string] {
  switch (draft.kind) {
    case 'apply changed':
    case 'main changed':
    case 'frame changed':
    case 'runtime changed':
      return [draft.before, draft.after];
    case 'step added':
      return ['', functionIn(draft, 'apply')];
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

/** The text that only reads, before and after: nothing in it may take anything away. */
function reading(draft: Draft): readonly [string, string] {
  switch (draft.kind) {
    case 'check changed':
    case 'plan changed':
    case 'preflight changed':
      return [draft.before, draft.after];
    case 'step added':
      return ['', `${functionIn(draft, 'check')}\n${functionIn(draft, 'plan')}`];
    default:
      return ['', ''];
  }
}

/** The commands that are new in a text, and those that are gone. */
function turnover([before, after]: readonly [string, string]): Record<
  'come' | 'gone',
  FoundCommand[]
> {
  const [old, now] = [commandsIn(before), commandsIn(after)];
  return { come: without(now, old).filter(changes), gone: without(old, now) };
}

function widerDeletions({ come, gone }: Record<'come' | 'gone', FoundCommand[]>): Risk[] {
  const wider = come.filter((each) => deletes(each) && !deletesLess(each, gone));
  return found('wider deletion', wider);
}

/** What of a change a reviewer should look at twice; by its text and the kind of its step alone. */
export function risksOf(draft: Draft): Risk[] {
  if (draft.note === SHIPPED) return [];
  const run = running(draft);
  const turned = turnover(run);
  const isOurs = draft.kind === 'runtime changed';
  return [
    ...found('new changing command', isOurs ? [] : turned.come.filter(({ within }) => !within)),
    ...widerDeletions(turned),
    ...widerDeletions(turnover(reading(draft))),
    ...found('new package source', turned.come.filter(addsSource)),
    ...found(
      'new download without hash',
      isCompared(run[1]) ? [] : turned.come.filter(fetchesBlindly),
    ),
    ...removedGuards(draft).map((line): Risk => ({ risk: 'removed guard', line })),
  ];
}
