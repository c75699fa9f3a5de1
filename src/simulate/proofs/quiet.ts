import { Host } from '../host.ts';
import type { RunResult } from '../run.ts';
import { differences, endOf, touched, traceOf } from './compare.ts';
import { inParallel, tail, type Report } from './report.ts';
import { runPart, type Subject } from './subject.ts';
import { distinct, tellMoment, type Trunk } from './trunk.ts';

function changes(result: RunResult): string[] {
  return result.calls.filter((call) => call.changing).map((call) => call.words.join(' '));
}

/** The steps that an output reports with one of the words, by `[ 7/23] changed  some-step  …`. */
export function stepsTold(text: string, ...words: readonly string[]): Set<string> {
  const told = new Set<string>();
  for (const [, word = '', step = ''] of text.matchAll(/^\[ *\d+\/\d+\] (\w+) +([\w-]+) /gm)) {
    if (words.includes(word)) told.add(step);
  }
  return told;
}

/**
 * What is wrong with the end of a second run: it ends as the first one did, and tells each step that
 * the first one told as one that nothing is left to do of.
 */
function wrongSecondEnd(first: RunResult | undefined, second: RunResult): string[] {
  // A part that is not followed by its restart yet asks for it again.
  const told = stepsTold(second.stdout, 'ok', 'skipped', 'reboot');
  const before = stepsTold(first?.stdout ?? '', 'changed', 'ok', 'skipped', 'reboot');
  return [
    ...(second.status === first?.status
      ? []
      : [`it ended with ${second.status}, and the first time with ${first?.status ?? 'nothing'}`]),
    ...(told.size > 0 ? [] : ['it told no step']),
    ...[...before]
      .filter((step) => !told.has(step))
      .map((step) => `step ${step} was not found done`),
  ];
}

/** The undisturbed run's second time: nothing is changed, no file touched, every step found done. */
export async function proveSecondRun(
  subject: Subject,
  trunk: Trunk,
  report: Report,
): Promise<void> {
  for (const [part] of subject.scripts.entries()) {
    const left = trunk.between[part];
    if (left === undefined) continue;
    const host = Host.from(subject.model.world, left);
    const what = `part ${part + 1} run a second time`;
    try {
      host.rebootAsked = false;
      const before = traceOf(host);
      const result = await runPart(host, subject, part, trunk.state);
      report.count('second runs');
      const wrong = [
        ...changes(result)
          .filter((words) => !isReboot(words))
          .map((words) => `it called: ${words}`),
        ...touched(before, traceOf(host))
          .filter((path) => !path.endsWith('/journal'))
          .map((path) => `it touched ${path}`),
        ...wrongSecondEnd(trunk.results[part], result),
      ];
      if (wrong.length > 0) {
        report.find({
          state: trunk.name,
          what,
          kind: 'diverged',
          wrong: [...wrong.slice(0, 12), tail(result.stdout + result.stderr, 6)].join('\n'),
        });
      }
    } finally {
      host.dispose();
    }
  }
}

function isReboot(words: string): boolean {
  return words === 'sync' || words.startsWith('systemctl reboot');
}

/** A look ends with 0, and where the part is refused with that status and those words. */
function wrongEnd({ state, results }: Trunk, part: number, result: RunResult): string[] {
  const refused = state.stops?.status === 3 && part === results.length - 1;
  const status = refused ? 3 : 0;
  const wrong = result.status === status ? [] : [`it ended with ${result.status}, not ${status}`];
  if (refused && state.stops?.says.test(result.stdout + result.stderr) === false)
    wrong.push(`it did not say ${String(state.stops.says)}`);
  return wrong;
}

async function proveLook(
  subject: Subject,
  trunk: Trunk,
  host: Host,
  part: number,
  mode: string,
  what: string,
  report: Report,
): Promise<string> {
  const before = traceOf(host);
  const result = await runPart(host, subject, part, trunk.state, { args: [mode] });
  report.count('looks');
  const wrong = [
    ...changes(result).map((words) => `it called: ${words}`),
    ...touched(before, traceOf(host)).map((path) => `it touched ${path}`),
    ...wrongEnd(trunk, part, result),
    ...(/: (unbound variable|command not found|syntax error)/.test(result.stderr)
      ? [tail(result.stderr)]
      : []),
  ];
  if (wrong.length > 0) {
    report.find({
      state: trunk.name,
      what: `${mode}, ${what}`,
      kind: 'broken',
      wrong: [...wrong.slice(0, 10), tail(result.stdout + result.stderr, 6)].join('\n'),
    });
  }
  return result.stdout;
}

const LOOKS = ['--check', '--dry-run'] as const;

/** `--check` and `--dry-run` on a server on which the procedure stops: before it, and after. */
export async function proveStoppedLooks(
  subject: Subject,
  trunk: Trunk,
  report: Report,
): Promise<void> {
  const part = trunk.results.length - 1;
  const looks = [
    { snapshot: trunk.start, at: 0, what: 'at the start' },
    { snapshot: trunk.final, at: part, what: 'where it has stopped' },
  ];
  for (const { snapshot, at, what } of looks) {
    const host = Host.from(subject.model.world, snapshot);
    for (const mode of LOOKS) await proveLook(subject, trunk, host, at, mode, what, report);
    host.dispose();
  }
}

/** What a script keeps for itself even where it is refused. */
const OWN = /^\/var\/lib\/stepwright(\/|$)/;

/** A server on which a part was refused is as that part found it. */
export function proveUnchanged(subject: Subject, trunk: Trunk, report: Report): void {
  const snapshots = [trunk.begins.at(-1) ?? trunk.start, trunk.final] as const;
  const [before, after] = snapshots.map(({ tree }) => traceOf({ readTree: () => tree }));
  const hosts = snapshots.map((snapshot) => Host.from(subject.model.world, snapshot));
  const [begun, ended] = hosts.map(endOf);
  for (const host of hosts) host.dispose();
  if (before === undefined || after === undefined || begun === undefined || ended === undefined)
    return;
  const wrong = [
    ...touched(before, after)
      .filter((path) => !OWN.test(path))
      .map((path) => `it touched ${path}`),
    ...differences({ ...begun, files: {} }, { ...ended, files: {} }),
  ];
  for (const one of wrong)
    report.find({
      state: trunk.name,
      what: 'refused in the undisturbed run',
      kind: 'broken',
      wrong: one,
    });
}

/** `--check` and `--dry-run` at the start and at every state in which a run can be cut off. */
export async function proveLooks(
  subject: Subject,
  trunk: Trunk,
  width: number,
  report: Report,
): Promise<void> {
  await inParallel(distinct(trunk.moments), width, report, async (moment) => {
    const host = Host.from(subject.model.world, moment.snapshot);
    for (const mode of LOOKS) {
      await proveLook(subject, trunk, host, moment.part, mode, tellMoment(moment), report);
    }
    host.dispose();
  });
}

/** What `--dry-run` says at the start of each part is what the run then does; `--check` looks alone. */
export async function provePromises(subject: Subject, trunk: Trunk, report: Report): Promise<void> {
  for (const [part, result] of trunk.results.entries()) {
    const before = trunk.begins[part];
    if (before === undefined) continue;
    const host = Host.from(subject.model.world, before);
    const what = `before part ${part + 1}`;
    await proveLook(subject, trunk, host, part, '--check', what, report);
    const told = await proveLook(subject, trunk, host, part, '--dry-run', what, report);
    host.dispose();
    const [promised, open] = [stepsTold(told, 'would'), stepsTold(told, 'unknown')];
    const done = stepsTold(result.stdout, 'changed', 'reboot');
    const wrong = [
      ...[...done]
        .filter((step) => !promised.has(step) && !open.has(step))
        .map((step) => `it did ${step}, and had not said so`),
      ...[...promised]
        .filter((step) => !done.has(step))
        .map((step) => `it did not do ${step}, and had said so`),
    ];
    if (wrong.length > 0)
      report.find({
        state: trunk.name,
        what: `--dry-run before part ${part + 1}`,
        kind: 'diverged',
        wrong: wrong.join('\n'),
      });
  }
}
