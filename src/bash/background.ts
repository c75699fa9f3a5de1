import type { SyntaxNode } from 'unbash';
import { parseScript, positionAt, walk, type Position } from './tree.ts';

/** Words that stand before a command without being it. */
const BEFORE = new Set(['run', 'command', 'builtin']);

function isWait(node: SyntaxNode): boolean {
  if (node.type !== 'Command' || node.name === undefined) return false;
  const operands = node.suffix.filter((item) => item.type === 'Word');
  const words = [node.name, ...operands].map(({ value }) => value);
  return words.find((word) => !BEFORE.has(word)) === 'wait';
}

function isJob(node: SyntaxNode): boolean {
  return node.type === 'Coproc' || (node.type === 'Statement' && node.background === true);
}

/** What is below `node` runs in a shell of its own, and only that one can wait for its jobs. */
function hasOwnShell(node: SyntaxNode): boolean {
  if (node.type === 'Pipeline') return node.commands.length > 1;
  return (
    isJob(node) ||
    node.type === 'Subshell' ||
    node.type === 'CommandExpansion' ||
    node.type === 'ProcessSubstitution'
  );
}

/**
 * Where a command of `text` is started in the background, and no `wait` follows in the same shell:
 * which job a `wait` is for is not looked at, nor whether it is come to.
 */
export function unawaitedJobs(text: string): Position[] {
  const script = parseScript(text);
  const jobs: (readonly [number, SyntaxNode])[] = [];
  const waits: (readonly [number, SyntaxNode])[] = [];
  walk<SyntaxNode>(script, script, (node, at, shell) => {
    if (isJob(node)) jobs.push([at, shell]);
    if (isWait(node)) waits.push([at, shell]);
    return hasOwnShell(node) ? node : shell;
  });
  return jobs
    .filter(([at, shell]) => !waits.some(([later, same]) => same === shell && later > at))
    .map(([at]) => positionAt(text, at));
}
