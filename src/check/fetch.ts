import { accessSync, constants, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { downloadedPath } from './engine.ts';
import { CheckError } from './finding.ts';
import { nativeVersion } from './native.ts';
import { NO_CACHE } from './cache.ts';
import { packageFolder, programAt } from './places.ts';
import { runProgram } from './run.ts';

/** The release that is fetched: the same as the embedded one. */
export const RELEASE = '0.11.0';

/**
 * Downloads a release to a path. Run in a process of its own, which the package may end. The
 * package takes no notice of SHELLCHECKJS_RELEASE here, so it is given the address.
 */
const DOWNLOAD = `
  const [destination, module, release] = process.argv.slice(1);
  const { buildURL, download } = await import(module);
  await download({ destination, url: await buildURL({ release }) });
`;

function reasonIn(stderr: string): string {
  const reason =
    /(getaddrinfo \w+ \S+|connect \w+ \S+|Status code '\d+'[^\n]*|E[A-Z]+: [^\n]*)/.exec(stderr);
  return reason?.[0] ?? stderr.trim().split('\n').at(-1) ?? 'no reason given';
}

async function download(to: string, folder: string): Promise<void> {
  const { SHELLCHECKJS_BIN: _bin, ...env } = process.env;
  const module = pathToFileURL(join(folder, 'build', 'index.js')).href;
  const { status, stdout, stderr } = await runProgram(
    process.execPath,
    ['--input-type=module', '--eval', DOWNLOAD, to, module, `v${RELEASE}`],
    { env: { ...env, SHELLCHECKJS_RELEASE: `v${RELEASE}`, SHELLCHECKJS_LOGGER_LEVEL: 'error' } },
  );
  if (status === 0) return;
  throw new CheckError(
    `ShellCheck ${RELEASE} could not be downloaded: ${reasonIn(`${stdout}\n${stderr}`)}\n` +
      '  try again with a connection to the net; until then the embedded ShellCheck does its work',
  );
}

/**
 * Downloads ShellCheck `RELEASE` to where the npm package `shellcheck` keeps it, whole or not at
 * all. Returns its path.
 * @throws CheckError when that is not possible, with what to do about it.
 */
export async function fetchShellCheck(): Promise<string> {
  const path = downloadedPath();
  const folder = packageFolder('shellcheck');
  if (path === undefined || folder === undefined) {
    throw new CheckError('the npm package shellcheck is not here\n  run `npm install` again');
  }
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch {
    throw new CheckError(`${dirname(path)} cannot be written\n  run this as its owner`);
  }
  const part = `${path}.part-${process.pid}`;
  try {
    await download(part, folder);
    const program = programAt(part);
    const version = program && (await nativeVersion(program, NO_CACHE));
    if (version !== RELEASE) {
      throw new CheckError(`what was downloaded is no ShellCheck ${RELEASE}\n  try again`);
    }
    renameSync(part, path);
    return path;
  } finally {
    rmSync(part, { force: true });
  }
}
