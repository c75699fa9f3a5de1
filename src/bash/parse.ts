import type { ParsedScript, SyntaxNode } from 'unbash';
import { passedOver } from './strict.ts';
import {
  parseScript,
  positionAt,
  syntaxFaults,
  walk,
  type Position,
  type SyntaxFault,
} from './tree.ts';

export { functionsDefined, namesUsed, unquotedExpansions } from './expansions.ts';

/** What is wrong at one place of a fragment. */
export interface FragmentProblem extends Position {
  readonly message: string;
}

/** Whether a fragment can be the body of a function, and why not. */
export type ParsedFragment =
  { readonly ok: true } | { readonly ok: false; readonly problems: readonly FragmentProblem[] };

/** Control characters but tab and newline; what shows as nothing or turns the text around it. */
const UNPRINTABLE = /[^\P{Cc}\t\n]|\p{Cs}|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function unprintable(text: string): SyntaxFault[] {
  return [...text.matchAll(UNPRINTABLE)].map((match) => {
    const code = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return { at: match.index, message: `the character U+${code} cannot be shown to a reader` };
  });
}

const TRANSFORMATIONS = new Set('UuLQEPAKak');

/** What a parser lets pass and bash refuses, when it reads the script or when it gets there. */
function refused(node: SyntaxNode, patternAllowed: boolean): string | undefined {
  if (node.type === 'ExtendedGlob' && !patternAllowed) {
    return `${node.operator}(…) is an extended pattern, which bash reads only inside of [[ ]]`;
  }
  if (node.type === 'ParameterExpansion') {
    const { operation, text } = node;
    const unknown =
      operation?.type === 'Unknown' ||
      (operation?.type === 'Transform' && !TRANSFORMATIONS.has(operation.operand.text));
    return unknown ? `bad substitution: ${text}` : undefined;
  }
  if (node.type === 'HereDoc' && node.closing === undefined) {
    return `no line ${node.delimiter?.value ?? ''} ends this here-document`;
  }
  return undefined;
}

function faultsOf(script: ParsedScript, text: string): SyntaxFault[] {
  const faults = syntaxFaults(script);
  if (faults.length === 0) faults.push(...passedOver(script, text));
  walk(script, false, (node, at, patternAllowed) => {
    const message = refused(node, patternAllowed);
    if (message !== undefined) faults.push({ at, message });
    if (node.type === 'Script') return false;
    return patternAllowed || node.type === 'TestCommand' || node.type === 'ParameterExpansion';
  });
  return faults;
}

/** What is wrong with how `text` ends, when it is read as a function's body. */
function endFault(text: string, script: ParsedScript): SyntaxFault | undefined {
  if (script.commands.length === 0) return { at: 0, message: 'there is no command in it' };
  if (syntaxFaults(parseScript(`f() {\n${text}\n}`)).length === 0) return undefined;
  return { at: text.length, message: 'a command cannot end in a backslash' };
}

/**
 * Whether `text` can stand as the body of a bash function: its syntax is right to the end, nothing
 * in it closes the function or swallows what follows, and every character can be shown.
 * Agrees with `bash -n`, and is stricter where bash finds a mistake only when it gets there.
 */
export function parseFragment(text: string): ParsedFragment {
  const script = parseScript(text);
  const faults = [...unprintable(text), ...faultsOf(script, text)];
  const end = faults.length === 0 ? endFault(text, script) : undefined;
  if (end !== undefined) faults.push(end);
  if (faults.length === 0) return { ok: true };
  return {
    ok: false,
    problems: faults
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, message }) => {
        const { line, column } = positionAt(text, at);
        return { line, column, message };
      }),
  };
}
