import type { Command, Word } from 'unbash';
import { BUILTINS, SETTINGS, SHELL_OPTIONS, type BashVersion, type Builtin } from './constructs.ts';

/** A construct, and the version that brought it. */
export interface Construct {
  readonly construct: string;
  readonly since: BashVersion;
}

/** A construct and the offset at which it stands. */
export interface Placed extends Construct {
  readonly at: number;
}

function wordsOf(command: Command): Word[] {
  return command.args.filter((word): word is Word => word.type === 'Word');
}

/** The command's name and words without `builtin` or `command` before them. */
function bare(command: Command): { name: string; words: Word[]; at: number } {
  let words = wordsOf(command);
  let { name } = command;
  while (name !== undefined && (name.value === 'builtin' || name.value === 'command')) {
    [name, ...words] = words;
  }
  return { name: name?.value ?? '', words, at: name?.pos ?? command.pos };
}

interface Options {
  /** Each option letter and where it stands. */
  readonly letters: readonly { readonly letter: string; readonly at: number }[];
  readonly operands: readonly Word[];
}

function optionsOf(words: readonly Word[], { takesArgument = '' }: Builtin): Options {
  const letters: { letter: string; at: number }[] = [];
  let index = 0;
  for (; index < words.length; index += 1) {
    const { value, pos } = words[index] as Word;
    if (value === '--') return { letters, operands: words.slice(index + 1) };
    if (!/^[-+][A-Za-z@]/.test(value)) break;
    const cluster = value.slice(1);
    const taking = [...cluster].findIndex((letter) => takesArgument.includes(letter));
    const own = taking < 0 ? cluster : cluster.slice(0, taking + 1);
    for (const letter of own) letters.push({ letter, at: pos });
    if (taking >= 0 && taking === cluster.length - 1) index += 1;
  }
  return { letters, operands: words.slice(index) };
}

function ofBuiltin(name: string, words: readonly Word[], at: number): Placed[] {
  const builtin = BUILTINS[name];
  if (builtin === undefined) return [];
  const { letters, operands } = optionsOf(words, builtin);
  const found: Placed[] = [];
  if (builtin.since !== undefined) found.push({ construct: name, since: builtin.since, at });
  for (const { letter, at: place } of letters) {
    const since = builtin.options[letter];
    if (since !== undefined) found.push({ construct: `${name} -${letter}`, since, at: place });
  }
  if (name === 'wait' && letters.some(({ letter }) => letter === 'n') && operands[0]) {
    found.push({ construct: 'wait -n with a job', since: '5.1', at: operands[0].pos });
  }
  return found;
}

function ofShopt(words: readonly Word[]): Placed[] {
  return words.flatMap(({ value, pos }) => {
    const since = SHELL_OPTIONS[value];
    return since === undefined ? [] : [{ construct: `shopt ${value}`, since, at: pos }];
  });
}

function ofPrintf(words: readonly Word[]): Placed[] {
  const rest = words[0]?.value === '-v' ? words.slice(2) : words;
  const [format, ...values] = rest[0]?.value === '--' ? rest.slice(1) : rest;
  if (format === undefined) return [];
  const whole = format.value.replaceAll('%%', '');
  // What stands within a date is for strftime.
  const text = whole.replaceAll(/%[^%A-Za-z]*\([^)]*\)T/g, '');
  const found: Placed[] = [];
  if (text !== whole) {
    const since = values.length === 0 ? '4.3' : '4.2';
    found.push({ construct: 'printf %(…)T', since, at: format.pos });
  }
  if (/%[-+ #0-9.*]*Q/.test(text)) {
    found.push({ construct: 'printf %Q', since: '5.2', at: format.pos });
  }
  // An earlier bash takes the `#` and quotes in its usual way.
  if (/%[-+ 0]*#[-+ #0-9.*]*[qQ]/.test(text)) {
    found.push({ construct: 'printf %#q', since: '5.3', at: format.pos });
  }
  // An earlier bash takes the `l` and counts bytes; `%S` and `%C` it refuses.
  if (/%[-+ #0-9.*]*(l[sc]|[SC])/.test(text)) {
    found.push({ construct: 'printf %ls', since: '5.3', at: format.pos });
  }
  return found;
}

/** What `-v` in front of `operand` needs. */
export function ofSetTest(operand: string): Construct {
  if (/^[0-9]+$/.test(operand))
    return { construct: '-v with a positional parameter', since: '5.1' };
  if (operand.includes('[')) return { construct: '-v with an element of an array', since: '4.3' };
  return { construct: '-v', since: '4.2' };
}

function ofTest(words: readonly Word[]): Placed[] {
  return words.flatMap(({ value, pos }, index) => {
    const operand = words[index + 1];
    if (operand === undefined || operand.value === ']') return [];
    if (value === '-v') return [{ ...ofSetTest(operand.value), at: pos }];
    return value === '-R' ? [{ construct: '-R', since: '4.3', at: pos } as const] : [];
  });
}

function ofHistory(words: readonly Word[]): Placed[] {
  const index = words.findIndex(({ value }) => value === '-d');
  const which = words[index + 1];
  if (index < 0 || which === undefined || /^[0-9]+$/.test(which.value)) return [];
  return [{ construct: 'history -d with a range', since: '5.0', at: which.pos }];
}

function ofUnset(words: readonly Word[]): Placed[] {
  return words
    .filter(({ value }) => /\[-[0-9]/.test(value))
    .map(({ pos }) => ({ construct: 'a negative subscript that is unset', since: '4.3', at: pos }));
}

function ofKill([first]: readonly Word[]): Placed[] {
  const letter = /^-([sn])./.exec(first?.value ?? '')?.[1];
  if (first === undefined || letter === undefined) return [];
  const what = letter === 's' ? 'NAME' : 'NUMBER';
  return [{ construct: `kill -${letter}${what} in one word`, since: '5.0', at: first.pos }];
}

function ofLocal(words: readonly Word[]): Placed[] {
  return words
    .filter(({ value }) => value === '-')
    .map(({ pos }) => ({ construct: 'local -', since: '4.4', at: pos }));
}

const OWN: Readonly<Record<string, (words: readonly Word[]) => Placed[]>> = {
  shopt: ofShopt,
  printf: ofPrintf,
  test: ofTest,
  '[': ofTest,
  history: ofHistory,
  kill: ofKill,
  unset: ofUnset,
  local: ofLocal,
};

/** Settings that `command` makes by naming a variable that bash obeys. */
function ofSettings(command: Command): Placed[] {
  return [...command.prefix, ...command.suffix].flatMap((part) => {
    if (part.type !== 'Assignment') return [];
    const since = SETTINGS[part.name];
    return since === undefined ? [] : [{ construct: `${part.name}=`, since, at: part.pos }];
  });
}

/** What of bash the simple command `command` uses; commands named in `defined` are functions. */
export function commandConstructs(command: Command, defined: ReadonlySet<string>): Placed[] {
  const { name, words, at } = bare(command);
  if (defined.has(name)) return ofSettings(command);
  return [...ofSettings(command), ...ofBuiltin(name, words, at), ...(OWN[name]?.(words) ?? [])];
}
