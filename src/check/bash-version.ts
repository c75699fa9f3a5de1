import type { ParameterExpansionPart, SyntaxNode, Word } from 'unbash';
import { functionsDefined } from '../bash/expansions.ts';
import { parseScript, positionAt, walk, type Position } from '../bash/tree.ts';
import { commandConstructs, ofSetTest, type Construct } from './command-constructs.ts';
import { isLater, OPERATORS, TRANSFORMATIONS, VARIABLES, type BashVersion } from './constructs.ts';

/** A construct of a later bash than the script may need. */
export interface Newer extends Position {
  readonly construct: string;
  /** The version that brought it. */
  readonly since: BashVersion;
}

/** What a script says of its names: these are no longer what bash makes of them. */
interface Names {
  readonly functions: ReadonlySet<string>;
  readonly assigned: ReadonlySet<string>;
  /** Arrays that are declared to be associative, and nowhere to be indexed. */
  readonly associative: ReadonlySet<string>;
}

function ofVariable(name: string, { assigned }: Names): Construct[] {
  const since = VARIABLES[name];
  return since === undefined || assigned.has(name) ? [] : [{ construct: `$${name}`, since }];
}

/** Whether a `&` in `word` stands outside of quotes, or may come out of an expansion that does. */
function mayHoldAmpersand(word: Word): boolean {
  if (word.parts === undefined) return /(?<!\\)&/.test(word.text);
  return word.parts.some((part) => {
    if (part.type === 'Literal') return /(?<!\\)&/.test(part.text);
    return ['SimpleExpansion', 'ParameterExpansion', 'CommandExpansion'].includes(part.type);
  });
}

function ofOperation({ operation }: ParameterExpansionPart): Construct[] {
  switch (operation?.type) {
    case 'CaseModification':
      return [{ construct: `\${name${operation.operator}}`, since: '4.0' }];
    case 'Transform': {
      const letter = operation.operand.text;
      const since = TRANSFORMATIONS[letter];
      return since === undefined ? [] : [{ construct: `\${name@${letter}}`, since }];
    }
    case 'Slice': {
      const negative = operation.length?.text.trimStart().startsWith('-') === true;
      return negative ? [{ construct: 'a negative length of a substring', since: '4.2' }] : [];
    }
    case 'Replace':
      return mayHoldAmpersand(operation.replacement)
        ? [
            {
              construct: 'an unquoted & in a replacement, which stands for what matched',
              since: '5.2',
            },
          ]
        : [];
    default:
      return [];
  }
}

function ofExpansion(node: ParameterExpansionPart, names: Names): Construct[] {
  const found = ofOperation(node);
  // With a default of its own the script does without the variable.
  if (node.operation?.type !== 'Default') found.push(...ofVariable(node.parameter, names));
  if (node.index?.text.trimStart().startsWith('-') === true) {
    found.push({ construct: 'a negative subscript', since: '4.2' });
  }
  return found;
}

function ofAssignment(node: SyntaxNode & { type: 'Assignment' }, names: Names): Construct[] {
  const found: Construct[] = [];
  if (node.index?.text.trimStart().startsWith('-') === true) {
    found.push({ construct: 'a negative subscript that is assigned', since: '4.3' });
  }
  const pairs =
    node.value.type === 'ArrayValue' &&
    node.value.elements.some(({ text }) => !text.startsWith('[')) &&
    names.associative.has(node.name);
  if (pairs) found.push({ construct: 'keys and values side by side', since: '5.1' });
  return found;
}

function operator(text: string): Construct[] {
  const since = OPERATORS[text];
  return since === undefined ? [] : [{ construct: text, since }];
}

function constructsOf(node: SyntaxNode, names: Names): Construct[] {
  switch (node.type) {
    case 'SimpleExpansion':
      return ofVariable(node.text.slice(1), names);
    case 'ArithmeticWord':
      return ofVariable(node.value, names);
    case 'ParameterExpansion':
      return ofExpansion(node, names);
    case 'CommandExpansion':
      return node.text.startsWith('${') ? [{ construct: '${ command; }', since: '5.3' }] : [];
    case 'Assignment':
      return ofAssignment(node, names);
    case 'AnsiCQuoted':
      return /(?<!\\)(\\\\)*\\[uU]/.test(node.text) ? [{ construct: "$'\\u'", since: '4.2' }] : [];
    case 'FileDescriptorVariable':
      return [
        node.name.includes('[')
          ? { construct: '{name[index]}>', since: '4.3' }
          : { construct: '{name}>', since: '4.1' },
      ];
    case 'Redirect':
      return operator(node.operator);
    case 'Pipeline':
      return node.operators.flatMap(operator);
    case 'CaseItem':
      return operator(node.terminator ?? '');
    case 'Coproc':
      return operator('coproc');
    case 'TestUnary':
      if (node.operator === '-v') return [ofSetTest(node.operand.value)];
      return node.operator === '-R' ? [{ construct: '-R', since: '4.3' }] : [];
    default:
      return [];
  }
}

function namesIn(script: string): Names {
  const assigned = new Set<string>();
  const associative = new Set<string>();
  const indexed = new Set<string>();
  walk(parseScript(script), undefined, (node) => {
    if (node.type === 'Assignment') assigned.add(node.name);
    if (node.type !== 'Command' || node.name === undefined) return undefined;
    if (!['declare', 'typeset', 'local', 'readonly'].includes(node.name.value)) return undefined;
    const kinds = node.args.filter(({ text }) => /^-[A-Za-z]*[aA]/.test(text));
    for (const { text } of node.args) {
      const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text)?.[0];
      if (name === undefined || kinds.length === 0) continue;
      (kinds.some((kind) => kind.text.includes('A')) ? associative : indexed).add(name);
    }
    return undefined;
  });
  for (const name of indexed) associative.delete(name);
  return { functions: new Set(functionsDefined(script)), assigned, associative };
}

/**
 * What `script` uses of a bash later than `minimum`, in order. Only what bash would run is looked
 * at: quoted text, comments, and the text of here-documents but for their expansions are not.
 * `eval` and `bash -c` are not looked into.
 */
export function findNewer(script: string, minimum: BashVersion): Newer[] {
  const names = namesIn(script);
  const found: { at: number; one: Construct }[] = [];
  walk(parseScript(script), undefined, (node, at) => {
    for (const one of constructsOf(node, names)) found.push({ at, one });
    if (node.type === 'Command') {
      const anchored = at !== node.pos;
      for (const one of commandConstructs(node, names.functions)) {
        found.push({ at: anchored ? at : one.at, one });
      }
    }
    return undefined;
  });
  return found
    .filter(({ one }) => isLater(one.since, minimum))
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, one }) => {
      const { line, column } = positionAt(script, at);
      return { construct: one.construct, since: one.since, line, column };
    });
}
