import { forEachChild, type For, type ParsedScript, type Select, type SyntaxNode } from 'unbash';
import { walk, type SyntaxFault } from './tree.ts';

/** What may be left of a script's text when its words, tests and comments are taken out of it. */
const KEYWORDS = new Set(
  'if then elif else fi for select in do done while until case esac function time coproc'.split(
    ' ',
  ),
);

/** Stands for a character of a leaf in what is left. */
const COVERED = '\ufffd';

/** These stand for themselves, whatever operators they hold. */
const LEAVES = new Set<SyntaxNode['type']>([
  'Word',
  'Assignment',
  'Redirect',
  'HereString',
  'HereDoc',
  'TestCommand',
  'ArithmeticCommand',
  'Time',
]);

function blanked(match: string): string {
  return ' '.repeat(match.length);
}

interface Rest {
  /** The text with `COVERED` for every character of a leaf, and blanks for comments. */
  readonly text: string;
  /** Where an opening parenthesis belongs. */
  readonly open: ReadonlySet<number>;
}

function parenthesisOf(node: SyntaxNode, source: string): number | undefined {
  if (node.type === 'Subshell') return node.pos;
  if (node.type === 'CaseItem' && source[node.pos] === '(') return node.pos;
  if (node.type !== 'Function') return undefined;
  const between = /^[ \t]*(?=\([ \t]*\)\s*$)/.exec(source.slice(node.name.end, node.body.pos));
  return between === null ? undefined : node.name.end + between[0].length;
}

function spansOf(node: SyntaxNode): [number, number][] {
  if (node.type === 'ArithmeticFor') return [[node.pos, node.body.pos]];
  if (!LEAVES.has(node.type)) return [];
  const spans: [number, number][] = [[node.pos, node.end]];
  if (node.type === 'HereDoc') spans.push([node.body.pos, node.closing?.end ?? node.body.end]);
  return spans;
}

/** What no leaf of `script` covers; scripts inside of its words are not looked at. */
function restOf(script: ParsedScript, source: string): Rest {
  const characters = Array.from({ length: source.length }, (_, index) =>
    index >= script.pos && index < script.end ? source[index] : ' ',
  );
  const open = new Set<number>();
  const visit = (node: SyntaxNode): void => {
    for (const [from, to] of spansOf(node)) characters.fill(COVERED, from, to);
    const parenthesis = parenthesisOf(node, source);
    if (parenthesis !== undefined) open.add(parenthesis);
    if (!LEAVES.has(node.type)) forEachChild(node, visit);
  };
  forEachChild(script, visit);
  return { text: characters.join('').replace(/#.*/g, blanked).replace(/\\\n/g, blanked), open };
}

function strayFaults(script: ParsedScript, source: string): SyntaxFault[] {
  const { text, open } = restOf(script, source);
  const faults: SyntaxFault[] = [];
  const unexpected = (at: number, found: string): void => {
    faults.push({ at, message: `unexpected '${found}'` });
  };
  for (const { 0: found, index } of text.matchAll(/\(/g)) {
    if (!open.has(index)) unexpected(index, found);
  }
  for (const { 0: found, index } of text.matchAll(/[A-Za-z_0-9$"'`][^\s;&|()\ufffd]*/g)) {
    if (!KEYWORDS.has(found)) unexpected(index, found);
  }
  const nothing =
    /(?:^|[;&|({\n]|\b(?:if|then|elif|else|do|while|until)(?=[\s;]))[ \t]*(?<!;)(;)(?![;&])/dg;
  for (const { indices } of text.matchAll(nothing)) {
    unexpected(indices?.[1]?.[0] ?? 0, ';');
  }
  return faults;
}

function refusedLoop({ name, wordlist, body }: For | Select, source: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.text)) return `no name for a variable: ${name.text}`;
  const between = source.slice(name.end, body.pos);
  if (wordlist !== undefined || /[;\n]|\bdo\b/.test(between)) return undefined;
  return `unexpected '${between.trim()}'`;
}

/** What bash refuses in `node`, and a tolerant parser does not. */
function refusedIn(node: SyntaxNode, source: string): string | undefined {
  if (node.type === 'Pipeline' && node.commands.length === 0) {
    return `no command after '${node.prefixes.at(-1)?.type === 'Time' ? 'time' : '!'}'`;
  }
  if (node.type === 'Function' && /[\s|&;()<>]|^$/.test(node.name.text)) {
    return `no name for a function: ${node.name.text}`;
  }
  if (node.type === 'ArithmeticFor' && !/^for\s*\(\(/.test(source.slice(node.pos))) {
    return "unexpected '('";
  }
  if (node.type === 'Redirect' || node.type === 'HereString') {
    const { target } = node;
    if (target === undefined) return 'a redirection without its target';
    if (
      !node.operator.endsWith('&') &&
      /^\d+$/.test(target.text) &&
      /[<>]/.test(source[target.end] ?? '')
    ) {
      return 'a redirection without its target';
    }
  }
  return node.type === 'For' || node.type === 'Select' ? refusedLoop(node, source) : undefined;
}

/**
 * What a tolerant parser passed over in `script`, whose text is `text`: stray parentheses and
 * semicolons, words between commands, empty pipelines, redirections to nowhere.
 */
export function passedOver(script: ParsedScript, text: string): SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  walk(script, text, (node, at, source) => {
    if (node.type === 'Script') {
      const own = node.source ?? source;
      const place = (found: SyntaxFault): SyntaxFault => (own === text ? found : { ...found, at });
      faults.push(...strayFaults(node, own).map(place));
      return own;
    }
    const message = refusedIn(node, source);
    if (message !== undefined) faults.push({ at, message });
    return source;
  });
  return faults;
}
