import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forgetUnused } from '../check/keeping.ts';
import { cacheFolder } from './files.ts';
import { placeOfThrown, saidBy } from './thrown.ts';
import { UserError } from './ui.ts';

/** A step file that was found. */
export interface StepFile {
  /** The procedure's name: that of its folder or file below `steps`. */
  readonly name: string;
  /** The path, relative to the working folder where it lies below it. */
  readonly path: string;
}

export const STEP_FILE = /\.(ts|mts|js|mjs)$/;
const ENTRY = /^index\.(ts|mts|js|mjs)$/;
/** Not what lies beside a procedure: its types, and the servers that it is tried on. */
const SINGLE = /^(?!index\.)(?!.*\.(?:d|host)\.\w+$)(.+)\.(ts|mts|js|mjs)$/;

function entriesOf(folder: string, prefix: string): StepFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('_'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): StepFile[] => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const index = readdirSync(path).find((name) => ENTRY.test(name));
        if (index !== undefined) return [{ name: prefix + entry.name, path: join(path, index) }];
        return entriesOf(path, `${prefix}${entry.name}/`);
      }
      const single = SINGLE.exec(entry.name)?.[1];
      return single === undefined || single.startsWith('_')
        ? []
        : [{ name: prefix + single, path }];
    });
}

/**
 * The procedures below `folder`: `NAME/index.ts`, or `NAME.ts`, in folders of their own if you like;
 * what begins with `_` is part of others. @throws UserError when there is no such folder.
 */
export function findSteps(folder: string): StepFile[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError(
      `${folder}: there is no such folder\n  run this where the folder steps is, or make a procedure: stepwright new NAME`,
    );
  }
  return entriesOf(folder, '');
}

/** The file beside the steps of a procedure: `NAME` in its folder, or `PROCEDURE.NAME` beside its file. */
export function besideSteps({ path }: StepFile, name: string): string {
  const single = basename(path).replace(STEP_FILE, '');
  return join(dirname(path), single === 'index' ? name : `${single}.${name}`);
}

/** A module of the package, from its sources or from what was built of them. */
function packageFile(path: string): string {
  return fileURLToPath(new URL(`../${path}${import.meta.url.slice(-3)}`, import.meta.url));
}

const CYCLE = 'what a file exports is not there yet: do two files import each other?\n  ';

function loadingMessage(path: string, error: unknown): string {
  const said = saidBy(error);
  const place = placeOfThrown(error);
  const why = said.endsWith('before initialization') ? CYCLE : '';
  const at = place === undefined ? '' : `\n  at ${place}`;
  return `${path}: it cannot be loaded: ${said}${at}\n  ${why}mend that in the file, or in one that it imports`;
}

// Not imported: of a CommonJS module, Node then reads the whole text for names that it exports.
const { createJiti } = createRequire(import.meta.url)('jiti') as typeof import('jiti');

let loader: ReturnType<typeof createJiti> | undefined;

/** Names of modules that the loader keeps: `steps-one.154f1511.mjs`. */
const MODULE = /\.[0-9a-f]{8}\.[cm]?js$/;

function newLoader(): ReturnType<typeof createJiti> {
  const modules = join(cacheFolder(), 'modules');
  // It does not say which ones it uses: one that is is made again.
  forgetUnused(modules, MODULE);
  return createJiti(import.meta.url, {
    alias: {
      'stepwright/simulate': packageFile('simulate/index'),
      stepwright: packageFile('index'),
    },
    interopDefault: false,
    // Without being told, it could keep what it runs in a folder below /tmp, where anybody writes.
    fsCache: modules,
  });
}

/**
 * The default export of the file at `path`, which uses the package by its name; nothing where it
 * has none. @throws UserError when the file cannot be loaded.
 */
export async function loadDefault(path: string): Promise<unknown> {
  loader ??= newLoader();
  try {
    return (await loader.import<{ default?: unknown }>(resolve(path))).default;
  } catch (error) {
    throw new UserError(loadingMessage(shown(path), error));
  }
}

/**
 * The default export of a step file, as it stands there.
 * @throws UserError when the file cannot be loaded or exports nothing.
 */
export async function loadSteps({ path }: StepFile): Promise<unknown> {
  const loaded = await loadDefault(path);
  if (loaded !== undefined) return loaded;
  throw new UserError(
    `${path}: it has no default export\n  write \`export default procedure({ … })\``,
  );
}

/** `path` as it is shown: relative where it lies below the working folder. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
