import { beforeAll, describe, expect, test } from 'vitest';
import { edits } from '../../bench/edits.ts';
import { noise, ratioOf, type Noise } from '../../bench/noise.ts';

const names = (await edits()).map(({ name }) => name);
let all: ReadonlyMap<string, Noise>;

beforeAll(async () => {
  all = new Map((await noise()).map((each) => [each.edit.name, each]));
});

function of(name: string): Noise {
  const found = all.get(name);
  if (found === undefined) throw new Error(`no edit ${name}`);
  return found;
}

describe('a typical edit changes little more of the scripts than it has to', () => {
  test('there are twenty of them', () => {
    expect(new Set(names).size).toBe(20);
  });

  test.each(names)('%s: lines', (name) => {
    const ratio = ratioOf(of(name));
    expect(ratio).toBeLessThanOrEqual(1.2);
    // Less than the smallest is a smallest that was reckoned wrongly.
    expect(ratio).toBeGreaterThanOrEqual(1);
  });

  test.each(names)('%s: no other step, and not the runtime', (name) => {
    const { edit, touched, runtimeChanged } = of(name);
    expect(touched.filter((id) => !edit.about.includes(id))).toEqual([]);
    expect(runtimeChanged).toBe(false);
  });
});
