import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyFixed, copyLibraries } from './libraries.ts';
import { CHANGING_PROGRAMS, EDITING_PROGRAMS, REAL_PROGRAMS } from './programs.ts';

/** What every simulated host of this process has in common; mounted read-only as `/.model`. */
export interface Base {
  readonly folder: string;
  /** What programs look for at a path of its own, and the name that it has in `/.model/lib`. */
  readonly fixed: ReadonlyMap<string, string>;
  /** The names in `/bin`. */
  readonly programs: readonly string[];
}

const SEARCH = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
/** Needed to set a root up, and not to be seen in it. */
const HIDDEN = ['bash', 'setpriv'];

function locate(name: string): string | undefined {
  for (const folder of SEARCH) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return realpathSync(path);
    } catch {
      // Not there: look on.
    }
  }
  return undefined;
}

/** What a bash tells of itself, and whether it reads UTF-8 as this machine's locale has it. */
function describeBash(path: string): string {
  const [program, env] = ['x=é; echo "$BASH_VERSION $MACHTYPE ${#x}"', { LC_ALL: 'C.UTF-8' }];
  return spawnSync(path, ['-c', program], { encoding: 'utf8', env }).stdout;
}

/**
 * This machine's bash; where there is Debian's bash-static and it is the same one, that: every call
 * that is answered starts a bash, and without libraries to load that takes a quarter less.
 */
function locateBash(): string | undefined {
  const [bash, built] = [locate('bash'), locate('bash-static')];
  if (bash === undefined || built === undefined) return bash;
  return describeBash(built) === describeBash(bash) ? built : bash;
}

/** What perl reads for what little scripts use of it: perl-base, which is essential in Debian. */
function perlFiles(): string[] {
  const program = 'print join "\\n", values %INC, @DynaLoader::dl_shared_objects';
  const told = spawnSync('perl', ['-MPOSIX=setsid', '-e', program], { encoding: 'utf8' }).stdout;
  return (told ?? '').split('\n').filter((path) => path.startsWith('/'));
}

/** The locale that scripts run in, where the C library has it in files. */
function localeFiles(folder = '/usr/lib/locale/C.utf8'): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? localeFiles(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );
}

/** A shell file of this folder: beside the sources, whether these are run or the compiled ones. */
export function shellFile(name: string): string {
  return fileURLToPath(new URL(`../../../src/simulate/root/${name}`, import.meta.url));
}

function copyPrograms(folder: string): string[] {
  const copied: string[] = [];
  for (const name of new Set([...REAL_PROGRAMS, ...HIDDEN])) {
    const found = name === 'bash' ? locateBash() : locate(name);
    if (found === undefined) continue;
    copyFileSync(found, join(folder, 'bin', name));
    chmodSync(join(folder, 'bin', name), 0o755);
    copied.push(found);
  }
  return copied;
}

/** `/bin` of a host: real programs, those that can change files by way of the shim. */
function linkTools(folder: string): string[] {
  const names = REAL_PROGRAMS.filter((name) => locate(name) !== undefined);
  for (const name of names) {
    let target = `/.model/bin/${name}`;
    if (CHANGING_PROGRAMS.includes(name)) target = '/.model/shim';
    if (EDITING_PROGRAMS.includes(name)) target = '/.model/edit';
    symlinkSync(target, join(folder, 'tools', name));
  }
  symlinkSync('/.model/bin/bash', join(folder, 'tools', 'sh'));
  return [...names, 'sh'];
}

/**
 * The same in the one file in which the loader looks first: every program that starts opens each
 * file of its locale. Nothing where there is no localedef to make it.
 */
function localeArchive(folder: string): Map<string, string> {
  const [place, prefix] = ['/usr/lib/locale', join(folder, 'archive')];
  mkdirSync(prefix + place, { recursive: true });
  spawnSync('localedef', [`--prefix=${prefix}`, '--add-to-archive', `${place}/C.utf8`]);
  const made = join(prefix, place, 'locale-archive');
  if (!existsSync(made)) return new Map();
  renameSync(made, join(folder, 'lib/locale-archive'));
  return new Map([[`${place}/locale-archive`, 'locale-archive']]);
}

function makeBase(): Base {
  const stage = mkdtempSync(join(tmpdir(), 'stepwright-base-'));
  process.on('exit', () => rmSync(stage, { recursive: true, force: true }));
  const folder = join(stage, '.model');
  for (const name of ['', 'bin', 'lib', 'tools']) mkdirSync(join(folder, name));
  chmodSync(folder, 0o755);
  const archive = localeArchive(folder);
  const fixed = copyFixed(folder, [...perlFiles(), ...(archive.size > 0 ? [] : localeFiles())]);
  const loader = copyLibraries(stage, copyPrograms(folder));
  for (const file of ['shim.sh', 'edit.sh']) {
    const name = basename(file).replace(/\..*/, '');
    copyFileSync(shellFile(file), join(folder, name));
    chmodSync(join(folder, name), 0o755);
  }
  symlinkSync('/.model/bin/bash', join(folder, 'sshd'));
  symlinkSync('/.model/bin/sleep', join(folder, 'daemon'));
  return {
    folder,
    fixed: new Map([...loader, ...fixed, ...archive]),
    programs: linkTools(folder),
  };
}

let made: Base | undefined;

/**
 * The base of this process's hosts, made from this machine's own programs when it is first asked for.
 * @throws Error when this machine lacks `ldd` or `ldconfig`, or a program cannot be copied.
 */
export function theBase(): Base {
  made ??= makeBase();
  return made;
}
