import type { Host, Snapshot } from '../host.ts';
import type { Judge, LoggedCall, Point, Verdict } from '../points.ts';
import type { RunResult } from '../run.ts';
import { laterJoiner, tellLost } from './outcomes.ts';
import { oneIn, type Report } from './report.ts';
import { runPart, type PartOptions, type Subject } from './subject.ts';
import type { Moment, Trunk } from './trunk.ts';

/**
 * Where a run can begin that is to be disturbed at `moment`: at the last step that had begun by then,
 * before its first change. Nothing where no step had begun: at the beginning of the part.
 */
function anchorOf(trunk: Trunk, moment: Moment): Moment | undefined {
  const at = trunk.moments.indexOf(moment);
  const before = trunk.moments.slice(0, at + 1).filter(({ part }) => part === moment.part);
  const step = before.findLast(({ call }) => call.step !== undefined)?.call.step;
  return step === undefined ? undefined : before.find(({ call }) => call.step === step);
}

/** The host as it was there. */
export function beginningOf(trunk: Trunk, moment: Moment): Snapshot {
  return anchorOf(trunk, moment)?.snapshot ?? trunk.begins[moment.part] ?? trunk.start;
}

/** The same for points that are alike: of the same call, and as far in it. */
function nameOf({ phase, what, call }: Pick<Point, 'phase' | 'what' | 'call'>): string {
  return JSON.stringify([phase, what, call.words]);
}

/** A judge that disturbs a run at one moment, and the call that it has disturbed. */
export interface Aimed {
  readonly judge: Judge;
  hit: LoggedCall | undefined;
}

/** Aims at the moment, in a run that begins where `beginningOf` says. */
export function aimAt(trunk: Trunk, moment: Moment, verdict: Verdict): Aimed {
  const anchor = anchorOf(trunk, moment);
  const aim = nameOf(moment);
  const from = trunk.moments.indexOf(
    anchor ?? (trunk.moments.find(({ part }) => part === moment.part) as Moment),
  );
  const same = trunk.moments
    .slice(from, trunk.moments.indexOf(moment) + 1)
    .filter((other) => nameOf(other) === aim);
  let [left, begun] = [same.length, anchor === undefined];
  const aimed: Aimed = {
    hit: undefined,
    judge: (point) => {
      const { call } = point;
      begun ||= call.step === anchor?.call.step;
      if (!begun || left === 0 || nameOf(point) !== aim) return undefined;
      left -= 1;
      if (left > 0) return undefined;
      aimed.hit = call;
      return verdict;
    },
  };
  return aimed;
}

/** Of the runs that go on after their disturbance, one in so many goes to its end. */
const goesToItsEnd = oneIn(4);

/** What else a run that is disturbed is given. */
interface Further extends Pick<PartOptions, 'patience' | 'again'> {
  /** Whether it may go on after its disturbance; it may without. */
  readonly goesOn?: boolean;
}

/**
 * A run that is disturbed at `moment`; where it goes on, and may, only as far as nothing new can
 * come. Then there is no more to be judged, and nothing is returned.
 */
export async function disturb(
  subject: Subject,
  trunk: Trunk,
  host: Host,
  moment: Moment,
  aimed: Aimed,
  what: string,
  report: Report,
  { goesOn = true, ...rest }: Further = {},
): Promise<RunResult | undefined> {
  const whole = goesToItsEnd();
  const joins = laterJoiner(subject, trunk, moment.call.step);
  let joined = false;
  const judge: Judge = async (point) => {
    const verdict = await aimed.judge(point);
    if (verdict !== undefined || aimed.hit === undefined || whole || !goesOn) return verdict;
    joined ||= joins(point, moment.part);
    return joined ? { kill: true } : undefined;
  };
  const result = await runPart(host, subject, moment.part, trunk.state, { judge, ...rest });
  if (!joined) return result;
  tellLost(subject, trunk, host, what, report);
  host.dispose();
  return undefined;
}
