import { z } from 'zod';
import { guarded } from './guarded.ts';
import { isPrintable, obeys, RULES, type RuleName } from './rules.ts';

/** The type of a parameter, of a carried value or of an option's value. */
export type ValueType = RuleName | 'choice' | 'lines';

/** A parameter, or a carried value, named where its value is due. */
export interface Reference<T extends ValueType = ValueType> {
  readonly reference: 'parameter' | 'carried';
  readonly name: string;
  readonly type: T;
}

/** Text with references in it. */
export interface Template<T extends ValueType = ValueType> {
  readonly template: T;
  readonly parts: readonly (string | Reference)[];
}

/** What stands where a value of type `T` is due: literal text, a reference, or both in a template. */
export type Value<T extends ValueType> = string | Reference<T> | Template<T>;
export type PathValue = Value<'path'>;
export type UrlValue = Value<'url'>;
/** An address, or a parameter that may be left empty. */
export type MaybeUrlValue = UrlValue | Value<'url-or-none'>;
export type NameValue = string | Reference<'identifier' | 'choice'> | Template<'identifier'>;
export type VersionValue = Value<'version'>;
export type IntegerValue = number | Reference<'integer'>;
export type FingerprintValue = string | Reference<'fingerprint'>;
/** Names, each by itself; one of them may be a parameter that holds several, or none. */
export type ListValue =
  readonly (NameValue | Reference<'identifiers'>)[] | Reference<'identifiers'>;
/** A carried list, one item a line. */
export type LinesValue = Reference<'lines'>;
/** Any text; every reference will do but to a list of lines, which is not one text. */
export type TextValue = string | Reference<Exclude<ValueType, 'lines'>> | Template;
/** An item of a list of texts: a list among them is as many. */
export type ItemValue = TextValue | LinesValue;
/** What any option can hold. */
export type AnyValue = string | number | Reference | Template;

/** Whether `value` is a reference to a parameter or a carried value. */
export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'reference' in value;
}

/** Whether `value` is a template. */
export function isTemplate(value: unknown): value is Template {
  return typeof value === 'object' && value !== null && 'template' in value;
}

/**
 * Text of type `type` made of `pieces`, side by side; templates among them are taken apart.
 * Whether it is a value of that type is judged by the option that it is given to.
 */
export function template<T extends ValueType>(
  type: T,
  ...pieces: readonly AnyValue[]
): Template<T> {
  const parts = pieces.flatMap((piece): (string | Reference)[] => {
    if (isTemplate(piece)) return [...piece.parts];
    return [typeof piece === 'number' ? String(piece) : piece];
  });
  return guarded({ template: type, parts });
}

/** Text with values in it: text`the service ${unit} is stopped`. */
export function text(
  strings: TemplateStringsArray,
  ...values: readonly AnyValue[]
): Template<'text'> {
  const pieces = strings.flatMap((piece, index): AnyValue[] => {
    const value = values[index];
    return value === undefined ? [piece] : [piece, value];
  });
  return template('text', ...pieces.filter((piece) => piece !== ''));
}

/** The references in `value`, in order; none in literal text. */
export function referencesIn(value: unknown): Reference[] {
  if (isReference(value)) return [value];
  if (isTemplate(value)) return value.parts.filter(isReference);
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value === 'object' && value !== null)
    return Object.values(value).flatMap(referencesIn);
  return [];
}

/**
 * A template judged with a value in the place of each reference: literal text around references
 * has to make a value of the template's type with an example in their place.
 */
function sample({ parts }: Template): string | undefined {
  const samples = parts.map(samplePart);
  return samples.includes(undefined) ? undefined : samples.join('');
}

/** Nothing for what is no part of a template: the type checker alone keeps that out. */
function samplePart(part: string | Reference): string | undefined {
  if (typeof part === 'string') return part;
  if (!isReference(part)) return undefined;
  if (part.type === 'choice' || part.type === 'lines') return part.type;
  return RULES[part.type].example;
}

const FITS: Readonly<Partial<Record<RuleName, readonly ValueType[]>>> = {
  identifier: ['identifier', 'choice', 'version'],
  'url-or-none': ['url', 'url-or-none'],
};

function referenceFits(type: RuleName, found: ValueType): boolean {
  return type === 'text' || (FITS[type] ?? [type]).includes(found);
}

function fits(type: RuleName, value: unknown): boolean {
  if (typeof value === 'string') return obeys(type, value);
  if (typeof value === 'number') return type === 'integer' && obeys(type, String(value));
  if (isReference(value)) return referenceFits(type, value.type);
  if (!isTemplate(value)) return false;
  if (type !== 'text' && value.template !== type) return false;
  const tried = sample(value);
  return tried !== undefined && obeys(type, tried);
}

/** How a value of type `type` is written. */
function written(type: RuleName): string {
  const { example } = RULES[type];
  if (type === 'text') return `write ${JSON.stringify(example)}, or any parameter`;
  const literal = type === 'integer' ? example : JSON.stringify(example);
  return `write ${literal}, or ${/^[aeiu]/.test(type) ? 'an' : 'a'} ${type} parameter`;
}

function isLines(value: unknown): boolean {
  return isReference(value) && value.type === 'lines';
}

/** Whether a list of lines is part of the text `value`, where bash would make several words of it. */
function hasLines(value: unknown): boolean {
  return isTemplate(value) && value.parts.some(isLines);
}

const LINES_MEND =
  'a list of lines cannot be part of a text: give it, as it is, to `values` of a shell step or to `lines` of file.content';

function typed<V>(type: RuleName): z.ZodType<V, V> {
  return z
    .custom<V>((value) => hasLines(value) || fits(type, value), {
      error: `must be ${RULES[type].is}`,
      params: { mend: written(type) },
    })
    .refine((value) => !hasLines(value), {
      error: 'must have no list of lines in it',
      params: { mend: LINES_MEND },
    });
}

function isSeveral(value: unknown): boolean {
  return isReference(value) && value.type === 'identifiers';
}

/** What keeps `value` from being a list of names, and where in it. */
function whyNoNames(value: unknown): { path: number[]; message: string; mend: string }[] {
  const mend = "write ['one', 'other'], or an identifiers parameter";
  if (isSeveral(value)) return [];
  if (!Array.isArray(value)) {
    const listed = typeof value === 'string' && obeys('identifier', value);
    const instead = listed ? `write ['${value}']` : mend;
    return [{ path: [], message: 'must be a list', mend: instead }];
  }
  if (value.length === 0) return [{ path: [], message: 'must have a name', mend }];
  return value.flatMap((item: unknown, index) => {
    if (fits('identifier', item) || isSeveral(item)) return [];
    const message = `must be ${RULES.identifier.is}`;
    return [{ path: [index], message, mend: written('identifier') }];
  });
}

/** Names, each by itself, or a parameter that holds several; written out, each stands by itself. */
const names = z.custom<ListValue>().superRefine((value, context) => {
  for (const { path, message, mend } of whyNoNames(value)) {
    context.addIssue({ code: 'custom', path, message, params: { mend }, input: value });
  }
});

/** Schemas of option values, by the type that is due. */
export const valueOf = {
  path: typed<PathValue>('path'),
  url: typed<UrlValue>('url'),
  maybeUrl: typed<MaybeUrlValue>('url-or-none'),
  name: typed<NameValue>('identifier'),
  version: typed<VersionValue>('version'),
  integer: typed<IntegerValue>('integer'),
  fingerprint: typed<FingerprintValue>('fingerprint'),
  text: typed<TextValue>('text').refine((value) => !isLines(value), {
    error: 'must be one text',
    params: { mend: LINES_MEND },
  }),
  item: typed<ItemValue>('text'),
  lines: z.custom<LinesValue>(isLines, {
    error: 'must be a carried list',
    params: { mend: "write `carried.lines('name', …)` above the steps, and give it here" },
  }),
  names,
};

/** Literal prose for readers: one line that shows as what it is. */
export const prose = z
  .string()
  .min(1, 'must not be empty')
  .refine(isPrintable, 'must be one line of printable text');

/** The mode of a file or a directory. */
export const fileMode = z.string().refine((value) => /^0[0-7]{3}$/.test(value), {
  error: 'must be four octal digits like "0644"',
  params: { mend: 'write "0644", or "0600" for what only root may read' },
});
