import { join } from 'node:path';
import { NO_CACHE, type Cache } from './cache.ts';
import { CheckError, type Finding } from './finding.ts';
import { checkNative, nativeVersion } from './native.ts';
import { isNodeScript, packageFolder, programAt, programsOnPath, type Program } from './places.ts';
import { embedded, WasmThread, type Embedded } from './wasm.ts';

/** Scripts that are checked at the same time: more gain nothing on a machine of two cores. */
const TOGETHER = 2;

/** A ShellCheck that can be used. Nothing is started before the first script is checked. */
export interface Engine {
  readonly name: 'native' | 'wasm';
  readonly version: string;
  /** The file of the program. */
  readonly path: string;
  /** Where it was found: asked for, on the PATH, downloaded, embedded. */
  readonly from: Source;
  /** What it finds in `script`. @throws CheckError when the engine fails. */
  check(script: string): Promise<Finding[]>;
  /** Ends what was started. */
  close(): Promise<void>;
}

export type Source = 'asked for' | 'PATH' | 'downloaded' | 'embedded';

/** A ShellCheck that was passed over, and why. */
export interface PassedOver {
  readonly path: string;
  readonly why: string;
}

/** Lets at most `TOGETHER` jobs run at a time, each in a slot of its own; others wait their turn. */
function limited(): <T>(job: (slot: number) => Promise<T>) => Promise<T> {
  const free = Array.from({ length: TOGETHER }, (_, slot) => slot);
  const waiting: ((slot: number) => void)[] = [];
  return async (job) => {
    const slot = free.pop() ?? (await new Promise<number>((resolve) => waiting.push(resolve)));
    try {
      return await job(slot);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free.push(slot);
      else next(slot);
    }
  };
}

function nativeEngine(program: Program, version: string, from: Source): Engine {
  const inTurn = limited();
  return {
    name: 'native',
    version,
    path: program.path,
    from,
    check: async (script) => inTurn(async () => checkNative(program.path, script)),
    close: async () => undefined,
  };
}

function wasmEngine(found: Embedded): Engine {
  const inTurn = limited();
  const threads: (WasmThread | undefined)[] = [];
  return {
    name: 'wasm',
    version: found.version,
    path: found.path,
    from: 'embedded',
    check: async (script) =>
      inTurn(async (slot) => {
        threads[slot] ??= new WasmThread(found);
        return threads[slot].check(script);
      }),
    async close() {
      await Promise.all(threads.splice(0).map(async (thread) => thread?.close()));
    },
  };
}

/** Where the npm package `shellcheck` puts, or would put, what it downloads. */
export function downloadedPath(): string | undefined {
  const own = process.env['SHELLCHECKJS_BIN'];
  if (own !== undefined && own !== '') return own;
  const folder = packageFolder('shellcheck');
  const name = process.platform === 'win32' ? 'shellcheck.exe' : 'shellcheck';
  return folder === undefined ? undefined : join(folder, 'bin', name);
}

/** What is known of the engines on this machine, in the order in which they are preferred. */
export interface Engines {
  readonly usable: readonly Engine[];
  readonly passedOver: readonly PassedOver[];
}

async function judge(program: Program, from: Source, cache: Cache): Promise<Engine | PassedOver> {
  if (isNodeScript(program)) {
    return { path: program.path, why: 'it is a script for Node that would download ShellCheck' };
  }
  const version = await nativeVersion(program, cache);
  return version === undefined
    ? { path: program.path, why: 'it does not say its version as a ShellCheck does' }
    : nativeEngine(program, version, from);
}

/**
 * Every ShellCheck of this machine: those on the PATH, the downloaded one, the embedded one.
 * Starts none, but asks each program for its version once.
 */
export async function findEngines(cache: Cache = NO_CACHE): Promise<Engines> {
  const downloaded = programAt(downloadedPath() ?? '');
  const candidates: { program: Program; from: Source }[] = [
    ...programsOnPath('shellcheck').map((program) => ({ program, from: 'PATH' as const })),
    ...(downloaded === undefined ? [] : [{ program: downloaded, from: 'downloaded' as const }]),
  ];
  const judged = await Promise.all(
    candidates.map(async ({ program, from }) => judge(program, from, cache)),
  );
  const wasm = embedded();
  return {
    usable: [
      ...judged.filter((one): one is Engine => 'check' in one),
      ...(wasm === undefined ? [] : [wasmEngine(wasm)]),
    ],
    passedOver: judged.filter((one): one is PassedOver => 'why' in one),
  };
}

async function engineAt(path: string, cache: Cache): Promise<Engine> {
  const program = programAt(path);
  if (program === undefined) {
    throw new CheckError(`${path} is no program that can be run\n  give the path of a ShellCheck`);
  }
  const judged = await judge(program, 'asked for', cache);
  if ('check' in judged) return judged;
  throw new CheckError(`${path} cannot be used: ${judged.why}\n  give the path of a ShellCheck`);
}

/**
 * The ShellCheck to use: the one at `path` if that is given, else the first on the PATH, else the
 * one that was downloaded, else the embedded one. Never downloads anything.
 * @throws CheckError when the one that is asked for cannot be used, or there is none at all.
 */
export async function openShellCheck(
  options: { readonly path?: string | undefined; readonly cache?: Cache } = {},
): Promise<Engine> {
  const { path, cache = NO_CACHE } = options;
  if (path !== undefined) return engineAt(path, cache);
  const [first] = (await findEngines(cache)).usable;
  if (first === undefined) {
    throw new CheckError(
      'there is no ShellCheck here\n  run `npm install` again, or install the package shellcheck',
    );
  }
  return first;
}
