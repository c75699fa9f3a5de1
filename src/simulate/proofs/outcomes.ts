import type { StartState } from '../define.ts';
import { Host, type Snapshot } from '../host.ts';
import { differences, endOf, type End } from './compare.ts';
import { tail, type Report } from './report.ts';
import { complete, type Subject } from './subject.ts';
import type { Trunk } from './trunk.ts';

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

/** A run, or several, from a state on: it has to come to the end of the undisturbed run. */
export async function expectSameEnd(
  subject: Subject,
  trunk: Trunk,
  snapshot: Snapshot | Host,
  part: number,
  what: string,
  report: Report,
): Promise<void> {
  const host = snapshot instanceof Host ? snapshot : Host.from(subject.model.world, snapshot);
  try {
    const { done, last, told } = await complete(host, subject, trunk.state as StartState, part);
    tellLost(subject, trunk, host, what, report);
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
