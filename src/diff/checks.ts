import { commandsIn, without, type FoundCommand } from './commands.ts';
import { headOf } from './danger.ts';

/** A text, as it was and as it is. */
interface Texts {
  readonly before: string;
  readonly after: string;
}

/** The commands and conditions of `text`, but what only assigns. */
export function conditions(text: string): FoundCommand[] {
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

/**
 * Conditions of a check that are gone or ask for less, and what lets it pass more easily. `own`: its bash
 * is the procedure's own.
 */
export function weakerCheck({ before, after }: Texts, own: boolean): string[] {
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
