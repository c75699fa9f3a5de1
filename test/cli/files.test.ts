import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { userCache } from '../../src/cli/files.ts';
import { CLI } from '../support/command-line.ts';

let home: string;
let temporary: string;
// Of a worker that is killed, the folder that ends with the process stays.
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'stepwright-temporary-'));
  chmodSync(temporary, 0o755);
  vi.stubEnv('TMPDIR', temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stepwright-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the cache of a user', () => {
  test('is where the environment says', () => {
    expect(userCache({ XDG_CACHE_HOME: '/x', HOME: '/h' }, home)).toBe('/x');
    expect(userCache({ XDG_CACHE_HOME: '', HOME: '/h' }, home)).toBe('/h/.cache');
  });

  test('is below the home of the account, where no other is named', () => {
    expect(userCache({}, home)).toBe(join(home, '.cache'));
    expect(userCache({ HOME: '' }, home)).toBe(join(home, '.cache'));
  });

  test('is a folder of this process alone, where there is no such home', () => {
    const folder = userCache({}, join(home, 'none'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(userCache({}, '/nonexistent')).toBe(folder);
  });

  test('is not below a home in which everybody can write', () => {
    chmodSync(home, 0o777);
    expect(userCache({}, home)).not.toContain(home);
  });

  test.skipIf(process.getuid?.() !== 0)("is not below somebody else's home", () => {
    chownSync(home, 12345, 12345);
    expect(userCache({}, home)).not.toContain(home);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'of an account without a home ends with the process',
    () => {
      const environment = { PATH: process.env['PATH'] ?? '', TMPDIR: home };
      chmodSync(home, 0o777);
      const { stdout } = spawnSync(process.execPath, [CLI, 'doctor', '--json'], {
        cwd: home,
        encoding: 'utf8',
        env: environment,
        uid: 12345,
        gid: 12345,
      });
      const { cache } = JSON.parse(stdout) as { cache: { path: string } };
      expect(cache.path).toMatch(new RegExp(`^${home}/stepwright-cache-\\w+/stepwright$`));
      expect(statSync(join(cache.path, '..'), { throwIfNoEntry: false })).toBeUndefined();
    },
  );
});
