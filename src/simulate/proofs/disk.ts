import { Host, type Snapshot } from '../host.ts';
import type { Tree } from '../root/tree.ts';
import { touched, traceOf } from './compare.ts';
import { beginningOf } from './disturb.ts';
import { expectSameEnd } from './outcomes.ts';
import { inParallel, tail, type Report } from './report.ts';
import { runPart, type Subject } from './subject.ts';
import { distinct, type Moment, type Trunk } from './trunk.ts';

const PAGE = 4096;

/** Bytes that the files of the disk take there: whole pages each. */
function bytesOf(tree: Tree): number {
  let bytes = 0;
  for (const [path, { type, data }] of tree) {
    if (!/^\/(etc|home|opt|root|srv|tmp|usr|var)(\/|$)/.test(path)) continue;
    if (type === 'file') bytes += Math.ceil(data.length / PAGE) * PAGE;
  }
  return bytes;
}

/** A part of the undisturbed run: where it begins, and the pages that were used at each moment. */
interface Filling {
  readonly part: number;
  readonly start: Snapshot;
  readonly used: readonly { readonly pages: number; readonly moment: Moment }[];
}

function fillingOf(trunk: Trunk, part: number): Filling | undefined {
  const start = trunk.begins[part];
  if (start === undefined) return undefined;
  const moments = distinct(trunk.moments.filter((moment) => moment.part === part));
  const used = moments.map((moment) => ({
    pages: bytesOf(moment.snapshot.tree) / PAGE,
    moment,
  }));
  return { part, start, used };
}

/** Where a run can begin that has never used more than so many pages. */
function beginningWithin(trunk: Trunk, { start, used }: Filling, pages: number): Snapshot {
  const full = used.findIndex((at) => at.pages > pages);
  const last = (full === -1 ? used : used.slice(0, full)).at(-1);
  return last === undefined ? start : beginningOf(trunk, last.moment);
}

/** A disk of so many pages, and how the run takes it. */
async function fill(
  subject: Subject,
  trunk: Trunk,
  filling: Filling,
  pages: number,
  report: Report,
): Promise<void> {
  const { part } = filling;
  const host = Host.from(subject.model.world, beginningWithin(trunk, filling, pages));
  const what = `part ${part + 1} with ${pages - bytesOf(filling.start.tree) / PAGE} pages left on the disk`;
  const result = await runPart(host, subject, part, trunk.state, {
    faults: { disk: pages * PAGE },
  });
  report.count('full disks');
  const ended = result.status === 0 || result.status === 10;
  const told = result.stdout + result.stderr;
  if (!ended && ![1, 3].includes(result.status)) {
    report.find({
      state: trunk.name,
      what,
      kind: 'broken',
      wrong: `it ended with ${result.status}\n${tail(told)}`,
    });
  }
  if (result.status === 10) host.boot();
  const next = part + (result.status === 10 ? 1 : 0);
  const from = result.status === 0 ? subject.scripts.length : next;
  await expectSameEnd(subject, trunk, host, from, what, report);
}

/** Pages that a run may need besides what its files show at its calls: its log, and what it is at. */
const MARGIN = 24;

/** A disk that fills at every page that a run needs, until there is room enough; then with room again. */
export async function proveFullDisks(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  for (const [part] of subject.scripts.entries()) {
    const filling = fillingOf(trunk, part);
    if (filling === undefined) continue;
    const first = bytesOf(filling.start.tree) / PAGE;
    const most = Math.max(...filling.used.map(({ pages }) => pages));
    const sizes = Array.from({ length: most - first + MARGIN }, (_, more) => first + more);
    await inParallel(sizes, width, report, async (pages) =>
      fill(subject, trunk, filling, pages, report),
    );
  }
}

/** A /var that cannot be written to: refused, with nothing changed. */
export async function proveReadOnly(subject: Subject, trunk: Trunk, report: Report): Promise<void> {
  const host = Host.from(subject.model.world, trunk.start);
  const before = traceOf(host);
  const result = await runPart(host, subject, 0, trunk.state, { faults: { readOnly: ['/var'] } });
  report.count('read-only');
  const wrong = [
    ...(result.status === 3 ? [] : [`it ended with ${result.status}`]),
    ...touched(before, traceOf(host)).map((path) => `it touched ${path}`),
  ];
  host.dispose();
  if (wrong.length > 0)
    report.find({
      state: trunk.name,
      what: 'a read-only /var',
      kind: 'broken',
      wrong: [...wrong.slice(0, 8), tail(result.stdout + result.stderr)].join('\n'),
    });
}
