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
  readonly status: number;
}

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

/** The refusals of the first part, and of the others after what came before them. */
function refusalsOf(subject: Subject, trunk: Trunk): Refusal[] {
  const journal = journalOf(subject);
  const first: Refusal[] = [
    { what: 'on another release', from: trunk.start, part: 0, prepare: otherRelease, status: 3 },
    {
      what: "with another procedure's journal",
      from: trunk.start,
      part: 0,
      prepare: (host) =>
        host.files.write(journal, 'stepwright-journal 1 another\n1\tx\t1\tbegin\t-\t\n'),
      status: 3,
    },
    {
      what: 'with a journal that is none',
      from: trunk.start,
      part: 0,
      prepare: (host) => host.files.write(journal, '\u0000\u0001garbage\nmore\n'),
      status: 3,
    },
  ];
  const later = subject.scripts.slice(1).flatMap((_, index): Refusal[] => {
    const part = index + 1;
    const after = trunk.between[part - 1];
    const midst = trunk.moments.findLast(
      (moment) =>
        moment.part === part - 1 && moment.call.step !== undefined && moment.phase === 'before',
    );
    if (after === undefined) return [];
    const refusals: Refusal[] = [
      {
        what: `part ${part + 1} before part ${part}`,
        from: trunk.start,
        part,
        prepare: nothing,
        status: 3,
      },
      {
        what: `part ${part + 1} before the restart`,
        from: after,
        part,
        prepare: nothing,
        status: 3,
      },
      {
        what: `part ${part + 1} after a restart into the old kernel`,
        from: after,
        part,
        prepare: bootOldKernel,
        status: 3,
      },
      {
        what: `part ${part + 1} on another release`,
        from: after,
        part,
        prepare: bootOtherRelease,
        status: 3,
      },
    ];
    if (midst !== undefined) {
      refusals.push({
        what: `part ${part + 1} after an unfinished part ${part}`,
        from: midst.snapshot,
        part,
        prepare: boot,
        status: 3,
      });
    }
    return refusals;
  });
  return [...first, ...later];
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
  { what, status }: Refusal,
  result: RunResult,
  moved: readonly string[],
  report: Report,
): void {
  const text = result.stdout + result.stderr;
  const calls = result.calls
    .filter((call) => call.changing)
    .map((call) => `it called: ${call.words.join(' ')}`);
  const wrong = [
    ...(result.status === status ? [] : [`it ended with ${result.status} instead of ${status}`]),
    ...calls,
    ...moved.map((path) => `it touched ${path}`),
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
