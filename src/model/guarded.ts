import type { Reference, Template } from './value.ts';

function named({ reference, name }: Reference): string {
  return `${reference === 'carried' ? 'carried value' : 'parameter'} ${name}`;
}

function whatItIs(value: Reference | Template): string {
  if ('reference' in value) return named(value);
  const first = value.parts.find((part) => typeof part !== 'string');
  return first === undefined ? 'what is no plain text' : `what has ${named(first)} in it`;
}

/**
 * `value`, which throws where JavaScript would make text of it: `${value}` would be "[object Object]".
 * Nobody else sees that: it is not copied, compared or printed, and `toString` stays as it is.
 */
export function guarded<V extends Reference | Template>(value: V): V {
  return Object.defineProperty(value, Symbol.toPrimitive, {
    value: () => {
      throw new TypeError(
        `${whatItIs(value)} stands in plain text, where it has no value yet: ` +
          'write text`…` or path(…), or give it in `values` of the step',
      );
    },
  });
}
