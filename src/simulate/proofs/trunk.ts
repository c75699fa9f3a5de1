import { createHash } from 'node:crypto';
import type { StartState } from '../define.ts';
import type { Snapshot } from '../host.ts';
import type { LoggedCall, Point } from '../points.ts';
import type { RunResult } from '../run.ts';
import { describeEntry } from '../root/tree.ts';
import { endOf, type End } from './compare.ts';
import { copyScripts, runPart, type Subject } from './subject.ts';

/** A moment of the undisturbed run, from which others begin. */
export interface Moment {
  readonly part: number;
  readonly phase: Point['phase'];
  readonly what: string;
  readonly call: LoggedCall;
  readonly snapshot: Snapshot;
  /** The same for moments at which the host is the same in every respect. */
  readonly key: string;
}

/** An undisturbed run of a procedure from a start state. */
export interface Trunk {
  readonly name: string;
  readonly state: StartState;
  readonly start: Snapshot;
  readonly moments: readonly Moment[];
  readonly results: readonly RunResult[];
  /** After each part, before the restart that follows it. */
  readonly between: readonly Snapshot[];
  readonly end: End;
  readonly final: Snapshot;
  readonly precious: readonly string[];
}

/** How a moment is told in a finding. */
export function tellMoment({ part, phase, what, call }: Moment): string {
  const words = call.words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word),
  );
  const midst = what === '' ? '' : ` (${what})`;
  return `part ${part + 1}, step ${call.step ?? 'none'}: ${phase}${midst} [${words.join(' ')}]`;
}

/** A digest of all that a run that begins here can see. */
function keyOf(part: number, { tree, state }: Snapshot): string {
  const hash = createHash('sha1').update(String(part));
  for (const [path, entry] of tree) {
    if (path.startsWith('/var/log/') || path.endsWith('/postmaster.pid')) continue;
    const text = path.endsWith('/journal')
      ? withoutTimes(entry.data.toString())
      : describeEntry(entry);
    hash.update(`${path}\0${text}\0`);
  }
  const { daemons, ...rest } = state;
  return hash
    .update(JSON.stringify({ ...rest, daemons: daemons.map(({ id }) => id) }))
    .digest('hex');
}

function withoutTimes(journal: string): string {
  return journal.replace(/^\d+\t/gm, '');
}

/** The undisturbed run with every point at which it could have been cut off, each with its snapshot. */
export async function growTrunk(subject: Subject, name: string): Promise<Trunk> {
  const state = subject.model.states[name] as StartState;
  const host = state.make(subject.model.world);
  try {
    copyScripts(host, subject.scripts);
    host.sync();
    const start = host.snapshot();
    const precious = subject.model.precious?.(host) ?? [];
    const [moments, results, between]: [Moment[], RunResult[], Snapshot[]] = [[], [], []];
    for (let part = 0; part < subject.scripts.length; part++) {
      const judge = (point: Point): undefined => {
        const snapshot = host.snapshot();
        const { phase, what, call } = point;
        moments.push({
          part,
          phase,
          what,
          call: { ...call },
          snapshot,
          key: keyOf(part, snapshot),
        });
      };
      const result = await runPart(host, subject, part, state, { judge });
      results.push(result);
      between.push(host.snapshot());
      if (result.status !== 0 && result.status !== 10) break;
      if (result.status === 10) host.boot();
    }
    return {
      name,
      state,
      start,
      moments,
      results,
      between,
      end: endOf(host),
      final: host.snapshot(),
      precious,
    };
  } finally {
    host.dispose();
  }
}

/** The first moment of each different state of the host, in order. */
export function distinct(moments: readonly Moment[]): Moment[] {
  const seen = new Set<string>();
  return moments.filter(({ key }) => !seen.has(key) && seen.add(key) !== undefined);
}
