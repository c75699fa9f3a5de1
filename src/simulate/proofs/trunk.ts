import { createHash } from 'node:crypto';
import { ProcedureError } from '../../model/problem.ts';
import type { StartState } from '../define.ts';
import { within } from '../demands.ts';
import { memoised } from '../memo.ts';
import type { Host, Snapshot } from '../host.ts';
import type { Judge, LoggedCall, Point } from '../points.ts';
import type { RunResult } from '../run.ts';
import { endOf, type End } from './compare.ts';
import { describeFile, describeOwn } from './describe.ts';
import { copyScripts, runPart, type Subject } from './subject.ts';

/** A moment of the undisturbed run, from which others begin. */
export interface Moment {
  readonly part: number;
  readonly phase: Point['phase'];
  readonly what: string;
  readonly call: LoggedCall;
  readonly snapshot: Snapshot;
  /** The same for moments at which the host is the same in every respect. */
  readonly key: string;
  /** What was there then of what may not be lost. */
  readonly precious: readonly string[];
}

/** An undisturbed run of a procedure from a start state. */
export interface Trunk {
  readonly name: string;
  readonly state: StartState;
  readonly start: Snapshot;
  /** As each part found it. */
  readonly begins: readonly Snapshot[];
  readonly moments: readonly Moment[];
  readonly results: readonly RunResult[];
  /** What would have waited for ever, in its runs and when the machine started between them. */
  readonly hangs: readonly string[];
  /** After each part, before the restart that follows it. */
  readonly between: readonly Snapshot[];
  /**
   * Where another run can be left to itself: a step begins, and the host is in every respect as it
   * was here when the same step began. From there on it would do what this one did.
   */
  readonly joins: ReadonlySet<string>;
  /** States, by `keyOf`, from which a run has come to this end: from there the next one would too. */
  readonly proven: Set<string>;
  /** Places, by `joinName`, at which a step began in a run that was not the first, and came to this end. */
  readonly passed: Set<string>;
  readonly end: End;
  readonly final: Snapshot;
  readonly precious: readonly string[];
}

/** How a moment is told in a finding. */
export function tellMoment({ part, phase, what, call }: Moment): string {
  const words = call.words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word),
  );
  const midst = what === '' ? '' : ` (${what})`;
  return `part ${part + 1}, step ${call.step ?? 'none'}: ${phase}${midst} [${words.join(' ')}]`;
}

/** Differ from run to run, and are looked at by nobody. */
const UNSEEN = [
  /^\/var\/log\//,
  /\/postmaster\.(pid|opts)$/,
  /\/global\/pg_control$/,
  /^\/var\/lib\/stepwright\/[^/]+\/failure$/,
  /^\/root$/,
  // Who holds the lock, by a process id; that it is held is not in the file.
  /^\/run\/stepwright\.lock$/,
  // Nobody knows the name of what mktemp made but who had it made.
  /^\/tmp\/tmp\.\w+(\/|$)/,
];

/** The steps of a procedure that can be done only once, as its scripts declare them. */
const onceSteps = memoised(({ scripts }: Subject): ReadonlySet<string> => {
  const lines = scripts.flatMap(({ text }) => text.match(/^ {2}step [^\n]* once\b[^\n]*$/gm) ?? []);
  return new Set(lines.map((line) => line.trim().split(' ')[1] ?? ''));
});

/**
 * A digest of all that a run that begins or goes on here can see; with `ended`, of what is left of
 * it when the machine has restarted.
 */
export function keyOf(
  subject: Subject,
  part: number,
  { tree, state }: Pick<Snapshot, 'tree' | 'state'>,
  ended = false,
): string {
  const once = onceSteps(subject);
  const hash = createHash('sha1').update(String(part));
  for (const [path, entry] of tree) {
    if (UNSEEN.some((pattern) => pattern.test(path))) continue;
    if (ended && /^\/(run|tmp)\//.test(path)) continue;
    const told = describeOwn(path, entry, tree, state, once) ?? describeFile(path, entry);
    hash.update(`${path}\0${told}\0`);
  }
  const { daemons, boot, postgres, serial: _, ...rest } = state;
  const running = daemons.map(({ folder }) => folder);
  const data = postgres.map(({ id: _id, generation: _generation, ...kept }) => kept);
  return hash
    .update(JSON.stringify({ ...rest, data, running, kernel: ended ? '' : boot.kernel }))
    .digest('hex');
}

/** The server that a procedure begins on. @throws ProcedureError that says where the model is wrong. */
async function makeStart(
  { model, id, file }: Subject,
  name: string,
  state: StartState,
): Promise<Host> {
  try {
    return await state.make(model.world);
  } catch (error) {
    if (!(error instanceof ProcedureError)) throw error;
    throw within(`${file ?? id}: start state ${name}`, error);
  }
}

/** A judge that lets a run of `part` pass, and notes each of its moments in `moments`. */
function noteMoments(subject: Subject, host: Host, part: number, moments: Moment[]): Judge {
  const preciousAt = new Map<string, readonly string[]>();
  return (point) => {
    const snapshot = host.snapshot();
    const key = keyOf(subject, part, snapshot);
    const precious = preciousAt.get(key) ?? subject.model.precious?.(host) ?? [];
    preciousAt.set(key, precious);
    const { phase, what, call } = point;
    moments.push({ part, phase, what, call: { ...call }, snapshot, key, precious });
    return undefined;
  };
}

/** The undisturbed run with every point at which it could have been cut off, each with its snapshot. */
export async function growTrunk(subject: Subject, name: string): Promise<Trunk> {
  const state = subject.model.states[name] as StartState;
  const host = await makeStart(subject, name, state);
  try {
    copyScripts(host, subject.scripts);
    host.sync();
    const start = host.snapshot();
    const precious = subject.model.precious?.(host) ?? [];
    const [moments, results, between]: [Moment[], RunResult[], Snapshot[]] = [[], [], []];
    const begins: Snapshot[] = [];
    for (let part = 0; part < subject.scripts.length; part++) {
      begins.push(part === 0 ? start : host.snapshot());
      const judge = noteMoments(subject, host, part, moments);
      const result = await runPart(host, subject, part, state, { judge });
      results.push(result);
      between.push(host.snapshot());
      if (result.status !== 0 && result.status !== 10) break;
      if (result.status === 10) host.boot();
    }
    const joins = joinsOf(subject, moments, between);
    const grown = { joins, begins, name, state, start, moments, results, between, precious };
    const [hangs, end, final] = [[...host.hangs], endOf(host), host.snapshot()];
    return { ...grown, hangs, end, final, proven: new Set(), passed: new Set() };
  } finally {
    host.dispose();
  }
}

/** The name of a place at which a run can join the undisturbed one. */
export function joinName(part: number, step: string | undefined, key: string): string {
  return `${part} ${step ?? ''} ${key}`;
}

function joinsOf(
  subject: Subject,
  moments: readonly Moment[],
  between: readonly Snapshot[],
): Set<string> {
  const joins = new Set(
    between.map((snapshot, part) => joinName(part, 'end', keyOf(subject, part, snapshot, true))),
  );
  const seen = new Set<string>();
  for (const { part, call, phase, key } of moments) {
    const place = `${part} ${call.step ?? ''}`;
    if (call.step === undefined || phase !== 'before' || seen.has(place)) continue;
    seen.add(place);
    joins.add(joinName(part, call.step, key));
  }
  return joins;
}

/** The first moment of each different state of the host, in order. */
export function distinct(moments: readonly Moment[]): Moment[] {
  const seen = new Set<string>();
  return moments.filter(({ key }) => !seen.has(key) && seen.add(key) !== undefined);
}
