import type { HostModel, StartState } from '../define.ts';
import type { Host } from '../host.ts';
import type { Judge } from '../points.ts';
import { runScript, type Faults, type RunResult } from '../run.ts';

/** A procedure's script. */
export interface Script {
  readonly name: string;
  readonly text: string;
}

/** A procedure on trial: its scripts in order, and the servers that it is tried on. */
export interface Subject {
  readonly id: string;
  readonly scripts: readonly Script[];
  readonly model: HostModel;
}

const FOLDER = '/root';

/** Copies the scripts to the host, as an administrator does. */
export function copyScripts(host: Host, scripts: readonly Script[]): void {
  for (const { name, text } of scripts) host.files.write(`${FOLDER}/${name}`, text, 0o644);
}

/** What a run of one part is given besides what its start state says. */
export interface PartOptions {
  readonly args?: readonly string[];
  readonly faults?: Faults;
  readonly judge?: Judge;
  readonly again?: number;
}

/** Runs one part (0 is the first) as an administrator does. */
export async function runPart(
  host: Host,
  subject: Subject,
  part: number,
  state: StartState,
  { args = [], faults = {}, judge, again = 0 }: PartOptions = {},
): Promise<RunResult> {
  const last = part === subject.scripts.length - 1;
  const given = ['--yes', ...(last ? [] : ['--reboot']), ...(state.args ?? []), ...args];
  return runScript(host, `${FOLDER}/${subject.scripts[part]?.name ?? ''}`, {
    args: given,
    faults: judge === undefined ? faults : { ...faults, judge },
    again,
  });
}

/** How a procedure was brought to its end, or was not. */
export interface Completion {
  readonly done: boolean;
  /** The last run. */
  readonly last: RunResult | undefined;
  /** All that the runs printed, for a report. */
  readonly told: string;
}

/** The status by which a script says that the machine is to be restarted. */
const REBOOT = 10;

/**
 * Brings a procedure to its end from part `from` on, as its own messages say: each part until it
 * exits with 0 or 10, with a restart of the machine where it asks for one.
 */
export async function complete(
  host: Host,
  subject: Subject,
  state: StartState,
  from = 0,
  to = subject.scripts.length,
): Promise<Completion> {
  let last: RunResult | undefined;
  let told = '';
  for (let part = from; part < to; part++) {
    last = await runPart(host, subject, part, state);
    told += `${last.stdout}${last.stderr}`;
    if (last.status !== 0 && last.status !== REBOOT) return { done: false, last, told };
    if (last.status === REBOOT) host.boot();
  }
  return { done: host.hangs.length === 0, last, told };
}
