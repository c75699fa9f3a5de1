import {
  isReference,
  isTemplate,
  type AnyValue,
  type ListValue,
  type Reference,
  type Template,
} from './value.ts';

/** The bash variable that holds parameter or carried value `name`. */
export function variableName(name: string): string {
  return name.replaceAll('-', '_');
}

/** `value` for a reader: a reference is shown as the variable that holds it. */
export function inProse(value: AnyValue | ListValue): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (isReference(value)) return `$${variableName(value.name)}`;
  if (isTemplate(value)) return value.parts.map(inProse).join('');
  const items = value.map(inProse);
  return items.length < 2
    ? items.join('')
    : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

function spelledPart(part: string | Reference, next: string | Reference | undefined): string {
  if (typeof part === 'string') return JSON.stringify(part).slice(1, -1).replaceAll('$', '\\$');
  const name = variableName(part.name);
  return typeof next === 'string' && /^\w/.test(next) ? `\${${name}}` : `$${name}`;
}

/** `value` in double quotes, about as bash has it: values that differ are never spelled alike. */
export function spelled(value: AnyValue): string {
  const parts = isTemplate(value)
    ? value.parts
    : [typeof value === 'number' ? String(value) : value];
  return `"${parts.map((part, index) => spelledPart(part, parts[index + 1])).join('')}"`;
}

function isNamed(value: unknown): value is Reference {
  return isReference(value) && typeof value.name === 'string';
}

/** Whether `value` is a reference or a template in all that its spelling is made of. */
export function canBeSpelled(value: unknown): value is Reference | Template {
  if (!isTemplate(value)) return isNamed(value);
  const { parts } = value as { readonly parts: unknown };
  return Array.isArray(parts) && parts.every((part) => typeof part === 'string' || isNamed(part));
}
