import type { Command, Node, Redirect, Word, WordPart } from './nodes.ts';
import { escapeDouble, quote } from './quote.ts';

/** Columns after which a command goes on in a line of its own. */
const WIDTH = 100;
const INDENT = '  ';

function printPart(part: Exclude<WordPart, { type: 'text' }>): string {
  switch (part.type) {
    case 'variable':
      return `\${${part.name}}`;
    case 'elements':
      return `\${${part.name}[@]}`;
    case 'positional':
      return '$@';
    case 'substitution':
      return `$(${part.body.map((node) => printNode(node, '')).join('; ')})`;
  }
}

/** A variable needs no braces where nothing that could belong to its name follows. */
function bracesNeeded(next: WordPart | undefined): boolean {
  if (next === undefined) return false;
  return next.type !== 'text' || /^[A-Za-z0-9_[]/.test(next.text);
}

function printMixed(parts: readonly WordPart[]): string {
  const printed = parts.map((part, index) => {
    if (part.type === 'text') return escapeDouble(part.text);
    if (part.type === 'variable' && !bracesNeeded(parts[index + 1])) return `$${part.name}`;
    return printPart(part);
  });
  return `"${printed.join('')}"`;
}

/** Literal parts that stand side by side are one text. */
function merged(parts: readonly WordPart[]): WordPart[] {
  const out: WordPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.type === 'text' && last?.type === 'text') {
      out[out.length - 1] = { type: 'text', text: last.text + part.text };
    } else if (part.type !== 'text' || part.text !== '') {
      out.push(part);
    }
  }
  return out;
}

/** `value` as bash text that reads back as exactly this word. */
export function printWord(value: Word): string {
  const parts = merged(value.parts);
  const [first] = parts;
  if (first === undefined) return "''";
  if (parts.length === 1 && first.type === 'text') return quote(first.text);
  return printMixed(parts);
}

function printRedirect({ operator, descriptor, target }: Redirect): string {
  return `${descriptor ?? ''}${operator}${printWord(target)}`;
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
    ...node.environment.map(({ name, value }) => `${name}=${printWord(value)}`),
    ...node.words.map(printWord),
    ...node.redirects.map(printRedirect),
  ];
  return wrap(pieces, indent);
}

function printBody(nodes: readonly Node[], indent: string): string {
  const inner = indent + INDENT;
  return nodes
    .map((node) => (node.type === 'blank' ? '\n' : `${inner}${printNode(node, inner)}\n`))
    .join('');
}

function printIf(node: Extract<Node, { type: 'if' }>, indent: string): string {
  const otherwise =
    node.otherwise.length === 0 ? '' : `${indent}else\n${printBody(node.otherwise, indent)}`;
  const condition = printNode(node.condition, indent);
  return `if ${condition}; then\n${printBody(node.then, indent)}${otherwise}${indent}fi`;
}

function printChain(nodes: readonly Node[], operator: string, indent: string): string {
  const printed = nodes.map((node) => printNode(node, indent + INDENT));
  const oneLine = printed.join(` ${operator} `);
  if (indent.length + oneLine.length <= WIDTH) return oneLine;
  return printed.join(` ${operator}\n${indent}${INDENT}`);
}

function printComment(text: string, indent: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '#' : `# ${line}`))
    .join(`\n${indent}`);
}

/**
 * `node` as bash text without a final newline; lines after the first begin with `indent`.
 * Reads back as the same syntax in bash 4.4 and later.
 */
export function printNode(node: Node, indent = ''): string {
  switch (node.type) {
    case 'command':
      return printCommand(node, indent);
    case 'assignment':
      return 'type' in node.value
        ? `${node.name}=${printWord(node.value)}`
        : `${node.name}=(${node.value.map(printWord).join(' ')})`;
    case 'and':
      return printChain(node.nodes, '&&', indent);
    case 'or':
      return printChain(node.nodes, '||', indent);
    case 'not':
      return `! ${printNode(node.node, indent)}`;
    case 'pipeline':
      return printChain(node.nodes, '|', indent);
    case 'if':
      return printIf(node, indent);
    case 'for':
      return `for ${node.variable} in ${node.words.map(printWord).join(' ')}; do\n${printBody(node.body, indent)}${indent}done`;
    case 'subshell':
      return `(\n${printBody(node.body, indent)}${indent})`;
    case 'function':
      return node.subshell === true
        ? `${node.name}() (\n${printBody(node.body, indent)}${indent})`
        : `${node.name}() {\n${printBody(node.body, indent)}${indent}}`;
    case 'fragment':
      return node.text.trim();
    case 'comment':
      return printComment(node.text, indent);
    case 'blank':
      return '';
  }
}

/** `nodes` as the text of a script, each on lines of its own. */
export function printScript(nodes: readonly Node[]): string {
  return nodes.map((node) => `${printNode(node)}\n`).join('');
}
