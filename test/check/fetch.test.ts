import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fetchShellCheck } from '../../src/check/fetch.ts';
import { newFolder } from './fakes.ts';

let folder = '';

beforeEach(() => {
  folder = newFolder();
  // Nothing listens there: the net is out of reach, wherever this runs.
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy']) {
    vi.stubEnv(name, 'http://127.0.0.1:9');
  }
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a download of ShellCheck', () => {
  test('without the net is told with the reason and the way out, and leaves nothing', async () => {
    mkdirSync(join(folder, 'bin'));
    vi.stubEnv('SHELLCHECKJS_BIN', join(folder, 'bin', 'shellcheck'));
    await expect(fetchShellCheck()).rejects.toThrow(
      /^ShellCheck 0\.11\.0 could not be downloaded: connect ECONNREFUSED \S+\n {2}try again with a connection to the net; until then the embedded ShellCheck does its work$/,
    );
    expect(readdirSync(join(folder, 'bin'))).toEqual([]);
  });

  test('to a folder that is not there is told', async () => {
    vi.stubEnv('SHELLCHECKJS_BIN', join(folder, 'none', 'shellcheck'));
    await expect(fetchShellCheck()).rejects.toThrow(
      `${join(folder, 'none')} cannot be written\n  run this as its owner`,
    );
  });
});
