import { z } from 'zod';
import { obeys, RULES, type RuleName } from './rules.ts';
import { prose } from './value.ts';

/** The types that a parameter can have. */
export const PARAMETER_TYPES = [
  'path',
  'url',
  'url-or-none',
  'identifier',
  'identifiers',
  'version',
  'integer',
  'boolean',
  'choice',
  'fingerprint',
] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** Lower-case words joined by hyphens: the names of steps, parameters and carried values. */
export const kebab = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, {
    error: 'must be lower-case words joined by hyphens',
  })
  .max(60, 'must have 60 characters at most');

interface Wrong {
  readonly path: 'choices' | 'default' | 'minimum';
  readonly message: string;
  readonly mend?: string;
}

/** What keeps a parameter from being one; whether the default is right is asked last. */
function whyWrong(parameter: Limits & { readonly default: string }): Wrong[] {
  const { choices, minimum, maximum } = parameter;
  if (choices !== undefined && new Set(choices).size < choices.length) {
    const mend = 'name each of them once';
    return [{ path: 'choices', message: 'must not name one of them twice', mend }];
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    const message = `must not be more than \`maximum\`, which is ${maximum}`;
    return [{ path: 'minimum', message, mend: 'exchange the two, or mend one' }];
  }
  const message = whyRefused(parameter, parameter.default);
  return message === undefined ? [] : [{ path: 'default', message }];
}

/**
 * Something that the administrator may set when running a script. The definition is itself the
 * reference that stands where its value is due.
 */
export const parameterSchema = z
  .strictObject({
    reference: z.literal('parameter'),
    name: kebab,
    type: z.enum(PARAMETER_TYPES),
    help: prose,
    default: z.string(),
    choices: z.array(prose).min(2).optional(),
    minimum: z.int().min(0).optional(),
    maximum: z.int().min(0).optional(),
  })
  .superRefine((parameter, context) => {
    for (const { path, message, mend } of whyWrong(parameter)) {
      context.addIssue({
        code: 'custom',
        path: [path],
        message,
        ...(mend === undefined ? {} : { params: { mend } }),
        input: parameter[path],
      });
    }
  });
export type Parameter = z.output<typeof parameterSchema>;

/** What the values of a parameter can be. */
interface Limits {
  readonly type: ParameterType;
  readonly choices?: readonly string[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

/**
 * What `text` would have to be to be a value of `parameter`: "must be …"; undefined when it is one.
 * The generated script refuses exactly the same texts.
 */
export function whyRefused(parameter: Limits, text: string): string | undefined {
  const { type, choices, minimum, maximum } = parameter;
  if (type === 'choice') {
    if (choices === undefined) return undefined;
    return choices.includes(text) ? undefined : `must be one of ${choices.join(', ')}`;
  }
  if (!obeys(type, text)) return `must be ${RULES[type satisfies RuleName].is}`;
  if (type !== 'integer') return undefined;
  if (minimum !== undefined && Number(text) < minimum) return `must be ${minimum} or more`;
  if (maximum !== undefined && Number(text) > maximum) return `must be ${maximum} or less`;
  return undefined;
}
