import { Host, type Snapshot } from '../host.ts';
import { installedKernels } from '../boot.ts';
import type { RunResult } from '../run.ts';
import { touched, traceOf } from './compare.ts';
import { tail, type Report } from './report.ts';
import { runPart, type Subject } from './subject.ts';
import type { Trunk } from './trunk.ts';

/** A run that has to be refused. */
interface Refusal {
  readonly what: string;
  readonly from: Snapshot;
  readonly part: number;
  /** Puts the host into the state that is refused. */
  readonly prepare: (host: Host) => void;
  /** What it has to give as the reason. */
  readonly says: RegExp;
}

/** The status of a run that is refused. */
const REFUSED = 3;

const OTHER_RELEASE = /this machine runs wheezy, and this script is for/;
const UNFINISHED = /has not finished on this machine/;

function journalOf(subject: Subject): string {
  return `/var/lib/stepwright/${subject.id}/journal`;
}

function otherRelease(host: Host): void {
  host.files.write(
    '/usr/lib/os-release',
    'ID=debian\nVERSION_ID="7"\nVERSION="7 (wheezy)"\nVERSION_CODENAME=wheezy\n',
  );
}

function nothing(): void {
  // The host is as it has to be.
}

function boot(host: Host): void {
  host.boot();
}

/** What the first part refuses. */
function refusalsOfFirst(subject: Subject, from: Snapshot): Refusal[] {
  const journal = journalOf(subject);
  const other = 'stepwright-journal 1 another\n1\tx\t1\tbegin\t-\t\n';
  const written = (text: string) => (host: Host) => host.files.write(journal, text);
  const cases: readonly Pick<Refusal, 'what' | 'prepare' | 'says'>[] = [
    { what: 'on another release', prepare: otherRelease, says: OTHER_RELEASE },
    {
      what: "with another procedure's journal",
      prepare: written(other),
      says: /is the journal of another procedure, another$/m,
    },
    {
      what: 'with a journal that is none',
      prepare: written('\u0001garbage\nmore\n'),
      says: /cannot be read as a journal/,
    },
  ];
  return cases.map((one) => ({ ...one, from, part: 0 }));
}

/** What a later part refuses, after the part before it or without it. */
function refusalsOfLater({ scripts }: Subject, trunk: Trunk, part: number): Refusal[] {
  const after = trunk.between[part - 1];
  const midst = trunk.moments.findLast(
    ({ part: earlier, call, phase }) =>
      earlier === part - 1 && call.step !== undefined && phase === 'before',
  );
  if (after === undefined) return [];
  const refusals: Omit<Refusal, 'part'>[] = [
    { what: `before part ${part}`, from: trunk.start, prepare: nothing, says: UNFINISHED },
    { what: 'before the restart', from: after, prepare: nothing, says: /was not rebooted since/ },
    { what: 'on another release', from: after, prepare: bootOtherRelease, says: OTHER_RELEASE },
  ];
  // A script that asks for no kernel has its own steps to tell that the old one runs.
  if (/^ *require_kernel /m.test(scripts[part]?.text ?? ''))
    refusals.push({
      what: 'after a restart into the old kernel',
      from: after,
      prepare: bootOldKernel,
      says: /the running kernel is \S+, and \S+ or later is needed/,
    });
  if (midst !== undefined)
    refusals.push({
      what: `after an unfinished part ${part}`,
      from: midst.snapshot,
      prepare: boot,
      says: UNFINISHED,
    });
  return refusals.map((one) => ({ ...one, what: `part ${part + 1} ${one.what}`, part }));
}

function refusalsOf(subject: Subject, trunk: Trunk): Refusal[] {
  const later = subject.scripts
    .slice(1)
    .flatMap((_, index) => refusalsOfLater(subject, trunk, index + 1));
  return [...refusalsOfFirst(subject, trunk.start), ...later];
}

function bootOtherRelease(host: Host): void {
  host.boot();
  otherRelease(host);
}

function bootOldKernel(host: Host): void {
  host.boot(installedKernels(host).at(-1) ?? '3.16.0-4-amd64');
}

function judge(
  trunk: Trunk,
  { what, says }: Refusal,
  result: RunResult,
  moved: readonly string[],
  report: Report,
): void {
  const text = result.stdout + result.stderr;
  const calls = result.calls
    .filter((call) => call.changing)
    .map((call) => `it called: ${call.words.join(' ')}`);
  const wrong = [
    ...(result.status === REFUSED ? [] : [`it ended with ${result.status} instead of ${REFUSED}`]),
    ...calls,
    ...moved.map((path) => `it touched ${path}`),
    ...(says.test(text) ? [] : [`it does not say ${String(says)}`]),
    ...(text.trim().split('\n').length >= 2 ? [] : ['it does not say why, and what to do']),
  ];
  if (wrong.length > 0)
    report.find({
      state: trunk.name,
      what: `refused ${what}`,
      kind: 'broken',
      wrong: [...wrong.slice(0, 8), tail(text, 8)].join('\n'),
    });
}

/** Runs that must not begin: each is told why and what to do, with nothing changed. */
export async function proveRefusals(subject: Subject, trunk: Trunk, report: Report): Promise<void> {
  for (const refusal of refusalsOf(subject, trunk)) {
    const host = Host.from(subject.model.world, refusal.from);
    host.rebootAsked = false;
    refusal.prepare(host);
    // Where the procedure's kernel rule is satisfied by the only kernel there is, nothing is old.
    if (refusal.what.includes('old kernel') && installedKernels(host).length < 2) {
      host.dispose();
      continue;
    }
    const before = traceOf(host);
    const result = await runPart(host, subject, refusal.part, trunk.state);
    report.count('refusals');
    judge(trunk, refusal, result, touched(before, traceOf(host)), report);
    host.dispose();
  }
}

/** A second run while one is under way refuses with status 4, and the first does not notice. */
export async function proveTwoAtOnce(
  subject: Subject,
  trunk: Trunk,
  report: Report,
): Promise<void> {
  const host = Host.from(subject.model.world, trunk.start);
  const statuses: number[] = [];
  const wanted = trunk.moments.find(
    (moment) => moment.part === 0 && moment.call.step !== undefined,
  );
  const first = await runPart(host, subject, 0, trunk.state, {
    judge: async ({ call }) => {
      if (statuses.length > 0 || call.step === undefined) return undefined;
      statuses.push(-1);
      const second = await runPart(host, subject, 0, trunk.state);
      statuses[0] = second.status;
      return undefined;
    },
  });
  host.dispose();
  report.count('two at once');
  if (wanted === undefined) return;
  const fine = statuses[0] === 4 && first.status === trunk.results[0]?.status;
  if (!fine)
    report.find({
      state: trunk.name,
      what: 'two runs at once',
      kind: 'broken',
      wrong: `the second ended with ${statuses[0] ?? 'nothing'}, the first with ${first.status}\n${tail(first.stderr)}`,
    });
}
