import type { HostModel, StartState } from '../define.ts';
import type { Host } from '../host.ts';
import type { Judge, Point } from '../points.ts';
import { runScript, type Faults, type RunOptions, type RunResult } from '../run.ts';

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
  /** Where the model is written. */
  readonly file?: string;
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
  readonly again?: RunOptions['again'];
  readonly patience?: number;
}

/** Runs one part (0 is the first) as an administrator does. */
export async function runPart(
  host: Host,
  subject: Subject,
  part: number,
  state: StartState,
  { args = [], faults = {}, judge, again, patience }: PartOptions = {},
): Promise<RunResult> {
  const last = part === subject.scripts.length - 1;
  const given = ['--yes', ...(last ? [] : ['--reboot']), ...(state.args ?? []), ...args];
  return runScript(host, `${FOLDER}/${subject.scripts[part]?.name ?? ''}`, {
    args: given,
    faults: judge === undefined ? faults : { ...faults, judge },
    ...(again === undefined ? {} : { again }),
    ...(patience === undefined ? {} : { patience }),
  });
}

/** How a procedure was brought to its end, or was not. */
export interface Completion {
  readonly done: boolean;
  /** It has come to a state of the undisturbed run, and was left to itself there. */
  readonly joined: boolean;
  /** The last run. */
  readonly last: RunResult | undefined;
  /** All that the runs printed, for a report. */
  readonly told: string;
}

/** Tells whether a run that is at a point, or a part that has ended, has joined the undisturbed run. */
export interface Joiner {
  readonly at: (point: Point, part: number) => boolean;
  readonly after: (host: Host, part: number) => boolean;
}

/** The status by which a script says that the machine is to be restarted. */
const REBOOT = 10;

/**
 * Brings a procedure to its end from part `from` on, as its own messages say: each part until it
 * exits with 0 or 10, with a restart of the machine where it asks for one. With a `joiner`, only as
 * far as nothing new can come.
 */
export async function complete(
  host: Host,
  subject: Subject,
  state: StartState,
  from = 0,
  joiner?: Joiner,
): Promise<Completion> {
  const finished = {
    done: false,
    joined: false,
    last: undefined as RunResult | undefined,
    told: '',
  };
  for (let part = from; part < subject.scripts.length; part++) {
    const judge: Judge = (point) => {
      // A point that was on its way when the run was ended changes nothing about that.
      finished.joined ||= joiner?.at(point, part) ?? false;
      return finished.joined ? { kill: true } : undefined;
    };
    const last = await runPart(host, subject, part, state, { judge });
    finished.last = last;
    finished.told += `${last.stdout}${last.stderr}`;
    if (finished.joined) return finished;
    if (last.status !== 0 && last.status !== REBOOT) return finished;
    finished.joined = joiner?.after(host, part) ?? false;
    if (finished.joined) return finished;
    if (last.status === REBOOT) host.boot();
    if (host.hangs.length > 0) return finished;
  }
  return { ...finished, done: host.hangs.length === 0 };
}
