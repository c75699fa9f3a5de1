import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { quote } from '../../src/bash/quote.ts';
import { removeFolder } from './remove.ts';
import { snapshotOf, type Snapshot } from './snapshot.ts';

/** What came of a run of bash. */
export interface Outcome {
  readonly status: number;
  /** Standard output and standard error, and the log where there is one. */
  readonly output: string;
}

/** A call of a stub command. */
export interface Call {
  readonly name: string;
  readonly args: readonly string[];
}

/** Variables of a script: an array for a list. */
export type Variables = Readonly<Record<string, string | readonly string[]>>;

/** Programs that every host has: they touch nothing that they are not told to. */
const TOOLS = (
  'bash sh cat chmod chown cmp cp cut date dd df diff dirname basename env expr false find flock setsid ' +
  'getent grep egrep fgrep gunzip gzip head id install ln ls md5sum mkdir mkfifo mktemp mv nl od ' +
  'paste printf readlink realpath rm rmdir sed seq sha256sum sha512sum sleep sort split stat sync ' +
  'tac tail tar tee test timeout touch tr true truncate tty uname uniq wc xargs xz awk gawk mawk nproc kill ps'
).split(' ');

/** The directory in $PATH that has program `name`, with its name; undefined when none has. */
function located(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    try {
      return realpathSync(join(folder, name));
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * A pretended server: a temporary directory, and a PATH with nothing but harmless programs and
 * stubs. The directory's own name has blanks, quotes and `$(…)` in it, so that whatever is not
 * quoted shows.
 */
export interface Host {
  /** The temporary directory; everything is below it. */
  readonly directory: string;
  /** $sw_state of the steps that run here. */
  readonly state: string;
  /** The absolute path of `name` below the directory. */
  path(name: string): string;
  /** Writes file `name` below the directory, with the directories above it; its absolute path. */
  write(name: string, content: string, mode?: number): string;
  /** What file `name` below the directory holds. @throws when it is not there. */
  read(name: string): string;
  /**
   * Puts command `name` into PATH: a bash script, `body`, that has its arguments in "$@" and the
   * host's directory in "$host". Each call of it is recorded first. Replaces an earlier stub.
   */
  stub(name: string, body?: string): void;
  /** The calls of all stubs, or of one, in the order in which they were made. */
  calls(name?: string): Call[];
  /** Forgets the calls so far. */
  forgetCalls(): void;
  /** Lets the scripts here use the real program `name` of this machine. @throws when it has none. */
  allow(...names: string[]): void;
  /** Every file below the directory, with content, mode and time of change; but no calls. */
  snapshot(): Snapshot;
  /** Runs `script`, a whole bash script. Standard input is empty. */
  bash(script: string): Outcome;
}

/** A host for one test; it is gone when the test has finished. */
export function temporaryHost(): Host {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), "sw it's $(touch x) *-"));
  onTestFinished(() => removeFolder(directory));
  const path = (name: string): string => join(directory, name);
  for (const name of ['bin', 'tools', 'state', 'home', 'tmp']) mkdirSync(path(name));
  mkdirSync(path('state/carried'), { mode: 0o700 });
  const calls = path('calls');
  const link = (name: string): boolean => {
    const found = located(name);
    if (found !== undefined) symlinkSync(found, path(join('tools', name)));
    return found !== undefined;
  };
  TOOLS.forEach(link);
  const write = (name: string, content: string, mode = 0o644): string => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
    chmodSync(path(name), mode);
    return path(name);
  };
  const callsOf = (name?: string): Call[] =>
    readCalls(calls).filter((call) => name === undefined || call.name === name);
  return {
    directory,
    state: path('state'),
    path,
    write,
    read: (name) => readFileSync(path(name), 'utf8'),
    stub: (name, body = ':') => {
      const record = `printf '%s\\0' ${quote(name)} "$#" "$@" >>${quote(calls)}`;
      write(
        join('bin', name),
        `#!/bin/bash\n${record}\nhost=${quote(directory)}\n${body}\n`,
        0o755,
      );
    },
    calls: callsOf,
    forgetCalls: () => rmSync(calls, { force: true }),
    allow: (...names) => {
      for (const name of names) if (!link(name)) throw new Error(`there is no ${name} here`);
    },
    snapshot: () => snapshotOf(directory, ['calls', 'script', 'log', 'bin', 'tools']),
    bash: (script) => runBash(path, script),
  };
}

function readCalls(file: string): Call[] {
  let fields: string[];
  try {
    fields = readFileSync(file, 'utf8').split('\0');
  } catch {
    return [];
  }
  const found: Call[] = [];
  for (let at = 0; at + 1 < fields.length;) {
    const count = Number(fields[at + 1]);
    found.push({ name: fields[at] ?? '', args: fields.slice(at + 2, at + 2 + count) });
    at += 2 + count;
  }
  return found;
}

function runBash(path: (name: string) => string, script: string): Outcome {
  writeFileSync(path('script'), script);
  const { status, signal, stdout, stderr, error } = spawnSync(
    process.env['TEST_BASH'] ?? '/bin/bash',
    [path('script')],
    {
      cwd: path('home'),
      env: {
        PATH: `${path('bin')}:${path('tools')}`,
        HOME: path('home'),
        TMPDIR: path('tmp'),
        LC_ALL: 'C.UTF-8',
      },
      input: '',
      encoding: 'utf8',
      timeout: 150_000,
    },
  );
  if (error !== undefined) throw error;
  return { status: status ?? (signal === null ? -1 : 128), output: `${stdout}${stderr}` };
}
