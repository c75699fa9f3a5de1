import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { findBash } from '../../check/bash-syntax.ts';
import { fileCache } from '../../check/cache.ts';
import { findEngines, type Engine, type PassedOver } from '../../check/engine.ts';
import { programsOnPath } from '../../check/places.ts';
import { runProgram } from '../../check/run.ts';
import { namespaces } from '../../simulate/root/entering.ts';
import { cacheFolder } from '../files.ts';
import { orUserError } from '../findings.ts';
import { EXIT, print } from '../ui.ts';

interface Options {
  readonly json?: true;
  readonly fetchShellcheck?: true;
}

/** The oldest Node that this runs on, as in package.json. */
const OLDEST_NODE = [20, 19] as const;

interface Tool {
  readonly version: string;
  readonly path: string;
}

/** What is there of all that stepwright can use. */
interface Findings {
  readonly node: Tool & { readonly enough: boolean };
  readonly bash: Tool | undefined;
  /** The first is the one that is used. */
  readonly shellcheck: readonly (Tool & Pick<Engine, 'name' | 'from'>)[];
  readonly passedOver: readonly PassedOver[];
  readonly cache: { readonly path: string; readonly writable: boolean };
  readonly simulate: { readonly possible: boolean; readonly why: string };
}

function nodeFound(): Findings['node'] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [least, minorLeast] = OLDEST_NODE;
  const enough = major > least || (major === least && minor >= minorLeast);
  return { version: process.versions.node, path: process.execPath, enough };
}

/** Whether `path`, or the first folder above it that is there, can be written. */
function isWritable(path: string): boolean {
  if (!existsSync(path) && dirname(path) !== path) return isWritable(dirname(path));
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether a shell can get a file system and processes of its own: as root, or as a user. */
async function simulateFound(): Promise<Findings['simulate']> {
  const [unshare] = programsOnPath('unshare');
  if (unshare === undefined) {
    return { possible: false, why: 'there is no unshare (package util-linux)' };
  }
  const root = process.getuid?.() === 0;
  const { status, stderr } = await runProgram(unshare.path, [...namespaces(), 'true']);
  const as = root ? 'as root' : 'in a user namespace';
  if (status === 0) return { possible: true, why: as };
  return { possible: false, why: `not ${as}: ${stderr.trim() || `status ${status}`}` };
}

async function find(): Promise<Findings> {
  const folder = cacheFolder();
  const cache = fileCache(folder);
  const [engines, bash, simulate] = await Promise.all([
    findEngines(cache),
    findBash(cache),
    simulateFound(),
  ]);
  return {
    node: nodeFound(),
    bash: bash === undefined ? undefined : { version: bash.version, path: bash.path },
    shellcheck: engines.usable.map(({ name, version, path, from }) => ({
      name,
      from,
      version,
      path,
    })),
    passedOver: engines.passedOver,
    cache: { path: folder, writable: isWritable(folder) },
    simulate,
  };
}

function row(name: string, text: string): void {
  print(`${name.padEnd(12)}${text}`);
}

function tell({ node, bash, shellcheck, passedOver, cache, simulate }: Findings): void {
  const [least, minor] = OLDEST_NODE;
  const old = node.enough ? '' : `: too old, ${least}.${minor} or later is needed`;
  row('node', `${node.version}  ${node.path}${old}`);
  row(
    'bash',
    bash === undefined
      ? 'none on the PATH: syntax is checked without it'
      : `${bash.version}  ${bash.path}`,
  );
  for (const [index, { version, path, from }] of shellcheck.entries()) {
    const used = index === 0 ? '  <- used' : '';
    row(index === 0 ? 'shellcheck' : '', `${version}  ${path} (${from})${used}`);
  }
  if (shellcheck.length === 0) row('shellcheck', 'none: run `npm install` again');
  for (const { path, why } of passedOver) row('', `passed over: ${path}: ${why}`);
  if (!shellcheck.some(({ name }) => name === 'native')) {
    row('', '`stepwright doctor --fetch-shellcheck` downloads a faster one');
  }
  row(
    'cache',
    `${cache.path}${cache.writable ? '' : ': cannot be written, nothing is remembered'}`,
  );
  row('simulate', `${simulate.possible ? 'possible' : 'not possible'}, ${simulate.why}`);
}

async function run(options: Options): Promise<void> {
  if (options.fetchShellcheck === true) {
    const { fetchShellCheck, RELEASE } = await import('../../check/fetch.ts');
    const path = await orUserError(fetchShellCheck());
    if (options.json !== true) print(`ShellCheck ${RELEASE} is at ${path}`);
  }
  const found = await find();
  if (options.json === true) print(JSON.stringify(found, undefined, 2));
  else tell(found);
  const well = found.node.enough && found.shellcheck.length > 0;
  process.exitCode = well ? EXIT.done : EXIT.differs;
}

/** `stepwright doctor`: what is there, and which ShellCheck would be used. */
export function register(program: Command): void {
  program
    .command('doctor')
    .description('tell what is there to work with; exit with 1 if something needed is missing')
    .option('--fetch-shellcheck', 'download a native ShellCheck first; the only thing that does')
    .option('--json', 'for machines')
    .action(run);
}
