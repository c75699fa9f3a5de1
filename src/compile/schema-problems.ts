import { z } from 'zod';
import { isReference } from '../model/value.ts';
import { showFound, type Problem } from '../model/problem.ts';

type Issue = z.core.$ZodIssue;

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );
}

interface Named {
  readonly name: string;
  readonly rest: string;
  /** The place of the step that it is, or is in. */
  readonly step?: number;
}

/** The name that the thing at `path` goes by: `step database-saved`, `parameter backup-dir`. */
function nameOf(input: unknown, path: readonly PropertyKey[]): Named {
  const [list, index, ...deeper] = path;
  const noun = { steps: 'step', parameters: 'parameter', requires: 'requirement' }[String(list)];
  if (noun === undefined || typeof index !== 'number') {
    return { name: 'procedure', rest: path.map(String).join('.') };
  }
  const item = at(input, [String(list), index]);
  const label = at(item, ['id']) ?? at(item, ['name']) ?? at(item, ['requires']);
  const name = typeof label === 'string' ? label : `number ${index + 1}`;
  const named = { name: `${noun} ${name}`, rest: deeper.map(String).join('.') };
  return list === 'steps' ? { ...named, step: index } : named;
}

/** `found` in an error: a parameter or carried value by its name and type. */
function show(found: unknown): string {
  if (!isReference(found)) return showFound(found);
  return `${found.reference === 'carried' ? 'carried value' : 'parameter'} ${found.name}, which is of type ${found.type}`;
}

/** A type that zod names, as a writer knows it. */
function typeName(expected: string): string {
  if (expected === 'string') return 'text';
  return expected === 'array' ? 'a list' : `of type ${expected}`;
}

function tooSmall(issue: z.core.$ZodIssueTooSmall, found: unknown): string {
  if (issue.origin === 'number') return `must be ${issue.minimum} or more, got ${show(found)}`;
  if (issue.message.startsWith('must')) return issue.message;
  const few = Array.isArray(found) && found.length > 0;
  return few ? `must have ${issue.minimum} or more, got ${show(found)}` : 'must not be empty';
}

function whatIsWrong(issue: Issue, found: unknown): string {
  const { message } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return `has no option ${issue.keys.map((key) => `\`${key}\``).join(', ')}`;
    case 'invalid_type':
      return `must be ${typeName(issue.expected)}, got ${show(found)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}, got ${show(found)}`;
    case 'invalid_union':
      return `${message.startsWith('must') ? message : isOfKinds(issue) ? 'is of no known kind' : 'is none of what it can be'}, got ${show(found)}`;
    case 'too_small':
      return tooSmall(issue, found);
    default:
      return `${message.startsWith('must') ? message : 'is not valid'}, got ${show(found)}`;
  }
}

/** Whether it is about a step or a requirement that is of no kind, and not about one of its options. */
function isOfKinds(issue: Issue): boolean {
  return 'discriminator' in issue && issue.discriminator !== undefined;
}

function mendOfType(expected: string, found: unknown): string {
  if (expected === 'string') return 'write one line of text in quotes';
  const plain = typeof found === 'string' && /^[\w .+:/@-]+$/.test(found);
  if (expected === 'array' && plain) return `write ['${found}']`;
  const type = expected === 'array' ? 'a list, in [ ]' : expected;
  return `give it as ${type}; \`stepwright new NAME\` makes an example`;
}

function howToMend(issue: Issue, found: unknown): string {
  if (issue.code === 'custom' && typeof issue.params?.['mend'] === 'string') {
    return issue.params['mend'];
  }
  if (issue.code === 'unrecognized_keys') return 'take it out, or see the kind’s options';
  if (issue.code === 'invalid_union') {
    return isOfKinds(issue)
      ? 'use the functions that the package exports'
      : 'write it as the type of this option has it';
  }
  if (issue.message.includes('joined by hyphens')) return 'write something like "database-saved"';
  if (issue.code === 'invalid_type') return mendOfType(issue.expected, found);
  if (issue.code === 'too_small' && issue.origin === 'array') return 'name more of them';
  if (issue.message.includes('printable text')) return 'write one line of text in quotes';
  return 'write it in that form';
}

/** What zod found wrong with the procedure `input` of `file`, in the words of who mends it. */
export function schemaProblems(file: string, input: unknown, error: z.ZodError): Problem[] {
  return error.issues.map((issue) => {
    const { name, rest, ...place } = nameOf(input, issue.path);
    const found = at(input, issue.path);
    const subject = rest === '' ? '' : `\`${rest}\` `;
    return {
      where: `${file}: ${name}`,
      ...place,
      what: `${subject}${whatIsWrong(issue, found)}`,
      mend: howToMend(issue, found),
    };
  });
}
