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

function whatIsWrong(issue: Issue, found: unknown): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `has no option ${issue.keys.map((key) => `\`${key}\``).join(', ')}`;
    case 'invalid_type':
      return `must be ${issue.expected === 'string' ? 'text' : `of type ${issue.expected}`}, got ${show(found)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}, got ${show(found)}`;
    case 'invalid_union':
      return `${issue.message.startsWith('must') ? issue.message : 'is of no known kind'}, got ${show(found)}`;
    case 'too_small':
      if (issue.origin === 'number') return `must be ${issue.minimum} or more, got ${show(found)}`;
      return issue.message.startsWith('must') ? issue.message : 'must not be empty';
    default:
      return `${issue.message.startsWith('must') ? issue.message : 'is not valid'}, got ${show(found)}`;
  }
}

function howToMend(issue: Issue): string {
  if (issue.code === 'custom' && typeof issue.params?.['mend'] === 'string') {
    return issue.params['mend'];
  }
  if (issue.code === 'unrecognized_keys') return 'take it out, or see the kind’s options';
  if (issue.code === 'invalid_union') return 'use the functions that the package exports';
  if (issue.message.includes('joined by hyphens')) return 'write something like "database-saved"';
  if (issue.code === 'invalid_type' && issue.expected !== 'string') {
    return `give it as ${issue.expected}; \`stepwright new NAME\` makes an example`;
  }
  if (issue.message.includes('printable text') || issue.code === 'invalid_type') {
    return 'write one line of text in quotes';
  }
  return 'write it in that form';
}

/** What zod found wrong with the procedure `input` of `file`, in the words of who mends it. */
export function schemaProblems(file: string, input: unknown, error: z.ZodError): Problem[] {
  return error.issues.map((issue) => {
    const { name, rest, ...place } = nameOf(input, issue.path);
    const subject = rest === '' ? '' : `\`${rest}\` `;
    return {
      where: `${file}: ${name}`,
      ...place,
      what: `${subject}${whatIsWrong(issue, at(input, issue.path))}`,
      mend: howToMend(issue),
    };
  });
}
