import { expect, test } from 'vitest';
import { bareKeys } from '../../src/bash/keys.ts';
import { formatScript } from '../../src/compile/format.ts';

/** Whether the layout leaves `text`, but for blanks at its ends, as it stands. */
async function isLeft(text: string): Promise<boolean> {
  return (await formatScript(text).catch(() => '')).trim() === text;
}

test.each([
  ['declare -A m=([a-b]=1)', ['1:12 a-b']],
  ['declare -A m\nm[a-b]=1', ['2:1 a-b']],
  ['declare -A m\nm+=([a.b]=1 [c]=2 [d/e]=3)', ['2:1 a.b', '2:1 d/e']],
  ['declare -A m\necho "${m[shop.service]}"', ['2:7 shop.service']],
  ['declare -A m\necho "${m[a b]}"', ['2:7 a b']],
  ['declare -A m\necho "${m[$x-b]}"', ['2:7 $x-b']],
  ['declare -A m=([$a-b]=1 [a/$b]=2)', ['1:12 $a-b', '1:12 a/$b']],
  ['f() {\n  local -rA m=([a/b]=1)\n}', ['2:13 a/b']],
])('%j', async (text, places) => {
  expect(bareKeys(text).map((key) => `${key.line}:${key.column} ${key.text}`)).toEqual(places);
  expect(await isLeft(text)).toBe(false);
});

test.each([
  'declare -A m=(["a-b"]=1 [\'c.d\']=2 [e]=3)',
  'declare -A m=(["$a-$b"]=1 [${a%%-*}]=2 [$(date +%s-x)]=3 [$a]=4 ["it\'s"]=5)',
  'declare -A m\nm["a-b"]=1\necho "${m["a b"]}" "${m[$x]}" "${m[a_1]}" "${!m[@]}" "${#m[*]}"',
  'declare -A m\necho "${m["$x-b"]}" "${m[${x}_b]}"',
  'declare -A m=()\nn[1 - 1]=2',
  'declare -a n\nn[i + 1]=2\necho "${n[i - 1]}"',
])('%j has none', async (text) => {
  expect(bareKeys(text)).toEqual([]);
  expect(await isLeft(text)).toBe(true);
});
