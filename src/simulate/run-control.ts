import type { ChildProcess } from 'node:child_process';
import { Makers } from './first-process.ts';
import type { Host } from './host.ts';
import type { Judge, Point, Signal, Verdict } from './points.ts';
import { commandLine } from './root/entering.ts';
import {
  awaitEnd,
  childrenOf,
  commandOf,
  findInner,
  groupOf,
  innerOf,
  treeOf,
} from './root/processes.ts';
import type { Tree } from './root/tree.ts';
import type { RunOptions } from './run.ts';

/** Sends a signal to a process, or with a minus to a group; it may have ended by itself. */
function kill(pid: number, signal: Signal | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has.
  }
}

/** A run under way: what the models and the faults need of it. */
export class RunControl {
  readonly host: Host;
  readonly #judge: Judge | undefined;
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
  readonly makers = new Makers();
  /** What a judge has thrown, the first of it. */
  failure: unknown;
  readonly #disk: boolean;
  readonly #mounts: boolean;
  readonly #again: (survivors: number) => boolean;

  constructor(host: Host, script: string, options: RunOptions) {
    const { faults = {}, again = () => false } = options;
    this.host = host;
    this.command = [options.cwd ?? '/root', ...commandLine(script, options)];
    this.#again = again;
    this.#lookAtJournals();
    this.#judge = faults.judge;
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
    const isDaemon = this.#daemons();
    return childrenOf(this.init).filter((pid) => {
      const command = commandOf(pid);
      // One that has ended and that nobody has asked after has no words left.
      const other = command === '' || /\/\.model\/(daemon|shim)/.test(command);
      const ours = !other && !this.#survivors.includes(pid);
      return ours && !isDaemon(pid);
    });
  }

  /** Whether a process, by this machine's own id, is a daemon of the host. */
  #daemons(): (pid: number) => boolean {
    const daemons = new Set(this.host.state.daemons.map(({ pid }) => pid));
    return (pid) => daemons.has(innerOf(pid) ?? 0);
  }

  /** Its process is no more; with the machine, all of them go. */
  daemonStopped(id: string, pid: number): void {
    if (!this.#over) this.host.daemonStopped(id, pid);
  }

  /** What befalls the run at a point. @throws what the judge throws, and so does `runScript` then */
  async judged(point: Point): Promise<Verdict | undefined> {
    try {
      return await this.#judge?.(point);
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
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

  send(signal: Signal, to: 'script' | 'group'): void {
    if (this.main !== 0) kill(to === 'group' ? -this.main : this.main, signal);
  }

  /** Whether what is sent to the script's group reaches this process of the host. */
  reaches(inner: number): number | undefined {
    const pid = this.outer(inner);
    return pid !== undefined && groupOf(pid) === this.main ? pid : undefined;
  }

  /** Ends the script and everything that it has started, but for daemons, in whatever group. */
  killAll(): void {
    if (this.main === 0) return;
    const isDaemon = this.#daemons();
    const tree = treeOf(this.main);
    kill(this.main, 'SIGKILL');
    for (const pid of tree) if (!isDaemon(pid)) kill(pid, 'SIGKILL');
  }

  /** Ends a process of the host. Is settled when it is no more. */
  async end(inner: number): Promise<void> {
    const pid = this.outer(inner);
    if (pid === undefined) return;
    kill(pid, 'SIGKILL');
    await awaitEnd(pid);
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
