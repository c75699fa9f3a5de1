import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileCache } from '../../src/check/cache.ts';

const DAY = 24 * 60 * 60;
const isText = (value: unknown): value is string => typeof value === 'string';
let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'stepwright-cache-')), 'cache');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

/** Makes all that is in the folder `days` days older. */
function age(days: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const time = statSync(path).mtimeMs / 1000 - days * DAY;
    utimesSync(path, time, time);
  }
}

test('an answer is recalled, and is none to who asks something else', () => {
  const cache = fileCache(folder);
  expect(cache.recall(['a', 'b'], isText)).toBeUndefined();
  cache.keep(['a', 'b'], 'yes');
  expect(cache.recall(['a', 'b'], isText)).toBe('yes');
  expect(cache.recall(['ab'], isText)).toBeUndefined();
  cache.keep(['a', 'b'], 7);
  expect(cache.recall(['a', 'b'], isText)).toBeUndefined();
});

test('a damaged answer is none', () => {
  const cache = fileCache(folder);
  cache.keep(['a'], 'yes');
  const file = readdirSync(folder).find((name) => name.endsWith('.json'));
  writeFileSync(join(folder, file ?? ''), '"ye');
  expect(cache.recall(['a'], isText)).toBeUndefined();
});

test('what nobody has asked for in 90 days is removed, and what is in use stays', () => {
  const cache = fileCache(folder);
  cache.keep(['used'], 'yes');
  cache.keep(['not used'], 'yes');
  writeFileSync(join(folder, 'left.json.part-1'), '');
  age(89);
  expect(cache.recall(['used'], isText)).toBe('yes');
  age(2);
  fileCache(folder).keep(['another'], 'yes');
  expect(cache.recall(['used'], isText)).toBe('yes');
  expect(cache.recall(['another'], isText)).toBe('yes');
  expect(cache.recall(['not used'], isText)).toBeUndefined();
  expect(existsSync(join(folder, 'left.json.part-1'))).toBe(false);
});

test('it is looked through once a day at most', () => {
  const cache = fileCache(folder);
  cache.keep(['old'], 'yes');
  age(91);
  utimesSync(join(folder, 'pruned'), new Date(), new Date());
  cache.keep(['new'], 'yes');
  expect(cache.recall(['old'], isText)).toBe('yes');
});

test('a folder that cannot be made is no failure', () => {
  writeFileSync(join(folder, '..', 'file'), '');
  const cache = fileCache(join(folder, '..', 'file', 'cache'));
  cache.keep(['a'], 'yes');
  expect(cache.recall(['a'], isText)).toBeUndefined();
});
