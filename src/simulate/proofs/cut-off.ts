import { Host } from '../host.ts';
import { losePower, type Durable } from '../root/durable.ts';
import type { Tree } from '../root/tree.ts';
import { aimAt, beginningOf, disturb } from './disturb.ts';
import { expectSameEnd, isProven } from './outcomes.ts';
import { inParallel, tail, type Report } from './report.ts';
import type { Subject } from './subject.ts';
import { distinct, keyOf, tellMoment, type Moment, type Trunk } from './trunk.ts';

/**
 * Killed at every point: everything that ran is gone, and what it had done stays. A run from the
 * host's files and state at that moment is what an administrator does afterwards. Moments at which
 * the host is the same in every respect are one.
 */
export async function proveKills(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  report.count('points', trunk.moments.length);
  await inParallel(distinct(trunk.moments), width, report, async (moment) => {
    await expectSameEnd(
      subject,
      trunk,
      moment.snapshot,
      moment.part,
      `killed, ${tellMoment(moment)}`,
      report,
      moment.call.step,
    );
  });
}

/** A host after the power was lost at a moment, and was back. */
interface Loss {
  readonly moment: Moment;
  readonly what: string;
  readonly tree: Tree;
}

function lossesAt(moment: Moment): Loss[] {
  const { tree, durable } = moment.snapshot;
  return (['early', 'late'] as const).map((loss) => ({
    moment,
    what: `power lost (${loss}), ${tellMoment(moment)}`,
    tree: losePower(tree, durable, loss),
  }));
}

/**
 * The first moment of each different state of the host and of what is certain to be on its disk: of
 * two that look the same, one can have files that are not there when the power is lost.
 */
function distinctOnDisk(moments: readonly Moment[]): Moment[] {
  const seen = new Map<string, Set<Durable>>();
  return moments.filter(({ key, snapshot: { durable } }) => {
    const known = seen.get(key) ?? new Set();
    seen.set(key, known);
    return !known.has(durable) && known.add(durable) !== undefined;
  });
}

/**
 * The power lost at every point: what was not synced is gone, or cut short. Losses that leave the
 * same files and the same state are one.
 */
export async function provePowerLosses(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  const seen = new Set<string>();
  const isNew = ({ moment, tree }: Loss): boolean => {
    const key = keyOf(subject, moment.part, { tree, state: moment.snapshot.state });
    return !seen.has(key) && seen.add(key) !== undefined;
  };
  // One moment after another: the trees of all of them at once would take much memory.
  const losses = distinctOnDisk(trunk.moments).flatMap((moment) => lossesAt(moment).filter(isNew));
  report.count('power losses', 2 * trunk.moments.length);
  await inParallel(losses, width, report, async ({ moment, what, tree }) => {
    const { state } = moment.snapshot;
    const host = Host.from(subject.model.world, { tree, durable: { tree }, state });
    host.boot();
    await expectSameEnd(subject, trunk, host, moment.part, what, report, moment.call.step);
  });
}

/**
 * The same with a real SIGKILL to everything in the script's process group. Where nothing survived and
 * the host is as a snapshot of `proveKills` had it, that is the proof; else the script is run again on
 * the same machine, with whatever goes on there.
 */
export async function proveRealKills(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  const moments = distinct(trunk.moments);
  report.count('real kills', moments.length);
  await inParallel(moments, width, report, async (moment) =>
    killForReal(subject, trunk, moment, report),
  );
}

async function killForReal(
  subject: Subject,
  trunk: Trunk,
  moment: Moment,
  report: Report,
): Promise<void> {
  const host = Host.from(subject.model.world, beginningOf(trunk, moment));
  const aimed = aimAt(trunk, moment, { kill: true });
  const what = `killed for real, ${tellMoment(moment)}`;
  let proven = false;
  const again = (survivors: number): boolean => {
    proven =
      survivors === 0 && aimed.hit !== undefined && isProven(subject, trunk, moment.part, host);
    return !proven;
  };
  const result = await disturb(subject, trunk, host, moment, aimed, what, report, { again });
  if (result === undefined) return;
  // A machine that was asked to restart has ended everything, and nobody runs the script again there.
  const once = proven || (result.rebooting && result.statuses.length === 1);
  const expected = once ? [137] : [0, 10];
  if (aimed.hit === undefined || !expected.includes(result.status)) {
    const wrong = `killed and run again at once, it ended with ${result.statuses.join(', then ')}`;
    const told = tail(result.stdout + result.stderr);
    report.find({ state: trunk.name, what, kind: 'broken', wrong: `${wrong}\n${told}` });
    host.dispose();
    return;
  }
  if (host.rebootAsked) host.boot();
  const part = moment.part + (result.status === 137 ? 0 : 1);
  await expectSameEnd(subject, trunk, host, part, what, report);
}
