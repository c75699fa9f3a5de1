import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { parameter, path, text } from '../../src/index.ts';
import { showFound } from '../../src/model/problem.ts';
import { small } from '../support/procedures.ts';

const dir = parameter.path('backup-dir', { default: '/srv', help: 'a folder' });
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
  [dir, '$backup_dir'],
  [path(dir, '..', 'x'), '$backup_dir/../x'],
  [[dir, { a: text`root=${dir}` }], '["$backup_dir",{"a":"root=$backup_dir"}]'],
  // What was written by hand, and is none.
  [{ reference: 'parameter' }, '{"reference":"parameter"}'],
  [{ template: 'text', parts: [1] }, '{"template":"text","parts":[1]}'],
])('any value can be shown: %#', (found, shown) => {
  expect(showFound(found)).toBe(shown);
});

test('a procedure with a value that JSON has not is refused in words', async () => {
  const wrong = small({ title: 12n as never });
  await expect(compile('steps/small/index.ts', wrong)).rejects.toThrow(/title.*12n/s);
});
