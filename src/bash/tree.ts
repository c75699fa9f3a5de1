import { forEachChild, parse, type ParsedScript, type SyntaxNode } from 'unbash';

/** A place in a text: both count from 1, columns in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where `offset` (in UTF-16 units, from 0) lies in `text`. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return {
    line: before.split('\n').length,
    column: Array.from(before.slice(start)).length + 1,
  };
}

/**
 * Calls `visit` for `node` and all that is under it, from top to bottom, the commands inside of
 * substitutions included. `visit` gets the node, its offset in the whole text, and what `visit`
 * returned for the parent; `context` stands for that at the top.
 * Backquoted text with escapes in it is parsed unescaped: all of it has the offset of its backquote.
 */
export function walk<C>(
  node: SyntaxNode,
  context: C,
  visit: (node: SyntaxNode, at: number, context: C) => C,
  anchor?: number,
): void {
  const at = anchor ?? node.pos;
  const below = visit(node, at, context);
  forEachChild(node, (child) => {
    const decoded = child.type === 'Script' && child.source !== undefined;
    walk(child, below, visit, decoded ? at : anchor);
  });
}

/** A syntax error and its offset in the text. */
export interface SyntaxFault {
  readonly at: number;
  readonly message: string;
}

/**
 * Every syntax error of `script`, those inside of substitutions included, in order.
 * Of several at one place only the first is told: the others follow from it.
 */
export function syntaxFaults(script: ParsedScript): SyntaxFault[] {
  const faults = new Map<number, SyntaxFault>();
  walk(script, false, (node, scriptAt, within) => {
    if (node.type !== 'Script') return within;
    const decoded = within || node.source !== undefined;
    for (const { message, pos } of node.errors ?? []) {
      const at = decoded ? scriptAt : pos;
      if (!faults.has(at)) faults.set(at, { at, message });
    }
    return decoded;
  });
  return [...faults.values()].toSorted((a, b) => a.at - b.at);
}

/** `text` as unbash reads it. */
export function parseScript(text: string): ParsedScript {
  return parse(text);
}
