import { Host } from '../host.ts';
import type { Loss } from '../root/durable.ts';
import { expectSameEnd } from './outcomes.ts';
import { inParallel, type Report } from './report.ts';
import { copyScripts, runPart, type Subject } from './subject.ts';
import { distinct, tellMoment, type Moment, type Trunk } from './trunk.ts';

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
    );
  });
}

/** The power lost at every such point: what was not synced is gone, or cut short. */
export async function provePowerLosses(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  const moments = distinct(trunk.moments);
  const cases = moments.flatMap((moment) =>
    (['early', 'late'] as const).map((loss) => ({ moment, loss })),
  );
  report.count('power losses', cases.length);
  await inParallel(cases, width, async ({ moment, loss }) => {
    await loseAndGoOn(subject, trunk, moment, loss, report);
  });
}

async function loseAndGoOn(
  subject: Subject,
  trunk: Trunk,
  moment: Moment,
  loss: Loss,
  report: Report,
): Promise<void> {
  const host = Host.afterPowerLoss(subject.model.world, moment.snapshot, loss);
  // The scripts were copied and synced long before.
  copyScripts(host, subject.scripts);
  const what = `power lost (${loss}), ${tellMoment(moment)}`;
  await expectSameEnd(subject, trunk, host, moment.part, what, report);
}

/**
 * The same with a real SIGKILL, and run again on the same machine with whatever was left running
 * there. Slower, since each begins with the run that is killed: the points of the steps in `steps`.
 */
export async function proveRealKills(
  subject: Subject,
  trunk: Trunk,
  wanted: (moment: Moment, index: number) => boolean,
  width: number,
  report: Report,
): Promise<void> {
  const chosen = distinct(trunk.moments).filter(wanted);
  report.count('real kills', chosen.length);
  await inParallel(chosen, width, async (moment) => {
    const first = trunk.moments.find(({ part }) => part === moment.part) ?? moment;
    const number = trunk.moments.filter(({ part }) => part === moment.part).indexOf(moment) + 1;
    const begin = moment.part === 0 ? trunk.start : first.snapshot;
    const host = Host.from(subject.model.world, begin);
    const judge = ({ number: at }: { number: number }) =>
      at === number ? ({ kill: true } as const) : undefined;
    const what = `killed for real, ${tellMoment(moment)}`;
    const result = await runPart(host, subject, moment.part, trunk.state, { judge, again: 1 });
    if (result.status !== 0 && result.status !== 10) {
      report.find({
        state: trunk.name,
        what,
        kind: 'broken',
        wrong: `run again at once, it ended with ${result.statuses.join(', then ')}\n${result.stdout}${result.stderr}`,
      });
      host.dispose();
      return;
    }
    if (result.status === 10) host.boot();
    await expectSameEnd(
      subject,
      trunk,
      host,
      moment.part + (result.status === 10 ? 1 : 0),
      what,
      report,
    );
  });
}
