import { Host } from '../host.ts';
import { losePower } from '../root/durable.ts';
import type { Tree } from '../root/tree.ts';
import { aimAt, beginningOf, disturb } from './disturb.ts';
import { expectSameEnd } from './outcomes.ts';
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
  const losses = distinct(trunk.moments)
    .flatMap(lossesAt)
    .filter(({ moment, tree }) => {
      const key = keyOf(subject, moment.part, { tree, state: moment.snapshot.state });
      return !seen.has(key) && seen.add(key) !== undefined;
    });
  report.count('power losses', 2 * trunk.moments.length);
  await inParallel(losses, width, report, async ({ moment, what, tree }) => {
    const { state } = moment.snapshot;
    const host = Host.from(subject.model.world, { tree, durable: { tree }, state });
    host.boot();
    await expectSameEnd(subject, trunk, host, moment.part, what, report, moment.call.step);
  });
}

/**
 * The same with a real SIGKILL to everything in the script's process group, and the script run again
 * on the same machine, with whatever goes on there: the snapshots of `proveKills` tell the truth.
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
  const result = await disturb(subject, trunk, host, moment, aimed, what, report, { again: 1 });
  if (result === undefined) return;
  // A machine that was asked to restart has ended everything, and nobody runs the script again there.
  const again = result.rebooting && result.statuses.length === 1 ? [137] : [0, 10];
  if (aimed.hit === undefined || !again.includes(result.status)) {
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
