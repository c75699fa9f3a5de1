import { command, elements, substitution, toWord, variable, word } from '../bash/build.ts';
import type { Command, Node, Word, WordPart } from '../bash/nodes.ts';
import { variableName } from '../model/spelling.ts';
import {
  isReference,
  template,
  type AnyValue,
  type ListValue,
  type PathValue,
  type Reference,
} from '../model/value.ts';
import { listName } from './names.ts';

export { inProse } from '../model/spelling.ts';

/** A step as bash, and as words: everything that its script and its documentation are made of. */
export interface Lowered {
  /** The state that holds when the step is done, unless the step has a title of its own. */
  readonly title: AnyValue;
  /** What is done, for the documentation: one sentence with a full stop. */
  readonly sentence: AnyValue;
  /** Does it hold? Reads only; status 0 yes, 1 no, else it could not tell. None for `once`. */
  readonly check?: readonly Node[] | undefined;
  /** Brings it about; runs under errexit in a shell of its own. */
  readonly apply: readonly Node[];
  /**
   * What the dry run shows. May be left out when `apply` is nothing but `run` commands: the
   * dry run then lets these show themselves.
   */
  readonly plan?: readonly Node[] | undefined;
  /** The commands of who does it by hand. */
  readonly manual: readonly Node[];
  /** What the step has for itself, each as `aspect thing`: no second step may own the same one. */
  readonly owns: readonly string[];
  /** Programs that have to be there when the script starts. */
  readonly programs: readonly string[];
  /** Bash that reads and writes nothing outside its own shell: check and apply become subshells. */
  readonly ownShell?: boolean;
  /** `check` needs none: it leaves the script's as it was. */
  readonly tracelessCheck?: boolean;
  /** `apply` needs none: it is tests alone. */
  readonly tracelessApply?: boolean;
  /** `apply` calls functions that change things by nothing but `run`: no plan is needed. */
  readonly onlyRuns?: boolean;
}

/** Names stand as one text, with spaces between them; a carried list as all that it holds. */
function partOf({ name, type }: Reference): WordPart {
  return type === 'lines' ? elements(variableName(name)) : variable(variableName(name));
}

/** `value` as one bash word; a carried list, which stands where a list is due, as many as it has items. */
export function valueWord(value: AnyValue): Word {
  if (typeof value === 'string') return word(value);
  if (typeof value === 'number') return word(String(value));
  if (isReference(value)) return word(partOf(value));
  return word(...value.parts.map((part) => (typeof part === 'string' ? part : partOf(part))));
}

/** `value` as what it is among the items of a list: of names, each by itself. */
export function itemWord(value: AnyValue): Word {
  return isReference(value) && value.type === 'identifiers'
    ? word(elements(listName(value.name)))
    : valueWord(value);
}

/** The items of `list` as bash words. */
export function listWords(list: ListValue): Word[] {
  return isReference(list) ? [itemWord(list)] : list.map(itemWord);
}

/** The items of `list` in a text, for a title: "a, b and c". */
export function listed(list: readonly AnyValue[] | ListValue): AnyValue {
  const items: readonly AnyValue[] = isReference(list) ? [list] : list;
  const joined = items.flatMap((item, index) => {
    if (index === 0) return [item];
    return [index === items.length - 1 ? ' and ' : ', ', item];
  });
  return template('text', ...joined);
}

/** A call of a runtime function, or any command, with values as its arguments. */
export function call(name: string, ...values: readonly (AnyValue | Word)[]): Command {
  return command(
    name,
    ...values.map((value) =>
      typeof value === 'object' && 'type' in value && value.type === 'word'
        ? value
        : valueWord(value as AnyValue),
    ),
  );
}

/** `run command`: logged, and the place where an asked-for stop can happen. */
export function runs(of: Command): Command {
  return { ...of, words: [toWord('run'), ...of.words] };
}

/** `would command`: the dry run shows it. */
export function would(of: Command): Command {
  return { ...of, words: [toWord('would'), ...of.words], redirects: [] };
}

/** Commands that are run, shown by the dry run and typed by hand alike. */
export function actions(...commands: readonly Command[]): Pick<Lowered, 'apply' | 'manual'> {
  return { apply: commands.map(runs), manual: commands };
}

/** The command that makes the folder of the file at `path`, for who types it. */
export function makeFolderOf(path: PathValue): Command {
  return command('mkdir', '-p', '--', word(substitution(call('dirname', '--', path))));
}

/** Whether `apply` does nothing but `run` commands, so that the dry run can let it show itself. */
export function showsItself(apply: readonly Node[]): boolean {
  return apply.every((node) => {
    if (node.type === 'comment') return true;
    if (node.type !== 'command' || node.redirects.length > 0) return false;
    const parts = node.words.flatMap(({ parts: inner }) => inner);
    const [first] = node.words[0]?.parts ?? [];
    return (
      first?.type === 'text' &&
      first.text === 'run' &&
      parts.every(({ type }) => type !== 'substitution')
    );
  });
}
