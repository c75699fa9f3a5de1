import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { packageVersion } from '../../src/cli/package-version.ts';
import { fakeShellCheck } from '../check/fakes.ts';

const VERSIONS = '../../src/cli/package-version.ts';
const TABLE = '../../src/check/constructs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepwright-remembered-'));
  vi.resetModules();
});
afterEach(() => {
  vi.doUnmock(VERSIONS);
  vi.doUnmock(TABLE);
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test('the versions of packages are known, also of one that only another package needs', () => {
  expect(packageVersion('prettier')).toMatch(/^prettier \d+\.\d+\.\d+/);
  expect(packageVersion('prettier-plugin-sh', 'sh-syntax')).toMatch(/^sh-syntax \d+\.\d+\.\d+/);
  expect(packageVersion('no-such-package', 'prettier')).toBe('no-such-package unknown');
});

describe('what is remembered does not count', () => {
  test('when another formatter would lay it out', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    vi.stubEnv('XDG_CACHE_HOME', folder);
    const kept = async (version: string): Promise<number> => {
      vi.resetModules();
      vi.doMock(VERSIONS, () => ({ packageVersion: () => version }));
      const { cachedFormat } = await import('../../src/cli/build.ts');
      await cachedFormat('echo   a\n');
      const names = readdirSync(join(folder, 'stepwright/format'));
      return names.filter((name) => name !== 'pruned').length;
    };
    expect(await kept('one 1.0.0')).toBe(1);
    expect(await kept('one 1.0.0')).toBe(1);
    expect(await kept('one 1.0.1')).toBe(2);
  });

  test('when the table of what came with which bash says something else', async () => {
    const options = {
      minimumBash: '4.4' as const,
      shellcheckPath: fakeShellCheck(join(folder, 'shellcheck'), '0.10.0', join(folder, 'log')),
      cacheDir: join(folder, 'cache'),
    };
    const codes = async (): Promise<string[]> => {
      vi.resetModules();
      const { checkScripts } = await import('../../src/check/check-scripts.ts');
      const { scripts } = await checkScripts([{ name: 'a', text: 'echo "$NEWEST"\n' }], options);
      return scripts.flatMap(({ findings }) => findings.map(({ code }) => code));
    };
    expect(await codes()).not.toContain('bash-5.3');
    vi.doMock(TABLE, async (original) => {
      const table = await original<typeof import('../../src/check/constructs.ts')>();
      return { ...table, VARIABLES: { ...table.VARIABLES, NEWEST: '5.3' } };
    });
    expect(await codes()).toContain('bash-5.3');
  });
});
