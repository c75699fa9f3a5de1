import { describe, expect, test } from 'vitest';
import { absorb, losePower, syncTree } from '../../src/simulate/root/durable.ts';
import type { Entry, Tree } from '../../src/simulate/root/tree.ts';

function file(inode: number, text: string): Entry {
  return { type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, inode, data: Buffer.from(text) };
}

function texts(tree: Tree): Record<string, string> {
  return Object.fromEntries([...tree].map(([path, { data }]) => [path, data.toString()]));
}

const before = {
  tree: new Map([
    ['/journal', file(1, 'one\n')],
    ['/conf', file(2, 'old')],
  ]),
};

describe('what is left when the power fails', () => {
  test('nothing since the last sync, or half of what was added', () => {
    const now = new Map([
      ['/journal', file(1, 'one\nsecond\n')],
      ['/conf', file(2, 'old')],
      ['/new', file(3, 'text')],
    ]);
    expect(texts(losePower(now, before, 'early'))).toEqual({ '/journal': 'one\n', '/conf': 'old' });
    expect(texts(losePower(now, before, 'late'))).toEqual({
      '/journal': 'one\nsec',
      '/conf': 'old',
      '/new': 'te',
    });
  });

  test('a file that took the place of another by a rename is whole', () => {
    const now = new Map([['/conf', file(3, 'renamed over')]]);
    expect(texts(losePower(now, before, 'late'))).toEqual({ '/conf': 'renamed over' });
  });

  test('a sync of one file keeps that file, and every name', () => {
    const now = new Map([
      ['/a', file(3, 'synced')],
      ['/b', file(4, 'not synced')],
    ]);
    const after = syncTree(now, before, new Set(['/a']));
    expect(texts(after.tree)).toEqual({ '/a': 'synced', '/b': '' });
    expect(texts(losePower(now, after, 'late'))).toEqual({ '/a': 'synced', '/b': 'not s' });
  });

  test('a sync of everything keeps everything', () => {
    const now = new Map([['/b', file(4, 'text')]]);
    expect(texts(syncTree(now, before).tree)).toEqual({ '/b': 'text' });
  });

  test('what a program syncs itself is certain, and what it removes is gone', () => {
    const now = new Map([
      ['/conf', file(9, 'by dpkg')],
      ['/other', file(10, 'loose')],
    ]);
    expect(texts(absorb(now, before, ['/conf', '/journal']).tree)).toEqual({ '/conf': 'by dpkg' });
  });
});
