import type { Command, SyntaxNode } from 'unbash';
import { parseScript, positionAt, walk, type Position } from './tree.ts';

/** A command that stops reading its pipe before the pipe's end, and what reads all of it. */
export interface EarlyEnd extends Position {
  readonly text: string;
  /** What to write in its place. */
  readonly instead: string;
}

/** To /dev/null, grep reads a pipe to its end since 2.27, which Debian 9 has. */
const REDIRECTED = 'the same without it, and >/dev/null: that reads all of its input';

/** The letters of the short options, and the long options, before the first operand. */
function optionsOf(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  const options = (end < 0 ? words : words.slice(0, end)).filter((word) => /^-./.test(word));
  return options.flatMap((word) => (word.startsWith('--') ? word : Array.from(word.slice(1))));
}

function quietGrep(words: readonly string[]): string | undefined {
  const found = optionsOf(words).find((option) =>
    /^(?:q|--qui(?:et?)?|--sil(?:ent?)?|m|--max-count(?:=.*)?)$/.test(option),
  );
  return found === undefined ? undefined : REDIRECTED;
}

/** `head -n -5` reads to the end: it leaves out the last lines. */
function beginning(words: readonly string[]): string | undefined {
  const allButLast = words.some(
    (word, index) =>
      /^(?:-[nc]|--(?:lines|bytes)=)-\d/.test(word) ||
      (/^(?:-[nc]|--lines|--bytes)$/.test(word) && words[index + 1]?.startsWith('-') === true),
  );
  if (allButLast) return undefined;
  return "sed -n '1,5p' for the first five lines: that reads all of its input";
}

/** `q` and `Q` as commands of a sed script: `5q`, `/x/q`, `p;q`. */
function quittingSed(words: readonly string[]): string | undefined {
  const quits = words.some((word) => /(?:^|[\d$/;{}\s])[qQ]\s*\d*\s*(?:$|[;}\n])/.test(word));
  return quits ? "sed -n '/x/p' or '1,5p': they read all of their input" : undefined;
}

function exitingAwk(words: readonly string[]): string | undefined {
  const exits = words.some((word) => /(?<!END\s*\{[^}]*)\bexit\b/.test(word));
  return exits ? 'a variable that is set, and END { exit !found }' : undefined;
}

const READERS: Readonly<Record<string, (words: readonly string[]) => string | undefined>> = {
  grep: quietGrep,
  egrep: quietGrep,
  fgrep: quietGrep,
  head: beginning,
  sed: quittingSed,
  awk: exitingAwk,
  mawk: exitingAwk,
  gawk: exitingAwk,
};

/** Words that stand before a command without being it. */
const BEFORE = new Set(['run', 'command', 'env']);

function insteadOf({ name, suffix }: Command): string | undefined {
  if (name === undefined) return undefined;
  const operands = suffix.filter((item) => item.type === 'Word');
  const words = [name, ...operands].map(({ value }) => value);
  const first = words.findIndex((word) => !BEFORE.has(word) && !/^[A-Za-z_]\w*=/.test(word));
  const command = words[first] ?? '';
  return Object.hasOwn(READERS, command) ? READERS[command]?.(words.slice(first + 1)) : undefined;
}

function readersOf(node: SyntaxNode): Command[] {
  if (node.type !== 'Pipeline') return [];
  return node.commands.slice(1).filter((item) => item.type === 'Command');
}

/**
 * Every command of `text` that reads from a pipe and may end before what writes into it: under
 * `pipefail`, the status of the pipeline is then 141, now and then, in the place of its own.
 */
export function earlyEnds(text: string): EarlyEnd[] {
  const found: EarlyEnd[] = [];
  walk(parseScript(text), undefined, (node, pipelineAt) => {
    for (const command of readersOf(node)) {
      const instead = insteadOf(command);
      const at = pipelineAt + command.pos - node.pos;
      const source = text.slice(at, at + command.end - command.pos);
      if (instead !== undefined) found.push({ ...positionAt(text, at), text: source, instead });
    }
    return undefined;
  });
  return found;
}
