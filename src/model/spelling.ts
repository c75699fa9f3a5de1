import {
  isReference,
  isTemplate,
  template,
  type AnyValue,
  type ListValue,
  type Reference,
  type Template,
} from './value.ts';

/** The bash variable that holds parameter or carried value `name`. */
export function variableName(name: string): string {
  return name.replaceAll('-', '_');
}

/** The variable of a reference, in braces where something that could belong to its name follows. */
function spelledName({ name }: Reference, next: string | Reference | undefined): string {
  const goesOn = typeof next === 'string' && /^\w/.test(next);
  return goesOn ? `\${${variableName(name)}}` : `$${variableName(name)}`;
}

type Parts = Template['parts'];

/** `parts` side by side, literal ones as `literal` has them. */
function joined(parts: Parts, literal: (text: string) => string): string {
  return parts
    .map((part, index) =>
      typeof part === 'string' ? literal(part) : spelledName(part, parts[index + 1]),
    )
    .join('');
}

/** `value` for a reader: a reference is shown as the variable that holds it. */
export function inProse(value: AnyValue | ListValue): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (isReference(value)) return spelledName(value, undefined);
  if (isTemplate(value)) return joined(value.parts, (text) => text);
  const items = value.map(inProse);
  return items.length < 2
    ? items.join('')
    : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** `value` in double quotes, about as bash has it: values that differ are never spelled alike. */
export function spelled(value: AnyValue): string {
  const { parts } = isTemplate(value) ? value : template('text', value);
  return `"${joined(parts, (text) => JSON.stringify(text).slice(1, -1).replaceAll('$', '\\$'))}"`;
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
