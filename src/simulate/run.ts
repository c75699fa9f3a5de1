import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerCall } from './answer.ts';
import type { Host } from './host.ts';
import type { Judge, LoggedCall, Signal } from './points.ts';
import { shellFile, theBase } from './root/base.ts';
import { collect, commandLine, ENVIRONMENT, namespaces } from './root/entering.ts';
import { mountTable } from './root/layout.ts';
import { childrenOf, commandOf, findInner } from './root/processes.ts';
import { theServer } from './root/server.ts';
import type { Tree } from './root/tree.ts';

/** What a run is exposed to. */
export interface Faults {
  /** What befalls it at each point. */
  readonly judge?: Judge;
  /** Bytes of the disk that holds everything but the programs; without it, there is room. */
  readonly disk?: number;
  /** Folders that are mounted read-only. */
  readonly readOnly?: readonly string[];
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly faults?: Faults;
  /** Where it runs; `/root` without. */
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds after which it is taken to hang; 900 without: the machine may be busy. */
  readonly patience?: number;
  /**
   * Asked when its first run has ended: whether it is run once more on the same machine, with whatever
   * still runs there. `survivors`: processes of the run that do.
   */
  readonly again?: (survivors: number) => boolean;
  /** A session under sshd instead of a terminal's. */
  readonly underSsh?: boolean;
}

/** How a run ended. */
export interface RunResult {
  /** 128 and the signal's number when a signal ended it. */
  readonly status: number;
  /** Of each run, where it was run again. */
  readonly statuses: readonly number[];
  readonly stdout: string;
  readonly stderr: string;
  /** The calls of this run. */
  readonly calls: readonly LoggedCall[];
  /** What a command would have waited for, for ever. */
  readonly hangs: readonly string[];
  /** The script asked the machine to restart. */
  readonly rebooting: boolean;
}

/** A run under way: what the models and the faults need of it. */
export class RunControl {
  readonly host: Host;
  readonly judge: Judge | undefined;
  points = 0;
  /** Characters that each journal had when the run began. */
  readonly journals = new Map<string, number>();
  /** How each of its runs has ended. */
  readonly statuses: number[] = [];
  #child: ChildProcess | undefined;
  #main: number | undefined;
  /** What the first run has left running, where it is run again. */
  #survivors: readonly number[] = [];
  /** The files that a run with a disk of its own leaves. */
  left: Tree | undefined;
  /** Where it runs, and what. */
  readonly command: readonly string[];
  /** Nobody looks any more at what ends now. */
  #over = false;
  readonly #awaited = new Map<string, () => void>();
  readonly #disk: boolean;
  readonly #mounts: boolean;
  readonly #again: (survivors: number) => boolean;

  constructor(host: Host, script: string, options: RunOptions) {
    const { faults = {}, again = () => false } = options;
    this.host = host;
    this.command = [options.cwd ?? '/root', ...commandLine(script, options)];
    this.#again = again;
    this.#lookAtJournals();
    this.judge = faults.judge;
    this.#disk = faults.disk !== undefined;
    this.#mounts = this.#disk || (faults.readOnly ?? []).length > 0;
  }

  #lookAtJournals(): void {
    const { files } = this.host;
    for (const name of files.names('/var/lib/stepwright')) {
      const path = `/var/lib/stepwright/${name}/journal`;
      this.journals.set(path, files.text(path)?.length ?? 0);
    }
  }

  begin(child: ChildProcess): void {
    this.#child = child;
  }

  /** PID 1 of the host, by this machine's id. */
  get init(): number {
    return childrenOf(this.#child?.pid ?? 0)[0] ?? 0;
  }

  /** The script itself. */
  get main(): number {
    this.#main ??= this.#started()[0];
    return this.#main ?? 0;
  }

  /** What runs below PID 1 but for daemons, what asks for them, and what an earlier run has left. */
  #started(): number[] {
    return childrenOf(this.init).filter((pid) => {
      const command = commandOf(pid);
      // One that has ended and that nobody has asked after has no words left.
      const other = command === '' || /\/\.model\/(daemon|shim)/.test(command);
      return !other && !this.#survivors.includes(pid);
    });
  }

  /** Is settled when a process for the daemon is there. */
  async awaitDaemon(id: string): Promise<void> {
    return new Promise((resolve) => this.#awaited.set(id, resolve));
  }

  daemonStarted(id: string, pid: number): void {
    this.host.daemonStarted(id, pid);
    this.#awaited.get(id)?.();
  }

  /** Its process is no more; with the machine, all of them go. */
  daemonStopped(id: string, pid: number): void {
    if (!this.#over) this.host.daemonStopped(id, pid);
  }

  /** Ends the whole machine at once. */
  abandon(): void {
    this.#over = true;
    this.#child?.kill('SIGKILL');
  }

  /** Called at each call: from the first on, the run may see its files through its own mounts. */
  look(): void {
    if (this.main === 0) return;
    if (this.#mounts) this.host.viewAt(`/proc/${this.init}/root`);
  }

  /** This machine's id for a process of the host. */
  outer(inner: number): number | undefined {
    return findInner(this.init, inner);
  }

  send(signal: Signal | 'SIGKILL', to: 'script' | 'group'): void {
    if (this.main === 0) return;
    try {
      process.kill(to === 'group' ? -this.main : this.main, signal);
    } catch {
      // It has ended by itself.
    }
  }

  /** Ends a process of the host. */
  end(inner: number): void {
    const pid = this.outer(inner);
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  /**
   * The script has ended, and its mounts and daemons are still there: the last moment to see its
   * files. Whether it is to be run again on the same machine.
   */
  finish(status: number): boolean {
    this.statuses.push(status);
    this.#main = undefined;
    this.#lookAtJournals();
    const first = this.statuses.length === 1 && !this.host.rebootAsked;
    this.#survivors = this.#started();
    if (first && this.#again(this.#survivors.length)) return true;
    this.#over = true;
    if (this.#disk) this.left = this.host.readTree();
    return false;
  }
}

async function start(control: RunControl, table: string, script: string, options: RunOptions) {
  const { host } = control;
  const disk = String(options.faults?.disk ?? 0);
  const child = spawn('unshare', [...namespaces(), shellFile('enter.sh'), host.root, table, disk], {
    env: { ...ENVIRONMENT, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  control.begin(child);
  const patience = setTimeout(
    () => {
      host.hangs.push(`the run of ${script} did not end`);
      control.abandon();
    },
    1000 * (options.patience ?? 900),
  );
  return collect(child).finally(() => clearTimeout(patience));
}

/**
 * Runs `script`, a path in the host, to its end or to what befalls it. What it leaves is in `host`.
 * A machine that was asked to restart has not restarted yet: `host.boot()` does.
 * @throws Error when the namespaces cannot be had.
 */
export async function runScript(
  host: Host,
  script: string,
  options: RunOptions = {},
): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-run-'));
  const control = new RunControl(host, script, options);
  const server = await theServer();
  const { address, token } = server.admit((called, conversation) =>
    answerCall(control, called, conversation),
  );
  const [calls, hangs] = [host.calls.length, host.hangs.length];
  try {
    const [table, told] = [join(folder, 'table'), join(folder, 'address')];
    writeFileSync(told, address, { mode: 0o600 });
    writeFileSync(table, mountTable(host.root, theBase(), told, options.faults?.readOnly));
    const ended = await start(control, table, script, options);
    host.viewAt(undefined);
    if (control.left !== undefined) host.adopt(control.left);
    if (control.statuses.length === 0 && host.calls.length === calls && ended.stderr !== '') {
      throw new Error(`the simulated host did not start: ${ended.stderr.trim()}`);
    }
    return {
      ...ended,
      status: control.statuses.at(-1) ?? ended.status,
      statuses: control.statuses,
      calls: host.calls.slice(calls),
      hangs: host.hangs.slice(hangs),
      rebooting: host.rebootAsked,
    };
  } finally {
    host.viewAt(undefined);
    server.dismiss(token);
    rmSync(folder, { recursive: true, force: true });
  }
}
