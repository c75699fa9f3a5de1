import { Host } from '../host.ts';
import { tail, type Report } from './report.ts';
import { copyScripts, runPart, type Subject } from './subject.ts';
import type { Trunk } from './trunk.ts';

/** A later part that is of another build than the part before it says so, and is not refused. */
export async function proveOtherBuilds(
  subject: Subject,
  trunk: Trunk,
  report: Report,
): Promise<void> {
  for (const [part, { name, text }] of subject.scripts.entries()) {
    const before = trunk.between[part - 1];
    if (before === undefined) continue;
    const host = Host.from(subject.model.world, before);
    host.boot();
    copyScripts(host, [{ name, text: text.replace('\n\n', '\n# Changed since.\n\n') }]);
    const result = await runPart(host, subject, part, trunk.state, { args: ['--check'] });
    host.dispose();
    report.count('other builds');
    const told = result.stdout + result.stderr;
    if (result.status === 0 && told.includes(`this ${name} is of another build`)) continue;
    report.find({
      state: trunk.name,
      what: `${name} of another build`,
      kind: 'broken',
      wrong: `it ended with ${result.status}\n${tail(told)}`,
    });
  }
}
