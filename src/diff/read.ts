import { parseScript } from '../bash/tree.ts';
import { RUNTIME_LINE } from '../compile/script.ts';
import { commandsIn, type FoundCommand } from './commands.ts';

/** What a script says of one step. */
export interface ReadStep {
  readonly id: string;
  /** The comment above its functions; a reboot has none. */
  readonly comment: string;
  /** Its title as the plan has it, in quotes where it needs them. */
  readonly title: string;
  /** What follows the title on its line of the plan: `until=…`, `once`. */
  readonly options: readonly string[];
  /** The text of its functions, by their last word: check, apply, plan, undo. */
  readonly functions: Readonly<Record<string, string>>;
}

/** A generated script, taken apart. Every line but the first and blank ones is in one of these. */
export interface ReadScript {
  readonly file: string;
  /** The comment at the top. */
  readonly header: string;
  /** Parameters and carried values, by their variables: the lines that declare them. */
  readonly declarations: ReadonlyMap<string, string>;
  /** The commands of `preflight`, those that ask an own requirement with its function. */
  readonly preflight: readonly string[];
  /** In order. */
  readonly steps: readonly ReadStep[];
  readonly main: string;
  /** What stands around all this: the guard at the top, the last command. */
  readonly frame: string;
  /** The modules of the runtime, by name. */
  readonly runtime: ReadonlyMap<string, string>;
}

interface Place {
  readonly at: number;
  readonly text: string;
}

/** Every function that stands at the top of `text`, by name, and where it begins. */
function functionsOf(text: string): Map<string, Place> {
  const found = new Map<string, Place>();
  for (const { command } of parseScript(text).commands) {
    if (command.type === 'Function') {
      const { pos, end, name } = command;
      found.set(name.text, { at: pos, text: text.slice(pos, end) });
    }
  }
  return found;
}

/** The commands of a function, but `:`, which stands where there is none. */
function commandsOf(place: Place | undefined): FoundCommand[] {
  if (place === undefined) return [];
  return commandsIn(place.text).filter(({ within, text }) => !within && text !== ':');
}

/** `name` of `name=value`, `name_list=()`, `parameter name …`, `carried name …`. */
function declared({ text, words }: FoundCommand): string | undefined {
  if (['parameter', 'other_parameter', 'carried'].includes(words[0] ?? '')) return words[1];
  return /^[a-z_][a-z0-9_]*(?==)/.exec(text)?.[0];
}

function declarationsOf(commands: readonly FoundCommand[]): Map<string, string> {
  const names = new Set(
    commands.flatMap((each) => (each.words.length > 0 ? (declared(each) ?? []) : [])),
  );
  const found = new Map<string, string>();
  for (const each of commands) {
    const own = declared(each) ?? each.text;
    const list = own.replace(/_list$/, '');
    const name = names.has(own) || !names.has(list) ? own : list;
    found.set(name, `${found.get(name) ?? ''}${each.text}\n`);
  }
  return found;
}

/** The comment lines right above offset `at`. */
function commentAbove(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n').slice(0, -1);
  const first = lines.findLastIndex((line) => !line.startsWith('#')) + 1;
  return lines.slice(first).join('\n');
}

const STEP = /^step \S+ ('[^']*'|"(?:[^"\\]|\\.)*"|\$'(?:[^'\\]|\\.)*'|\S+)/;

function stepOf(
  { text: line, words }: FoundCommand,
  text: string,
  functions: ReadonlyMap<string, Place>,
): ReadStep[] {
  const [name, id] = words;
  if (name !== 'step' || id === undefined) return [];
  const prefix = `${id.replaceAll('-', '_')}__`;
  const own = [...functions].filter(([each]) => each.startsWith(prefix));
  const first = own.map(([, { at }]) => at).toSorted((a, b) => a - b)[0];
  return [
    {
      id,
      comment: first === undefined ? '' : commentAbove(text, first),
      title: STEP.exec(line)?.[1] ?? '',
      options: words.slice(3),
      functions: Object.fromEntries(
        own.map(([each, { text: body }]) => [each.slice(prefix.length), body]),
      ),
    },
  ];
}

/** What the function of an own requirement is called here: its number is its place, and nothing else. */
export const OWN_REQUIREMENT = 'requirement__holds';

/** The commands of `preflight`, and functions among `requirements` that none of them asks. */
function preflightOf(
  commands: readonly FoundCommand[],
  requirements: ReadonlyMap<string, Place>,
): string[] {
  const asked = commands.map(({ text, words: [name, first = ''] }) => {
    const body = name === 'require_true' ? requirements.get(first) : undefined;
    if (body === undefined) return text;
    const both = [text, body.text].map((each) => each.replace(first, OWN_REQUIREMENT));
    return both.join('\n');
  });
  const names = new Set(commands.map(({ words }) => words[1]));
  const unasked = [...requirements].filter(([name]) => !names.has(name));
  return [...asked, ...unasked.map(([, { text }]) => text)];
}

/**
 * A module begins with a comment that says its name, with a blank line above and below it. Comments
 * of steps look like it, but stand above the runtime; those of functions have these right below.
 */
const MODULE = /(?<=\n\n)# ([a-z]+): .+\n(?:#.*\n)*(?=\n)/g;

function modulesOf(text: string): Map<string, string> {
  const starts = [...text.matchAll(MODULE)];
  return new Map(
    starts.map((match, index) => {
      const end = starts[index + 1]?.index ?? text.length;
      return [match[1] ?? '', text.slice(match.index, end).trimEnd()];
    }),
  );
}

/** What of `text` none of `pieces` is. */
function rest(text: string, pieces: readonly string[]): string {
  const left = pieces.reduce(
    (all, piece) => (piece === '' ? all : all.replace(piece, () => '')),
    text,
  );
  return left.replace(/\n{2,}/g, '\n').trim();
}

/** Where the last command begins, which stands below the runtime. */
function lastCommand(text: string): number {
  const at = text.lastIndexOf('\n\nif [[');
  return at < 0 ? text.length : at;
}

function takeApart(file: string, text: string): ReadScript {
  const found = text.indexOf(`\n${RUNTIME_LINE}\n`);
  const border = found < 0 ? text.length : found + 1;
  const [own, below] = [text.slice(0, border), text.slice(border)];
  const last = lastCommand(below);
  const functions = functionsOf(own);
  const header = /^#!.*\n((?:#.*\n)*)/.exec(own)?.[1] ?? '';
  const steps = commandsOf(functions.get('steps')).flatMap((each) => stepOf(each, own, functions));
  const requirements = new Map([...functions].filter(([name]) => name.startsWith('requirement_')));
  const runtime = modulesOf(below.slice(0, last));
  const known = ['parameters', 'preflight', 'steps', 'main'].map(
    (name) => functions.get(name)?.text ?? '',
  );
  const pieces = [
    header,
    ...known,
    ...[...requirements.values()].map(({ text: body }) => body),
    ...steps.flatMap((step) => [step.comment, ...Object.values(step.functions)]),
  ];
  return {
    file,
    header,
    declarations: declarationsOf(commandsOf(functions.get('parameters'))),
    preflight: preflightOf(commandsOf(functions.get('preflight')), requirements),
    steps,
    main: functions.get('main')?.text ?? '',
    frame: `${rest(own, pieces)}\n${rest(below, [...runtime.values()])}`,
    runtime,
  };
}

/** What was read last, by file and text: of the scripts that are compared most are on both sides. */
const lately = new Map<string, ReadScript>();
const KEPT = 16;

/**
 * The generated script `text` of `file`, taken apart. Text that is no such script is all frame.
 */
export function readScript(file: string, text: string): ReadScript {
  const key = `${file}\n${text}`;
  const read = lately.get(key) ?? takeApart(file, text);
  // The one that is asked for goes to the end of the line.
  lately.delete(key);
  lately.set(key, read);
  const [oldest] = lately.keys();
  if (lately.size > KEPT && oldest !== undefined) lately.delete(oldest);
  return read;
}

/** The words of the declaration `text` that tell what values are taken: type, then the limits. */
export function limitsOf(text: string): string[] {
  const call = commandsIn(text).find(({ words }) => words[0]?.endsWith('parameter'));
  if (call === undefined) return [];
  const [name, , type, ...more] = call.words;
  return [type ?? '', ...more.slice(name === 'parameter' ? 1 : 2)];
}
