import { Host } from '../host.ts';
import type { Judge } from '../points.ts';
import { losePower } from '../root/durable.ts';
import type { Tree } from '../root/tree.ts';
import { expectSameEnd } from './outcomes.ts';
import { inParallel, tail, type Report } from './report.ts';
import { runPart, type Subject } from './subject.ts';
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
  await inParallel(distinct(trunk.moments), width, async (moment) => {
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
  await inParallel(losses, width, async ({ moment, what, tree }) => {
    const { state } = moment.snapshot;
    const host = Host.from(subject.model.world, { tree, durable: { tree }, state });
    host.boot();
    await expectSameEnd(subject, trunk, host, moment.part, what, report, moment.call.step);
  });
}

/** Of so many points, one is tried with a real kill. */
const SAMPLE = 9;

/**
 * The same with a real SIGKILL to everything in the script's process group, and the script run again
 * on the same machine, with whatever goes on there. Slower, since each begins with the run that is
 * killed; so it is a sample, to see that the snapshots of `proveKills` tell the truth.
 */
export async function proveRealKills(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  const chosen = distinct(trunk.moments).filter((_, index) => index % SAMPLE === SAMPLE - 1);
  report.count('real kills', chosen.length);
  await inParallel(chosen, width, async (moment) => killForReal(subject, trunk, moment, report));
}

async function killForReal(
  subject: Subject,
  trunk: Trunk,
  moment: Moment,
  report: Report,
): Promise<void> {
  const own = trunk.moments.filter(({ part }) => part === moment.part);
  const begin = moment.part === 0 ? trunk.start : own[0]?.snapshot;
  if (begin === undefined) return;
  const number = own.indexOf(moment) + 1;
  const host = Host.from(subject.model.world, begin);
  const judge: Judge = (point) => (point.number === number ? { kill: true } : undefined);
  const what = `killed for real, ${tellMoment(moment)}`;
  const result = await runPart(host, subject, moment.part, trunk.state, { judge, again: 1 });
  const rebooted = result.status === 10;
  if (result.statuses.length < 2 || (result.status !== 0 && !rebooted)) {
    const wrong = `killed and run again at once, it ended with ${result.statuses.join(', then ')}`;
    report.find({
      state: trunk.name,
      what,
      kind: 'broken',
      wrong: `${wrong}\n${tail(result.stdout + result.stderr)}`,
    });
    host.dispose();
    return;
  }
  if (rebooted) host.boot();
  const part = rebooted || result.status === 0 ? moment.part + 1 : moment.part;
  await expectSameEnd(subject, trunk, host, part, what, report);
}
