import type { Assignment, Command, Node, Redirect, Word } from './nodes.ts';
import { printWordWith } from './print-word.ts';

/** Columns after which a command goes on in a line of its own. */
const WIDTH = 100;
const INDENT = '  ';

type Of<T extends Node['type']> = Extract<Node, { type: T }>;

/** Comments and blank lines are no commands, and a list of commands needs one. */
function isCommand(node: Node): boolean {
  return node.type !== 'comment' && node.type !== 'blank';
}

/**
 * `value` as bash text that reads back as exactly this word.
 * @throws RangeError when it holds NUL or half a surrogate pair.
 */
export function printWord(value: Word, indent = ''): string {
  return printWordWith(value, (body) => printSubstitution(body, indent));
}

function printSubstitution(body: readonly Node[], indent: string): string {
  const [only] = body;
  const printed = only === undefined ? '' : printNode(only, indent);
  // A comment would swallow the parenthesis; two opening ones would begin arithmetic.
  const oneLine = body.length === 1 && !/[\n#]/.test(printed) && isCommand(only as Node);
  if (!oneLine) return `$(\n${printBody(body, indent)}${indent})`;
  return printed.startsWith('(') ? `$( ${printed} )` : `$(${printed})`;
}

function printRedirect({ operator, descriptor, target }: Redirect, indent: string): string {
  return `${descriptor ?? ''}${operator}${printWord(target, indent)}`;
}

/** The pieces in one line, or, past `WIDTH`, in several joined by a backslash. */
function wrap(pieces: readonly string[], indent: string): string {
  const oneLine = pieces.join(' ');
  if (indent.length + oneLine.length <= WIDTH || oneLine.includes('\n')) return oneLine;
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    const room = WIDTH - indent.length - (lines.length > 0 ? INDENT.length : 0) - 2;
    if (line !== '' && line.length + 1 + piece.length > room) {
      lines.push(line);
      line = piece;
    } else {
      line = line === '' ? piece : `${line} ${piece}`;
    }
  }
  lines.push(line);
  return lines.join(` \\\n${indent}${INDENT}`);
}

function printCommand(node: Command, indent: string): string {
  const pieces = [
    ...node.environment.map(({ name, value }) => `${name}=${printWord(value, indent)}`),
    ...node.words.map((word, index) =>
      printWordWith(word, (body) => printSubstitution(body, indent), index === 0),
    ),
    ...node.redirects.map((redirect) => printRedirect(redirect, indent)),
  ];
  return wrap(pieces, indent);
}

function printAssignment({ name, value }: Assignment, indent: string): string {
  if ('type' in value) return `${name}=${printWord(value, indent)}`;
  const items = value.map((item) => printWord(item, indent));
  const oneLine = `${name}=(${items.join(' ')})`;
  if (indent.length + oneLine.length <= WIDTH) return oneLine;
  const lines = items.map((item) => `${indent}${INDENT}${item}\n`);
  return `${name}=(\n${lines.join('')}${indent})`;
}

function printBody(nodes: readonly Node[], indent: string): string {
  const inner = indent + INDENT;
  const filled: readonly Node[] = nodes.some(isCommand)
    ? nodes
    : [...nodes, { type: 'fragment', text: ':' }];
  return filled
    .map((node) => (node.type === 'blank' ? '\n' : `${inner}${printNode(node, inner)}\n`))
    .join('');
}

/** `node` as the single command that an operator needs: in braces, unless it is of `types`. */
function printOperand(node: Node, types: readonly Node['type'][], indent: string): string {
  const printed = printNode(node, indent);
  if (types.includes(node.type)) return printed;
  if (isCommand(node) && node.type !== 'fragment' && !printed.includes('\n'))
    return `{ ${printed}; }`;
  return `{\n${printBody([node], indent)}${indent}}`;
}

const SIMPLE = ['command', 'assignment', 'subshell', 'if', 'for'] as const;
const PIPED = [...SIMPLE, 'pipeline'] as const;

function printChain(node: Of<'and' | 'or' | 'pipeline'>, indent: string): string {
  const operator = { and: '&&', or: '||', pipeline: '|' }[node.type];
  const bare =
    node.type === 'pipeline' ? SIMPLE : ([...PIPED, 'not', node.type] as readonly Node['type'][]);
  const inOne = node.nodes.map((item) => printOperand(item, bare, indent));
  const oneLine = inOne.join(` ${operator} `);
  if (indent.length + oneLine.length <= WIDTH || oneLine.includes('\n')) return oneLine;
  const inner = indent + INDENT;
  return node.nodes.map((item) => printOperand(item, bare, inner)).join(` ${operator}\n${inner}`);
}

function printIf({ condition, body, otherwise }: Of<'if'>, indent: string): string {
  const asked = printOperand(condition, [...PIPED, 'not', 'and', 'or'], indent);
  const not = otherwise.length === 0 ? '' : `${indent}else\n${printBody(otherwise, indent)}`;
  return `if ${asked}; then\n${printBody(body, indent)}${not}${indent}fi`;
}

function printFor({ variable, words, body }: Of<'for'>, indent: string): string {
  const list = words.map((word) => ` ${printWord(word, indent)}`).join('');
  return `for ${variable} in${list}; do\n${printBody(body, indent)}${indent}done`;
}

/** A line that begins with the checker's name would be an order to it. */
function printCommentLine(line: string): string {
  if (line.trim() === '') return '#';
  return /^\s*shellcheck\s/.test(line) ? `# - ${line.trim()}` : `# ${line}`;
}

/**
 * `node` as bash text without a final newline; lines after the first begin with `indent`, but for
 * those inside of quotes and fragments.
 * Reads back as the same syntax in bash 4.4 and later.
 * @throws RangeError when a text in it holds NUL or half a surrogate pair.
 */
export function printNode(node: Node, indent = ''): string {
  switch (node.type) {
    case 'command':
      return printCommand(node, indent);
    case 'assignment':
      return printAssignment(node, indent);
    case 'and':
    case 'or':
    case 'pipeline':
      return printChain(node, indent);
    case 'not':
      return `! ${printOperand(node.node, PIPED, indent)}`;
    case 'if':
      return printIf(node, indent);
    case 'for':
      return printFor(node, indent);
    case 'subshell':
      return `(\n${printBody(node.body, indent)}${indent})`;
    case 'function':
      return node.subshell === true
        ? `${node.name}() (\n${printBody(node.body, indent)}${indent})`
        : `${node.name}() {\n${printBody(node.body, indent)}${indent}}`;
    case 'fragment':
      // Blanks at the end stay: the last of them may be escaped.
      return node.text.trimStart().replace(/\n+$/, '');
    case 'comment':
      return node.text
        .split(/\r\n|[\n\r]/)
        .map(printCommentLine)
        .join(`\n${indent}`);
    case 'blank':
      return '';
  }
}

/** `nodes` as the text of a script, each on lines of its own. */
export function printScript(nodes: readonly Node[]): string {
  return nodes.map((node) => `${printNode(node)}\n`).join('');
}
