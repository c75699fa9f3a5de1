import { Host } from '../host.ts';
import type { Judge, LoggedCall, Signal } from '../points.ts';
import type { RunResult } from '../run.ts';
import { differences, endOf } from './compare.ts';
import { expectSameEnd } from './outcomes.ts';
import { inParallel, tail, type Report } from './report.ts';
import { complete, runPart, type Subject } from './subject.ts';
import { tellMoment, type Moment, type Trunk } from './trunk.ts';

/** The first moment of each step, and of what comes before the first: runs begin there. */
function beginningOf(trunk: Trunk, moment: Moment): Moment {
  const same = trunk.moments.find(
    ({ part, call }) => part === moment.part && call.step === moment.call.step,
  );
  return same ?? moment;
}

/** How many equal calls of the step came before this one, itself counted. */
function occurrence(trunk: Trunk, moment: Moment): number {
  const words = JSON.stringify(moment.call.words);
  return trunk.moments.filter(
    ({ part, phase, call }) =>
      part === moment.part &&
      phase === 'before' &&
      call.step === moment.call.step &&
      call.number <= moment.call.number &&
      JSON.stringify(call.words) === words,
  ).length;
}

/** Fails the call that the moment is of, in a run that begins with its step. */
function failing(trunk: Trunk, moment: Moment, status: number): Judge {
  const words = JSON.stringify(moment.call.words);
  let left = occurrence(trunk, moment);
  return ({ phase, call }) => {
    if (phase !== 'before' || call.step !== moment.call.step || left === 0) return undefined;
    if (JSON.stringify(call.words) !== words) return undefined;
    left -= 1;
    return left === 0 ? { answer: status } : undefined;
  };
}

/** A sync that does nothing and says nothing has no effect that anybody could see. */
function canBeNoticed({ call }: Moment, status: number): boolean {
  return status !== 0 || !['sync', 'touch', 'vacuumdb'].includes(call.words[0] ?? '');
}

/** Calls of later steps that changed something after the fault. */
function wentOn(result: RunResult, step: string | undefined): LoggedCall[] {
  const at = result.calls.findIndex((call) => call.status === 1 && call.step === step);
  return result.calls
    .slice(at + 1)
    .filter((call) => call.changing && call.step !== undefined && call.step !== step);
}

function judgeFailure(
  trunk: Trunk,
  moment: Moment,
  result: RunResult,
  what: string,
  report: Report,
): void {
  const { step } = moment.call;
  const text = `${result.stdout}${result.stderr}`;
  const broken = (wrong: string): void =>
    report.find({ state: trunk.name, what, kind: 'broken', wrong: `${wrong}\n${tail(text)}` });
  if (step !== undefined && !text.includes(step)) broken(`it does not name step ${step}`);
  if (result.status === 1 && !/to go on|run this script again|run it again/i.test(text))
    broken('it does not say how to go on');
  const later = wentOn(result, step);
  if (later.length > 0)
    broken(`it went on with step ${later[0]?.step ?? ''}: ${later[0]?.words.join(' ') ?? ''}`);
}

async function proveFault(
  subject: Subject,
  trunk: Trunk,
  moment: Moment,
  status: number,
  report: Report,
): Promise<void> {
  const host = Host.from(subject.model.world, beginningOf(trunk, moment).snapshot);
  const what = `made to ${status === 0 ? 'do nothing and exit 0' : `exit ${status}`}, ${tellMoment(moment)}`;
  const judge = failing(trunk, moment, status);
  const result = await runPart(host, subject, moment.part, trunk.state, { judge });
  const ended = result.status === 0 || result.status === 10;
  if (!ended) judgeFailure(trunk, moment, result, what, report);
  if (ended && status !== 0 && moment.call.step !== undefined) {
    await tolerate(subject, trunk, host, moment, result, what, report);
    return;
  }
  if (ended && result.status === 10) host.boot();
  const part = moment.part + (ended && result.status === 10 ? 1 : 0);
  await expectSameEnd(
    subject,
    trunk,
    host,
    ended && result.status === 0 ? subject.scripts.length : part,
    what,
    report,
  );
}

/** A failure that the script got over by itself is none, if it ended as the undisturbed run. */
async function tolerate(
  subject: Subject,
  trunk: Trunk,
  host: Host,
  moment: Moment,
  result: RunResult,
  what: string,
  report: Report,
): Promise<void> {
  if (result.status === 10) host.boot();
  const from = moment.part + (result.status === 10 ? 1 : 0);
  const { done } = await complete(host, subject, trunk.state, from);
  const found = done ? differences(trunk.end, endOf(host)) : ['it did not end'];
  host.dispose();
  if (found.length > 0) {
    report.find({
      state: trunk.name,
      what,
      kind: 'diverged',
      wrong: [`it went on, and ended otherwise`, ...found.slice(0, 10)].join('\n'),
    });
  }
}

/** Every changing call made to fail once: with status 1, and with status 0 and nothing done. */
export async function proveFaults(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  const calls = trunk.moments.filter(({ phase }) => phase === 'before');
  const cases = calls.flatMap((moment) =>
    [1, 0].filter((status) => canBeNoticed(moment, status)).map((status) => ({ moment, status })),
  );
  report.count('faults', cases.length);
  await inParallel(cases, width, async ({ moment, status }) =>
    proveFault(subject, trunk, moment, status, report),
  );
}

const SIGNALS: readonly { signal: Signal; to: 'script' | 'group'; statuses: readonly number[] }[] =
  [
    { signal: 'SIGTERM', to: 'script', statuses: [143] },
    { signal: 'SIGINT', to: 'group', statuses: [130] },
    { signal: 'SIGHUP', to: 'group', statuses: [] },
  ];

/** SIGTERM, SIGINT and SIGHUP at the first and at the last change of every step. */
export async function proveSignals(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  const edges = trunk.moments.filter(
    (moment) =>
      moment.phase === 'before' && moment.call.step !== undefined && isEdge(trunk, moment),
  );
  const cases = edges.flatMap((moment) => SIGNALS.map((sent) => ({ moment, sent })));
  report.count('signals', cases.length);
  await inParallel(cases, width, async ({ moment, sent }) => {
    const { signal, to, statuses } = sent;
    const host = Host.from(subject.model.world, beginningOf(trunk, moment).snapshot);
    const target = failing(trunk, moment, 0);
    const judge: Judge = async (point) =>
      (await target(point)) === undefined ? undefined : { signal, to };
    const what = `${signal}, ${tellMoment(moment)}`;
    const result = await runPart(host, subject, moment.part, trunk.state, { judge });
    const ended = result.status === 0 || result.status === 10;
    if (!ended && ![...statuses, 1].includes(result.status)) {
      report.find({
        state: trunk.name,
        what,
        kind: 'broken',
        wrong: `it ended with ${result.status}\n${tail(`${result.stdout}${result.stderr}`)}`,
      });
    }
    if (result.status === 10) host.boot();
    const part = moment.part + (result.status === 10 ? 1 : 0);
    await expectSameEnd(
      subject,
      trunk,
      host,
      result.status === 0 ? subject.scripts.length : part,
      what,
      report,
    );
  });
}

function isEdge(trunk: Trunk, moment: Moment): boolean {
  const own = trunk.moments.filter(
    ({ part, phase, call }) =>
      part === moment.part && phase === 'before' && call.step === moment.call.step,
  );
  return own[0] === moment || own.at(-1) === moment;
}
