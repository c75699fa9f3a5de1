import { command, comment, redirected } from '../../bash/build.ts';
import type { Command, Node } from '../../bash/nodes.ts';
import { spelled } from '../../model/spelling.ts';
import type { StepOf } from '../../model/step.ts';
import { template, text, type PathValue, type TextValue } from '../../model/value.ts';
import { actions, call, inProse, itemWord, valueWord, would, type Lowered } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';

type FileKind = 'file.content' | 'file.line' | 'file.replaced' | 'file.absent' | 'file.directory';

/** `command >path`, or `>>path`. */
function into(operator: '>' | '>>', path: PathValue, of: Command): Command {
  return redirected(of, { operator, target: valueWord(path) });
}

function modeChange(mode: string | undefined, path: PathValue): Command[] {
  return mode === undefined ? [] : [command('chmod', mode, '--', valueWord(path))];
}

/** What is left to an editor, where no plain command does it whatever the values are. */
function byHand(what: string, path: PathValue): Node[] {
  return [comment(what), call('editor', path)];
}

function content({ path, lines, mode }: StepOf<'file.content'>): Lowered {
  const items = lines.map(itemWord);
  const words = [valueWord(path), mode ?? '', ...items];
  const printed = lines.length === 0 ? command(':') : command('printf', '%s\\n', ...items);
  return {
    title: text`${path} has its content`,
    sentence: text`Writes ${path}.`,
    check: [command('file_has_lines', ...words)],
    apply: [command('write_lines', ...words)],
    plan: [call('would_write', path, ...items), ...modeChange(mode, path).map(would)],
    manual: [into('>', path, printed), ...modeChange(mode, path)],
    owns: [`file ${spelled(path)}`],
    programs: [],
  };
}

/** "a, or b". */
function alternatives(values: readonly TextValue[]): TextValue[] {
  return values.flatMap((value, index) => (index === 0 ? [value] : [', or ', value]));
}

function line({ path, line: wanted, replaces }: StepOf<'file.line'>): Lowered {
  const prefixes = replaces === undefined || Array.isArray(replaces) ? replaces : [replaces];
  const values = [path, wanted, ...(prefixes ?? [])];
  const place =
    prefixes === undefined
      ? 'at the end'
      : template('text', 'in the place of what begins with: ', ...alternatives(prefixes));
  const manual =
    replaces === undefined
      ? [into('>>', path, call('printf', '%s\\n', wanted))]
      : byHand(`Write ${inProse(wanted)} ${inProse(place)}`, path);
  return {
    title: text`${path} has the line ${wanted}`,
    sentence: text`Puts the line ${wanted} into ${path}, ${place}.`,
    check: [call('file_has_line', ...values)],
    apply: [call('put_line', ...values)],
    plan: [
      call('would_say', text`put into ${path}, ${place}`),
      call('would_say', text`  | ${wanted}`),
    ],
    manual,
    owns: (prefixes ?? [wanted]).map((each) => `line ${spelled(each)} of file ${spelled(path)}`),
    programs: [],
  };
}

/** The sed expression that makes `from` into `to` everywhere; undefined when a value is not literal. */
function substitution(from: TextValue, to: TextValue): string | undefined {
  if (typeof from !== 'string' || typeof to !== 'string') return undefined;
  const pattern = from.replace(/[\\/.*[\]^$]/g, '\\$&');
  return `s/${pattern}/${to.replace(/[\\/&]/g, '\\$&')}/g`;
}

function replaced({ path, from, to }: StepOf<'file.replaced'>): Lowered {
  const expression = substitution(from, to);
  return {
    title: text`${path} says ${to} in the place of ${from}`,
    sentence: text`Replaces ${from} by ${to} everywhere in ${path}.`,
    check: [call('file_lacks_text', path, from)],
    apply: [call('replace_text', path, from, to)],
    plan: [call('would_say', text`replace in ${path}: ${from} by ${to}`)],
    manual:
      expression === undefined
        ? byHand(`Replace ${inProse(from)} by ${inProse(to)}`, path)
        : [command('sed', '-i', '-e', expression, '--', valueWord(path))],
    owns: [`text ${spelled(from)} of file ${spelled(path)}`],
    programs: [],
  };
}

/** Files, and what is in them. */
export const file: Lowering<FileKind> = {
  'file.content': content,
  'file.line': line,
  'file.replaced': replaced,
  'file.absent': ({ path }) => ({
    title: text`there is no ${path}`,
    sentence: text`Removes ${path}; what was there is kept with the procedure's state.`,
    check: [call('file_is_absent', path)],
    apply: [call('remove_file', path)],
    plan: [would(call('rm', '--', path))],
    manual: [call('rm', '--', path)],
    owns: [`file ${spelled(path)}`],
    programs: [],
  }),
  'file.directory': ({ path, mode }) => ({
    title: text`the directory ${path} is there`,
    sentence: text`Makes the directory ${path}.`,
    check: [call('directory_is_there', path, mode ?? '')],
    ...actions(
      command('mkdir', '-p', ...(mode === undefined ? [] : ['-m', mode]), '--', valueWord(path)),
      // With four digits chmod leaves a directory the set-group-ID that it has from the one above it.
      ...modeChange(mode && `0${mode}`, path),
    ),
    owns: [`file ${spelled(path)}`],
    programs: [],
  }),
};
