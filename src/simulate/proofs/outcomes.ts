import { Host, type Snapshot } from '../host.ts';
import { differences, endOf, type End } from './compare.ts';
import { oneIn, tail, type Report } from './report.ts';
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
  return tellMissing(trunk, subject.model.precious?.(host) ?? [], what, report);
}

/** The same of what is `left`. */
export function tellMissing(
  trunk: Trunk,
  left: readonly string[],
  what: string,
  report: Report,
): boolean {
  const lost = trunk.precious.filter((name) => !left.includes(name));
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
const goesToItsEnd = oneIn(32);

/** A joiner that remembers on its way. */
interface Witness extends Joiner {
  /** The places by which it came: each a step that begins, with the state of the host. */
  readonly places: readonly string[];
}

/**
 * Knows the undisturbed run when it meets it, and the way of a run that has come to the same end;
 * `step` is the one that the disturbance was in, which the undisturbed run began with nothing left
 * of it.
 */
function joinerOf(subject: Subject, trunk: Trunk, step: string | undefined): Witness {
  const seen = new Set<string | undefined>([undefined]);
  const places: string[] = [];
  return {
    places,
    at: ({ call, phase, host }, part) => {
      if (phase !== 'before' || seen.has(call.step)) return false;
      seen.add(call.step);
      const place = joinName(part, call.step, keyOf(subject, part, stateOf(host)));
      places.push(place);
      return trunk.passed.has(place) || (call.step !== step && trunk.joins.has(place));
    },
    after: (host, part) => {
      return trunk.joins.has(joinName(part, 'end', keyOf(subject, part, stateOf(host), true)));
    },
  };
}

/**
 * Knows where a run that was disturbed in `step` and goes on by itself has joined the undisturbed
 * one, or another: where a later step begins.
 */
export function laterJoiner(
  subject: Subject,
  trunk: Trunk,
  step: string | undefined,
): Joiner['at'] {
  const { at } = joinerOf(subject, trunk, step);
  return (point, part) => point.call.step !== step && at(point, part);
}

/** Whether a run has come to the end from what `host` is now. */
export function isProven(subject: Subject, trunk: Trunk, part: number, host: Host): boolean {
  return trunk.proven.has(keyOf(subject, part, stateOf(host)));
}

function stateOf(host: Host): Pick<Snapshot, 'tree' | 'state'> {
  return { tree: host.readTree(), state: host.state };
}

/** Tells that it did not come to its end, and what on the host stood in its way. */
function tellUndone(
  { name }: Trunk,
  { hangs }: Host,
  what: string,
  report: Report,
  ended: string,
  told = '',
): void {
  const reasons = hangs.map((hang) => `it could not go on: ${hang}`);
  const wrong = [ended, ...reasons, tail(told)].join('\n');
  report.find({ state: name, what, kind: 'broken', wrong });
}

/**
 * A run, or several, from a state on: it has to come to the end of the undisturbed run. From a state
 * from which one has come there already it is not run again.
 */
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
    if (host.hangs.length > 0) {
      tellUndone(trunk, host, what, report, 'before it could be run again');
      tellLost(subject, trunk, host, what, report);
      return;
    }
    const whole = goesToItsEnd();
    const key = keyOf(subject, part, stateOf(host));
    if (!whole && trunk.proven.has(key)) {
      tellLost(subject, trunk, host, what, report);
      return;
    }
    const joiner = whole ? undefined : joinerOf(subject, trunk, step);
    const { done, joined, last, told } = await complete(host, subject, trunk.state, part, joiner);
    const lost = tellLost(subject, trunk, host, what, report);
    if (joined && !lost) {
      trunk.proven.add(key);
      for (const place of joiner?.places ?? []) trunk.passed.add(place);
    }
    if (joined) return;
    if (!done) {
      const ended = `run again, it ended with ${last?.status ?? 'nothing'}`;
      tellUndone(trunk, host, what, report, ended, told);
      return;
    }
    tellDifferences(trunk, endOf(host), what, report, told);
  } finally {
    host.dispose();
  }
}
