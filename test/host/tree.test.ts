import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTree, type Reading } from '../../src/simulate/root/tree.ts';

/** So long that whatever was done before is certain to have another time. */
const TICKS_MS = 120;
const root = mkdtempSync(join(tmpdir(), 'stepwright-tree-'));
let last: Reading;

/** What a reading that goes by the one before finds, after checking that it finds all there is. */
async function readAgain(): Promise<Reading> {
  last = readTree(root, undefined, last);
  expect([...last.tree]).toEqual([...readTree(root).tree]);
  await setTimeout(TICKS_MS);
  return last;
}

beforeAll(async () => {
  for (const folder of ['etc/a', 'var']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'etc/a/one'), '1');
  symlinkSync('/.model/lib/x', join(root, 'etc/x'));
  last = readTree(root);
  await setTimeout(TICKS_MS);
});

afterAll(() => rmSync(root, { recursive: true }));

describe('a tree that is read again', () => {
  test('is the same where nothing has changed', async () => {
    await readAgain();
    const { tree, folders } = await readAgain();
    expect([...tree.keys()]).toEqual(['/etc', '/etc/a', '/etc/a/one', '/var']);
    // Links to what each root has anyway are not even asked after again.
    expect(folders.get('/etc')?.names).toEqual(['a']);
  });

  test.each<[string, () => void]>([
    ['has what was added', () => writeFileSync(join(root, 'etc/a/two'), '2')],
    ['has what was written anew', () => writeFileSync(join(root, 'etc/a/two'), '3')],
    ['has a new name', () => renameSync(join(root, 'etc/a/two'), join(root, 'etc/a/three'))],
    ['lacks what was removed', () => rmSync(join(root, 'etc/a/three'))],
    ['has another folder of the same name', () => swap('etc/a', 'var/a')],
    [
      'has a link of its own in place of one that each root has',
      () => {
        rmSync(join(root, 'etc/x'));
        symlinkSync('/var', join(root, 'etc/x'));
      },
    ],
  ])('%s', async (_what, change) => {
    change();
    await readAgain();
    // What was changed just now is read again, until its time is certain to have passed.
    await readAgain();
  });
});

test('files that come and go while it is read are there, or are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-tree-'));
  const busy = spawn('bash', ['-c', 'while mkdir a && : >a/x && rm -r a; do :; done'], {
    cwd: folder,
  });
  const ended = new Promise((resolve) => busy.on('exit', resolve));
  for (let times = 0; times < 3000; times += 1) readTree(folder);
  busy.kill();
  await ended;
  rmSync(folder, { recursive: true });
});

/** Puts a folder with other files in place of another. */
function swap(place: string, kept: string): void {
  renameSync(join(root, place), join(root, kept));
  mkdirSync(join(root, place));
  writeFileSync(join(root, place, 'other'), '');
}
