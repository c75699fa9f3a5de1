import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { obeys, RULES, type RuleName } from '../../../src/model/rules.ts';
import { runtimeOn, temporaryHost } from '../../support/kinds.ts';

const TYPES = Object.keys(RULES) as RuleName[];

test('the runtime has the rules of the compiler', () => {
  const body = `for type in ${TYPES.join(' ')}; do
    printf '%s\\0' "\${sw_rule_words[$type]}" "\${sw_rule_accepts[$type]}" "\${sw_rule_rejects[$type]:-}"
  done
  echo "\${#sw_rule_words[@]}"`;
  const fields = runtimeOn(temporaryHost(), body).output.split('\0');
  const told = TYPES.map((type, index) => [type, ...fields.slice(3 * index, 3 * index + 3)]);
  const rules: Record<string, { is: string; accept: string; reject?: string }> = RULES;
  const expected = TYPES.map((type) => [
    type,
    rules[type]?.is,
    rules[type]?.accept,
    rules[type]?.reject ?? '',
  ]);
  expect(told).toEqual(expected);
  expect(fields.at(-1)).toBe(`${TYPES.length}\n`);
});

const PIECES = [
  ['/', '.', '..', '-', '_', ':', '@', '+', '~', ' ', '  ', '\n', '\t', '\u0000', '%', '$(x)'],
  ['a', 'Z', '0', '1', '9', 'é', '\u0080', '\u009f', '\u00a0', '\u200b', '\u202e', '\u2060'],
  ['\ufeff', '😀', 'ß', 'yes', 'no', 'http://', 'https://x', "'", '"', '\\', '*', '[a]', '!'],
  ['\u001b[31m', '\u007f', '00', '0123456789ABCDEF0123456789ABCDEF01234567', 'YES', '１'],
].flat();

/** Values that come near to obeying, and any text at all. */
function candidates(): string[] {
  const pieces = fc.constantFrom(...PIECES);
  const near = fc.array(pieces, { maxLength: 6 }).map((list) => list.join(''));
  const any = fc.string({ unit: 'binary', maxLength: 12 });
  const examples = Object.values(RULES).map(({ example }) => example);
  return (
    [
      ...examples,
      ...fc.sample(near, { numRuns: 4000, seed: 7 }),
      ...fc.sample(any, { numRuns: 1000, seed: 7 }),
    ]
      // A variable of bash cannot hold the one, and its text cannot show the other.
      .filter((value) => !value.includes('\0') && Buffer.from(value).toString() === value)
  );
}

test('it accepts what the compiler accepts, and nothing else', () => {
  const values = candidates();
  const host = temporaryHost();
  host.write('values', values.map((value) => `${value}\0`).join(''));
  const body = `mapfile -d '' -t values <${quote(host.path('values'))}
    for value in "\${values[@]}"; do
      line=''
      for type in ${TYPES.join(' ')}; do
        if sw_obeys "$type" "$value"; then line+="$type "; fi
      done
      printf '%s\\n' "$line"
    done`;
  const lines = runtimeOn(host, body).output.split('\n').slice(0, -1);
  const wrong = values.flatMap((value, index) => {
    const expected = TYPES.filter((type) => obeys(type, value)).join(' ');
    const found = lines[index]?.trimEnd();
    return found === expected ? [] : [{ value: JSON.stringify(value), expected, found }];
  });
  expect(lines).toHaveLength(values.length);
  expect(wrong).toEqual([]);
});
