import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerCall } from './answer.ts';
import type { Host } from './host.ts';
import type { Judge, LoggedCall } from './points.ts';
import { shellFile, theBase } from './root/base.ts';
import { collect, ENVIRONMENT, namespaces } from './root/entering.ts';
import { mountTable } from './root/layout.ts';
import { theServer } from './root/server.ts';
import { RunControl } from './run-control.ts';

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
 * @throws Error when the namespaces cannot be had; what a judge has thrown.
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
    if (control.failure !== undefined) throw control.failure;
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
