import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { showFound } from '../../src/model/problem.ts';
import { small } from '../support/procedures.ts';

const itself: Record<string, unknown> = {};
itself['self'] = itself;

test.each([
  [undefined, 'nothing'],
  ['a\nb', '"a\\nb"'],
  [12n, '12n'],
  [{ a: [1n] }, '{"a":["1n"]}'],
  [Symbol('s'), 'Symbol(s)'],
  ['a\u200bb\u202e\u0085', '"a\\u200bb\\u202e\\u0085"'],
  ['\u00e9\u{1f600}', '"\u00e9\u{1f600}"'],
  [new Function('a', 'return a'), 'function anonymous(a ) { return a }'],
  [itself, '[object Object]'],
])('any value can be shown: %#', (found, text) => {
  expect(showFound(found)).toBe(text);
});

test('a procedure with a value that JSON has not is refused in words', async () => {
  const wrong = small({ title: 12n as never });
  await expect(compile('steps/small/index.ts', wrong)).rejects.toThrow(/title.*12n/s);
});
