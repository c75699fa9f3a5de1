import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { quote } from '../../src/bash/quote.ts';
import { compile } from '../../src/compile/compile.ts';
import { procedure, shell } from '../../src/dsl/index.ts';
import type { ProcedureOptions } from '../../src/dsl/procedure.ts';
import { canMount, ownRelease, UNATTENDED } from './machine.ts';
import { removeFolder } from './remove.ts';
import { snapshotOf, type Snapshot } from './snapshot.ts';

export { canMount, ownRelease, UNATTENDED };

/** The id of every procedure here, and where its state and its log are below the directory. */
export const ID = 'tried';
export const STATE = `lib/stepwright/${ID}`;
export const LOG = `log/stepwright/${ID}.log`;

/** What of the machine a run has for itself, and its name below the server's directory. */
const MOUNTS = [
  ['lib', '/var/lib'],
  ['log', '/var/log'],
  ['sbin', '/usr/local/sbin'],
  ['units', '/etc/systemd/system'],
  ['boot_id', '/proc/sys/kernel/random/boot_id'],
  // The last: mount keeps notes of its own there.
  ['run', '/run'],
] as const;

/** How a script is run. */
export interface Way {
  /** Bash that goes before it, in its own mounts: it may mount more. */
  readonly before?: string;
  /** The command that runs it; `bash` unless said otherwise. "$@" is the script and its arguments. */
  readonly by?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** What came of a run. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both. */
  readonly output: string;
}

/** This machine with directories of its own, and the scripts of a procedure in it. */
export interface Server {
  readonly directory: string;
  /** The scripts' names, in order. */
  readonly scripts: readonly string[];
  /** Runs the first script, or the one that is named, to its end. */
  run(args?: readonly string[], way?: Way & { script?: string }): Ended;
  /** Starts it, and leaves it running; it is killed when the test has finished. */
  start(args?: readonly string[], way?: Way & { script?: string }): ChildProcess;
  /** The command line that does: program, then arguments. */
  command(args?: readonly string[], way?: Way & { script?: string }): string[];
  has(name: string): boolean;
  read(name: string): string;
  write(name: string, content: string, mode?: number): void;
  /** Puts command `name` before all others: bash `body`. */
  stub(name: string, body: string): void;
  /** From here on the machine has rebooted. */
  reboot(): void;
  /** The events of the journal: `event step`, or `event` of the part. */
  events(): string[];
  /** Everything that a run could have changed. */
  snapshot(): Snapshot;
}

/** A step that touches /run/ID, and holds when that is there. */
export function touches(id: string, changes: Partial<Parameters<typeof shell>[0]> = {}) {
  return shell({
    id,
    title: `${id} is there`,
    why: 'it is tried',
    check: `[[ -e /run/${id} ]]`,
    apply: `run touch /run/${id}`,
    ...changes,
  });
}

/** A compiled script. */
export interface Script {
  readonly name: string;
  readonly text: string;
}

/** The scripts of a procedure from this machine's release to itself. */
export async function scriptsOf(
  options: Partial<ProcedureOptions> & Pick<ProcedureOptions, 'steps'>,
): Promise<readonly Script[]> {
  const release = ownRelease();
  const about = { id: ID, title: 'A procedure', summary: 'It is tried.' };
  const whole = procedure({ ...about, from: release, to: release, ...options });
  return (await compile('test.ts', whole)).scripts;
}

/** A server with the scripts of a procedure, gone with the test. */
export async function serverWith(options: Parameters<typeof scriptsOf>[0]): Promise<Server> {
  return serverOf(await scriptsOf(options));
}

/** The first bash, with a socket for its input, would take itself for one of rshd, and read bashrc. */
const NESTED = { SHLVL: '1' };

/** A server with these scripts. */
export function serverOf(scripts: readonly Script[]): Server {
  const directory = mkdtempSync(join(tmpdir(), 'stepwright-server-'));
  onTestFinished(() => removeFolder(directory));
  const path = (name: string): string => join(directory, name);
  const write = (name: string, content: string, mode = 0o644): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
    chmodSync(path(name), mode);
  };
  for (const name of ['lib', 'log', 'run', 'sbin', 'units']) mkdirSync(path(name));
  for (const { name, text } of scripts) write(name, text);
  let boot = 1;
  write('boot_id', 'boot-1\n');
  const first = scripts[0]?.name ?? '';
  const command = (args: readonly string[] = UNATTENDED, way: Way & { script?: string } = {}) => {
    const mounts = MOUNTS.map(([name, target]) => `mount --bind ${path(name)} ${target}`);
    const prepared = [...mounts, way.before ?? 'true'].join(' && ');
    const words = ['bash', '-c', `${prepared} && exec ${way.by ?? 'bash'} "$@"`, 'bash'];
    return ['unshare', '--mount', ...words, path(way.script ?? first), ...args];
  };
  return {
    directory,
    scripts: scripts.map(({ name }) => name),
    command,
    run: (args, way = {}) => {
      const [program = '', ...words] = command(args, way);
      const { status, stdout, stderr } = spawnSync(program, words, {
        cwd: directory,
        encoding: 'utf8',
        input: way.input ?? '',
        env: { ...process.env, ...NESTED, ...way.env },
        timeout: 120_000,
      });
      return { status, stdout, stderr, output: stdout + stderr };
    },
    start: (args, way = {}) => {
      const [program = '', ...words] = command(args, way);
      const env = { ...process.env, ...NESTED, ...way.env };
      const child = spawn(program, words, { cwd: directory, env, detached: true });
      onTestFinished(() => killGroup(child));
      return child;
    },
    has: (name) => existsSync(path(name)),
    read: (name) => readFileSync(path(name), 'utf8'),
    write,
    stub: (name, body) => write(join('sbin', name), `#!/bin/bash\n${body}\n`, 0o755),
    reboot: () => {
      boot += 1;
      writeFileSync(path('boot_id'), `boot-${boot}\n`);
    },
    events: () => eventsIn(readFileSync(path(`${STATE}/journal`), 'utf8')),
    snapshot: () => {
      // What mount itself notes.
      const { 'run/mount': _, ...rest } = snapshotOf(directory);
      return rest;
    },
  };
}

function eventsIn(journal: string): string[] {
  const lines = journal.split('\n').slice(1, -1);
  return lines.map((line) => {
    const [, , , event, step] = line.split('\t');
    return step === '-' ? `${event}` : `${event} ${step}`;
  });
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** What a child has written so far, and how it ended. */
export interface Watched {
  output(): string;
  /** Its exit status, when it and all that writes to its pipes has ended. */
  readonly ended: Promise<number | null>;
}

/** Gathers what `child` writes. */
export function watch(child: ChildProcess): Watched {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      output += data.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => resolve(code));
  });
  return { output: () => output, ended };
}

/** Waits until `holds` does. @throws when it does not within 15 s. */
export async function until(holds: () => boolean, what = holds.toString()): Promise<void> {
  const limit = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > limit) throw new Error(`it did not come to this in time: ${what}`);
    // eslint-disable-next-line no-await-in-loop -- it is waited for
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * The command line that runs `words` on a terminal of its own, whose keys are what comes to its
 * standard input. Killed, it hangs that terminal up.
 */
export function onTerminal(words: readonly string[]): string[] {
  // script starts it by $SHELL, or by dash, which would stay in between and end at a Ctrl-C itself.
  const command = `exec ${words.map(quote).join(' ')}`;
  return ['script', '--quiet', '--return', '--command', command, '/dev/null'];
}
