import { Host, type Snapshot } from '../host.ts';
import type { Tree } from '../root/tree.ts';
import type { RunResult } from '../run.ts';
import { touched, traceOf } from './compare.ts';
import { expectSameEnd } from './outcomes.ts';
import { inParallel, tail, type Report } from './report.ts';
import { runPart, type Subject } from './subject.ts';
import type { Trunk } from './trunk.ts';

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

/** How many pages the disk had left when it was full, and how the run took it. */
async function fill(
  subject: Subject,
  trunk: Trunk,
  from: Snapshot,
  part: number,
  pages: number,
  report: Report,
): Promise<RunResult> {
  const host = Host.from(subject.model.world, from);
  const what = `part ${part + 1} with ${pages} pages left on the disk`;
  const result = await runPart(host, subject, part, trunk.state, {
    faults: { disk: bytesOf(from.tree) + pages * PAGE },
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
  await expectSameEnd(
    subject,
    trunk,
    host,
    result.status === 0 ? subject.scripts.length : next,
    what,
    report,
  );
  return result;
}

/** A disk that fills at one write after another, until there is room enough; then with room again. */
export async function proveFullDisks(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  for (const [part] of subject.scripts.entries()) {
    const from =
      part === 0 ? trunk.start : trunk.moments.find((moment) => moment.part === part)?.snapshot;
    const last = trunk.between[part];
    if (from === undefined || last === undefined) continue;
    const most = Math.ceil((bytesOf(last.tree) - bytesOf(from.tree)) / PAGE) + 40;
    const step = Math.max(1, Math.floor(most / 40));
    const sizes = Array.from({ length: Math.ceil(most / step) }, (_, index) => index * step);
    await inParallel(sizes, width, async (pages) => {
      await fill(subject, trunk, from, part, pages, report);
    });
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
