import { parseScript } from '../bash/tree.ts';
import type { Draft } from './change.ts';
import { weakerCheck } from './checks.ts';
import { commandsIn, without, type FoundCommand } from './commands.ts';
import { OWN_REQUIREMENT } from './read.ts';

/** Requirements that allow what they name: more words allow more. */
const ALLOWS = new Set(['require_release', 'require_known_sources']);

/** Requirements that follow from the steps: these tell what changed, and are told of themselves. */
const OF_STEPS = new Set(['require_commands', 'require_apt_https']);

/** A line of the preflight, and the function that it asks where it is the procedure's own. */
interface Asked {
  readonly line: FoundCommand;
  readonly body: string;
  /** Both. */
  readonly text: string;
}

/** What `preflight` asks: requirements that the package knows, and own ones. */
function askedIn(preflight: string): Record<'known' | 'own', Asked[]> {
  const asked: Asked[] = [];
  for (const { command } of parseScript(preflight).commands) {
    const text = preflight.slice(command.pos, command.end);
    const last = asked.at(-1);
    const [line] = commandsIn(text);
    if (command.type !== 'Function') {
      if (line !== undefined) asked.push({ line, body: '', text });
    } else if (command.name.text === OWN_REQUIREMENT && last !== undefined) {
      asked.splice(-1, 1, { ...last, body: text, text: `${last.text}\n${text}` });
    }
  }
  return {
    known: asked.filter(({ body }) => body === ''),
    own: asked.filter(({ body }) => body !== ''),
  };
}

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

/** Lines, but those of own requirements, that refuse less than they did. */
function weakerLines(old: readonly Asked[], now: readonly Asked[]): string[] {
  const lines = now.map(({ line }) => line);
  return without(old, now)
    .map(({ line }) => line)
    .filter(({ words }) => words.length > 0 && !OF_STEPS.has(words[0] ?? ''))
    .filter((each) => !lines.some((other) => asStrict(each, other)))
    .map(({ text }) => text);
}

/** What an own requirement has behind its refusal and its remedy. */
function optionsOf({ line }: Asked): string[] {
  return line.words.slice(4);
}

/** Own requirements that are gone, and of those that others have taken the place of, what is gone. */
function weakerOwn(old: readonly Asked[], now: readonly Asked[]): string[] {
  const free = without(now, old);
  const take = (is: (other: Asked) => boolean): Asked | undefined => {
    const at = free.findIndex(is);
    return at < 0 ? undefined : free.splice(at, 1)[0];
  };
  return without(old, now).flatMap((each) => {
    const reworded = take(({ body }) => body === each.body);
    if (reworded !== undefined) {
      return holds(optionsOf(reworded), optionsOf(each)) ? [] : [each.line.text];
    }
    const heir = take(({ line }) => line.text === each.line.text);
    return heir === undefined
      ? [each.line.text]
      : weakerCheck({ before: each.body, after: heir.body }, true);
  });
}

/** Requirements of the preflight that refuse less than they did, wherever they stand. */
export function weakerRequirements({ before, after }: Draft): string[] {
  const [old, now] = [askedIn(before), askedIn(after)];
  return [...weakerLines(old.known, now.known), ...weakerOwn(old.own, now.own)];
}
