import type { SyntaxNode } from 'unbash';
import { parseScript } from './tree.ts';

function isTest(node: SyntaxNode): boolean {
  switch (node.type) {
    case 'TestCommand':
      return true;
    case 'Command':
      return node.name !== undefined && /^(?:test|\[)$/.test(node.name.text);
    case 'Statement':
      return node.background !== true && isTest(node.command);
    case 'Redirected':
      return isTest(node.command);
    case 'Pipeline':
      return node.commands.length === 1 && node.commands.every(isTest);
    case 'AndOr':
    case 'CompoundList':
    case 'Script':
      return node.commands.every(isTest);
    case 'BraceGroup':
    case 'Subshell':
      return isTest(node.body);
    default:
      return false;
  }
}

/**
 * Whether `text` has no command but tests: `[[ … ]]`, `[ … ]` and `test …`, joined by `&&`, `||`, `!`
 * and groups. Of these, ShellCheck wants no shell of their own.
 */
export function isTestsAlone(text: string): boolean {
  return isTest(parseScript(text));
}

/** `text`, which is tests alone, with an `exit` where they do not hold: with the status that they have. */
export function orExit(text: string): string {
  const end = parseScript(text).commands.at(-1)?.command.end ?? text.length;
  return `${text.slice(0, end)} || exit${text.slice(end)}`;
}
