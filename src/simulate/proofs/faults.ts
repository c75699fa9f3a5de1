import { Host } from '../host.ts';
import type { LoggedCall, Signal } from '../points.ts';
import type { RunResult } from '../run.ts';
import { differences, endOf } from './compare.ts';
import { aimAt, beginningOf, disturb, type Aimed } from './disturb.ts';
import { expectSameEnd } from './outcomes.ts';
import { inParallel, tail, type Report } from './report.ts';
import { complete, type Subject } from './subject.ts';
import { tellMoment, type Moment, type Trunk } from './trunk.ts';

/**
 * Whether a fault can be noticed at all. The kernel's own answers are to be relied on: a mv or a
 * chmod that ended with 0 has done its work; and of a sync that did not, nobody can know.
 */
function canBeNoticed({ call }: Moment, status: number): boolean {
  return status !== 0 || !(call.real || ['sync', 'vacuumdb'].includes(call.words[0] ?? ''));
}

/** Calls of later steps that changed something after the fault. */
function wentOn({ calls }: RunResult, hit: LoggedCall): LoggedCall[] {
  return calls.filter(({ number, changing, step, words }) => {
    const later = number > hit.number && changing && step !== undefined && step !== hit.step;
    return later && words.at(-1)?.endsWith('/failure') !== true;
  });
}

/** Whether a run says of the step that it failed, or that it was refused before any. */
function names({ status, stdout, stderr }: RunResult, step: string): boolean {
  const text = `${stdout}${stderr}`;
  if (status === 3) return /; nothing was changed\.$/m.test(text);
  return text.includes(`\nStep ${step} failed: `);
}

function judgeFailure(
  trunk: Trunk,
  { hit }: Aimed,
  result: RunResult,
  what: string,
  report: Report,
): void {
  const text = `${result.stdout}${result.stderr}`;
  const broken = (wrong: string): void => {
    report.find({ state: trunk.name, what, kind: 'broken', wrong: `${wrong}\n${tail(text)}` });
  };
  if (hit === undefined) broken('the call did not come again');
  if (hit?.step !== undefined && !names(result, hit.step))
    broken(`it does not say that step ${hit.step} failed`);
  if (![1, 3].includes(result.status)) broken(`it ended with ${result.status}`);
  const advises = /to go on|run this script again|run it again|nothing was changed/i.test(text);
  if (!advises) broken('it does not say how to go on');
  const later = hit === undefined ? [] : wentOn(result, hit);
  if (later.length > 0)
    broken(`it went on with step ${later[0]?.step ?? ''}: ${later[0]?.words.join(' ') ?? ''}`);
}

/** Seconds after which a run that waits for something to mend itself is ended. */
const PATIENCE = 20;

async function proveFault(
  subject: Subject,
  trunk: Trunk,
  moment: Moment,
  status: number,
  report: Report,
): Promise<void> {
  const host = Host.from(subject.model.world, beginningOf(trunk, moment));
  const what = `made to ${status === 0 ? 'do nothing and exit 0' : `exit ${status}`}, ${tellMoment(moment)}`;
  const aimed = aimAt(trunk, moment, { answer: status });
  const patience = PATIENCE;
  const result = await disturb(subject, trunk, host, moment, aimed, what, report, { patience });
  if (result === undefined) return;
  const ended = result.status === 0 || result.status === 10;
  // It waits for what may still come about: a server that starts, a lock that is let go.
  const waited = result.hangs.some((hang) => hang.includes('did not end'));
  if (waited) host.hangs.splice(0);
  else if (!ended) judgeFailure(trunk, aimed, result, what, report);
  if (ended && status !== 0 && moment.call.step !== undefined) {
    await tolerate(subject, trunk, host, moment, result, what, report);
    return;
  }
  if (result.status === 10) host.boot();
  const next = moment.part + (result.status === 10 ? 1 : 0);
  const part = result.status === 0 ? subject.scripts.length : next;
  await expectSameEnd(subject, trunk, host, part, what, report, moment.call.step);
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
  await inParallel(cases, width, report, async ({ moment, status }) =>
    proveFault(subject, trunk, moment, status, report),
  );
}

/** A signal, to whom it is sent, and the status of a run that it has stopped; none where it goes on. */
interface Sent {
  readonly signal: Signal;
  readonly to: 'script' | 'group';
  readonly stopped?: number;
}

const SIGNALS: readonly Sent[] = [
  { signal: 'SIGTERM', to: 'script', stopped: 143 },
  { signal: 'SIGINT', to: 'group', stopped: 130 },
  { signal: 'SIGHUP', to: 'group' },
];

/** Whether a later step of the part has something to change, before which a run can stop. */
function canStopAfter(trunk: Trunk, { part, call }: Moment): boolean {
  return trunk.moments.some(
    ({ part: other, call: { number, step } }) =>
      other === part && number > call.number && step !== undefined && step !== call.step,
  );
}

/** What is wrong with the end of a run that was sent a signal; nothing where it is right. */
function wrongEnd(
  trunk: Trunk,
  moment: Moment,
  { stopped }: Sent,
  { hit }: Aimed,
  result: RunResult,
): string | undefined {
  const { status } = result;
  const undisturbed = trunk.results[moment.part]?.status;
  if (hit === undefined) return 'the call did not come again';
  // One that is not stopped, and one with nothing left at which it could be, ends as ever.
  if (status === undisturbed && (stopped === undefined || !canStopAfter(trunk, moment)))
    return undefined;
  if (stopped === undefined)
    return `it ended with ${status} instead of ${undisturbed ?? 'nothing'}`;
  // The command that was under way can have ended by the signal.
  const failed = status === 1 && names(result, moment.call.step ?? '');
  if (status === stopped || failed) return undefined;
  return `it was to stop with ${stopped}, and ended with ${status}`;
}

async function proveSignal(
  subject: Subject,
  trunk: Trunk,
  moment: Moment,
  sent: Sent,
  report: Report,
): Promise<void> {
  const { signal, to, stopped } = sent;
  const host = Host.from(subject.model.world, beginningOf(trunk, moment));
  const aimed = aimAt(trunk, moment, { signal, to });
  const what = `${signal}, ${tellMoment(moment)}`;
  const goesOn = stopped === undefined;
  const result = await disturb(subject, trunk, host, moment, aimed, what, report, { goesOn });
  if (result === undefined) return;
  const end = wrongEnd(trunk, moment, sent, aimed, result);
  if (end !== undefined) {
    const wrong = `${end}\n${tail(`${result.stdout}${result.stderr}`)}`;
    report.find({ state: trunk.name, what, kind: 'broken', wrong });
  }
  if (result.status === 10) host.boot();
  const next = moment.part + (result.status === 10 ? 1 : 0);
  const part = result.status === 0 ? subject.scripts.length : next;
  await expectSameEnd(subject, trunk, host, part, what, report, moment.call.step);
}

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
  await inParallel(cases, width, report, async ({ moment, sent }) =>
    proveSignal(subject, trunk, moment, sent, report),
  );
}

function isEdge(trunk: Trunk, moment: Moment): boolean {
  const own = trunk.moments.filter(
    ({ part, phase, call }) =>
      part === moment.part && phase === 'before' && call.step === moment.call.step,
  );
  return own[0] === moment || own.at(-1) === moment;
}
