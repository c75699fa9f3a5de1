import type { Command, SyntaxNode } from 'unbash';
import { parseScript, walk } from './tree.ts';

/** Builtins that may change or end the shell that runs them: all but `[`, echo, false, pwd, test and true. */
const TELLING = new Set(
  (
    '. : alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs ' +
    'disown enable eval exec exit export fc fg getopts hash help history jobs kill let local logout ' +
    'mapfile popd printf pushd read readarray readonly return set shift shopt source suspend times ' +
    'trap type typeset ulimit umask unalias unset wait'
  ).split(' '),
);

/** What can do nothing by itself. */
const PASSIVE = new Set<SyntaxNode['type']>([
  'AndOr',
  'AnsiCQuoted',
  'DoubleQuoted',
  'FileDescriptor',
  'Glob',
  'Literal',
  'Negation',
  'Pipeline',
  'Redirect',
  'Script',
  'SingleQuoted',
  'TestCommand',
  'TestGroup',
  'TestLogical',
  'TestNot',
  'Word',
]);

/** `[[ 1 -eq x=1 ]]` sets x. */
const ARITHMETIC = /^-(?:eq|ne|lt|le|gt|ge)$/;

/** `[[ -v a[x=1] ]]` sets x, and what `$name` holds may be such. */
const PLAIN_NAME = /^[A-Za-z_]\w*$/;

function isProgram({ name, prefix, suffix }: Command, functions: ReadonlySet<string>): boolean {
  if (name === undefined || prefix.length > 0 || name.text !== name.value) return false;
  if (
    suffix.some((word) => word.type === 'Word' && word.value === '-v') &&
    /^(?:test|\[)$/.test(name.value)
  )
    return false;
  return !(TELLING.has(name.value) || functions.has(name.value));
}

/**
 * Whether `text`, run in a shell, certainly leaves it as it was and cannot end it: it is made of
 * programs and tests, and reads none but `variables`, which have to be set. `functions`: what may be
 * called by name and is no program.
 */
export function isTraceless(
  text: string,
  variables: ReadonlySet<string>,
  functions: ReadonlySet<string>,
): boolean {
  let traceless = true;
  const judge = (node: SyntaxNode): boolean => {
    switch (node.type) {
      case 'Command':
        return isProgram(node, functions);
      case 'Statement':
        return node.background !== true;
      case 'TestBinary':
        return !ARITHMETIC.test(node.operator);
      case 'TestUnary':
        return node.operator !== '-v' || PLAIN_NAME.test(node.operand.text);
      case 'SimpleExpansion':
        return variables.has(node.text.slice(1));
      case 'ParameterExpansion':
        return node.text === `\${${node.parameter}}` && variables.has(node.parameter);
      default:
        return PASSIVE.has(node.type);
    }
  };
  // What is substituted comes from a shell of its own.
  walk(parseScript(text), false, (node, _, within) => {
    traceless &&= within || node.type === 'CommandExpansion' || judge(node);
    return within || node.type === 'CommandExpansion';
  });
  return traceless;
}
