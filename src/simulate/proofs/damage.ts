import { Host } from '../host.ts';
import { touched, traceOf } from './compare.ts';
import { expectSameEnd } from './outcomes.ts';
import { inParallel, tail, type Report } from './report.ts';
import { copyScripts, runPart, type Subject } from './subject.ts';
import { distinct, tellMoment, type Trunk } from './trunk.ts';

/** A journal that ends in the middle of a line, wherever the run stood: nothing is lost by it. */
export async function proveCutJournals(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  const path = `/var/lib/stepwright/${subject.id}/journal`;
  // Each line of it once: what else differs was tried with a whole journal.
  const seen = new Set<string>();
  const moments = distinct(trunk.moments).filter(({ snapshot }) => {
    const text = snapshot.tree.get(path)?.data.toString();
    const line = text?.trimEnd().split('\n').length;
    return line !== undefined && !seen.has(`${line}`) && seen.add(`${line}`) !== undefined;
  });
  await inParallel(moments, width, report, async (moment) => {
    const host = Host.from(subject.model.world, moment.snapshot);
    const text = host.files.text(path) ?? '';
    const lines = text.split('\n');
    const last = lines.at(-2) ?? '';
    if (lines.length > 2)
      host.files.write(path, text.slice(0, text.length - 1 - (last.length >> 1)));
    report.count('cut journals');
    await expectSameEnd(
      subject,
      trunk,
      host,
      moment.part,
      `journal cut, ${tellMoment(moment)}`,
      report,
      moment.call.step,
    );
  });
}

/**
 * Where a script can be cut short: evenly, just before its end, and within each name of a function
 * that begins as another's does, which is then called in its place.
 */
function cutsOf(text: string): number[] {
  const names = [...text.matchAll(/^(\w+)\(\) \{$/gm)].map(([, name = '']) => name);
  const within = [...text.matchAll(/^(\w+)\(\) \{$/gm)].flatMap(({ index, 1: name = '' }) =>
    names
      .filter((other) => other !== name && name.startsWith(other))
      .map((other) => index + other.length),
  );
  const evenly = Array.from({ length: 24 }, (_, at) => Math.floor(((at + 1) * text.length) / 25));
  return [...new Set([...evenly, ...within, text.length - 2, text.length - 12])];
}

/** A script of which only the beginning was copied does nothing at all. */
export async function proveHalfScripts(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  const cases = subject.scripts.flatMap((script, part) =>
    cutsOf(script.text).map((cut) => ({ script, part, cut })),
  );
  report.count('half scripts', cases.length);
  await inParallel(cases, width, report, async ({ script: { name, text }, part, cut }) => {
    const host = Host.from(subject.model.world, trunk.begins[part] ?? trunk.start);
    copyScripts(host, [{ name, text: text.slice(0, cut) }]);
    const before = traceOf(host);
    const result = await runPart(host, subject, part, trunk.state);
    const wrong = [
      ...result.calls
        .filter((call) => call.changing)
        .map((call) => `it called: ${call.words.join(' ')}`),
      ...touched(before, traceOf(host)).map((path) => `it touched ${path}`),
    ];
    host.dispose();
    if (wrong.length > 0)
      report.find({
        state: trunk.name,
        what: `the first ${cut} characters of ${name}`,
        kind: 'broken',
        wrong: [...wrong.slice(0, 6), tail(result.stderr, 4)].join('\n'),
      });
  });
}
