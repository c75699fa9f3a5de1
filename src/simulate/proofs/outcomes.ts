import { Host, type Snapshot } from '../host.ts';
import { differences, endOf, type End } from './compare.ts';
import { tail, type Report } from './report.ts';
import { complete, type Joiner, type Subject } from './subject.ts';
import { joinName, keyOf, type Trunk } from './trunk.ts';

/** Tells what is missing of what there was at the start. */
export function tellLost(
  subject: Subject,
  trunk: Trunk,
  host: Host,
  what: string,
  report: Report,
): boolean {
  const left = new Set(subject.model.precious?.(host) ?? []);
  const lost = trunk.precious.filter((name) => !left.has(name));
  if (lost.length > 0)
    report.find({ state: trunk.name, what, kind: 'lost', wrong: lost.join('\n') });
  return lost.length > 0;
}

/** Tells where a host has ended otherwise than the undisturbed run. */
export function tellDifferences(
  trunk: Trunk,
  end: End,
  what: string,
  report: Report,
  told = '',
): void {
  const found = differences(trunk.end, end);
  if (found.length === 0) return;
  const more = found.length > 12 ? [`and ${found.length - 12} more`] : [];
  report.find({
    state: trunk.name,
    what,
    kind: 'diverged',
    wrong: [...found.slice(0, 12), ...more, ...(told === '' ? [] : ['', tail(told, 6)])].join('\n'),
  });
}

/** Every so many runs goes to its end even where it could have been left to itself. */
const WHOLE_RUNS = 8;
let runs = 0;

/** Knows the undisturbed run when it meets it; `step` is the one that the disturbance was in. */
function joinerOf(trunk: Trunk, step: string | undefined): Joiner | undefined {
  runs += 1;
  if (runs % WHOLE_RUNS === 0) return undefined;
  const seen = new Set<string | undefined>([undefined, step]);
  return {
    at: ({ call, phase, host }, part) => {
      if (phase !== 'before' || seen.has(call.step)) return false;
      seen.add(call.step);
      return trunk.joins.has(
        joinName(part, call.step, keyOf(part, { tree: host.readTree(), state: host.state })),
      );
    },
    after: (host, part) => {
      const now = { tree: host.readTree(), state: host.state };
      return trunk.joins.has(joinName(part, 'end', keyOf(part, now, true)));
    },
  };
}

/** A run, or several, from a state on: it has to come to the end of the undisturbed run. */
export async function expectSameEnd(
  subject: Subject,
  trunk: Trunk,
  snapshot: Snapshot | Host,
  part: number,
  what: string,
  report: Report,
  step?: string,
): Promise<void> {
  const host = snapshot instanceof Host ? snapshot : Host.from(subject.model.world, snapshot);
  try {
    const joiner = joinerOf(trunk, step);
    const { done, joined, last, told } = await complete(host, subject, trunk.state, part, joiner);
    tellLost(subject, trunk, host, what, report);
    if (joined) return;
    if (!done) {
      const hangs = host.hangs.map((hang) => `it would wait for ever: ${hang}`);
      report.find({
        state: trunk.name,
        what,
        kind: 'broken',
        wrong: [`run again, it ended with ${last?.status ?? 'nothing'}`, ...hangs, tail(told)].join(
          '\n',
        ),
      });
      return;
    }
    tellDifferences(trunk, endOf(host), what, report, told);
  } finally {
    host.dispose();
  }
}
