import { proveOtherBuilds } from './builds.ts';
import { proveKills, provePowerLosses, proveRealKills } from './cut-off.ts';
import { proveCutJournals, proveHalfScripts } from './damage.ts';
import { proveFullDisks, proveReadOnly } from './disk.ts';
import { proveFaults, proveSignals } from './faults.ts';
import { proveHostileValues } from './hostile.ts';
import { tellLost, tellMissing } from './outcomes.ts';
import {
  proveLooks,
  provePromises,
  proveSecondRun,
  proveStoppedLooks,
  proveUnchanged,
} from './quiet.ts';
import { proveRefusals, proveTwoAtOnce } from './refusals.ts';
import { inParallel, Report, tail, type Finding } from './report.ts';
import type { Subject } from './subject.ts';
import { distinct, growTrunk, type Trunk } from './trunk.ts';
import { Host } from '../host.ts';

/** What is to be proved, by name. */
export const PROOFS = {
  'second-run': proveSecondRun,
  promises: provePromises,
  refusals: proveRefusals,
  'two-at-once': proveTwoAtOnce,
  builds: proveOtherBuilds,
  'read-only': proveReadOnly,
  hostile: proveHostileValues,
} as const;

/** The same, of which each is a matrix. */
export const MATRICES = {
  kills: proveKills,
  'real-kills': proveRealKills,
  power: provePowerLosses,
  faults: proveFaults,
  signals: proveSignals,
  looks: proveLooks,
  disks: proveFullDisks,
  journals: proveCutJournals,
  'half-scripts': proveHalfScripts,
} as const;

export type ProofName = keyof typeof PROOFS | keyof typeof MATRICES;

/** What takes seconds, not minutes. */
export const QUICK: readonly ProofName[] = [
  'second-run',
  'promises',
  'refusals',
  'two-at-once',
  'builds',
  'read-only',
];

export interface ProveOptions {
  /** The start states; all without. */
  readonly states?: readonly string[];
  /** The proofs; all without. The undisturbed run is always made. */
  readonly proofs?: readonly ProofName[];
  /** The states on which the matrices are tried, which take minutes each; all of them without. */
  readonly matricesOn?: readonly string[];
  /** How many runs at a time; 4 without, of which each waits more than it computes. */
  readonly width?: number;
  readonly tell?: (text: string) => void;
  /** Told what comes next: a start state and a proof. */
  readonly begins?: (state: string, proof: string) => void;
  /** Says of a finding that it is enough: nothing more is proved then. */
  readonly suffices?: (finding: Finding) => boolean;
}

/** The undisturbed run: it comes to its end, which is the target state, or says what it was expected to. */
async function proveTarget(subject: Subject, trunk: Trunk, report: Report): Promise<boolean> {
  report.count('start states');
  const { hangs, state } = trunk;
  const { stops } = state;
  const last = trunk.results.at(-1);
  const told = trunk.results.map((result) => result.stdout + result.stderr).join('');
  const host = Host.from(subject.model.world, trunk.final);
  const wrong = subject.model.target?.(host) ?? [];
  const lost = tellLost(subject, trunk, host, 'the undisturbed run', report);
  host.dispose();
  if (stops !== undefined) {
    const fine = last?.status === stops.status && stops.says.test(told);
    if (!fine)
      report.find({
        state: trunk.name,
        what: 'the undisturbed run',
        kind: 'broken',
        wrong: `it was to stop with ${stops.status} and ${String(stops.says)}, and ended with ${last?.status ?? 'nothing'}\n${tail(told)}`,
      });
    return false;
  }
  if (last?.status !== 0 || trunk.results.length < subject.scripts.length || hangs.length > 0) {
    report.find({
      state: trunk.name,
      what: 'the undisturbed run',
      kind: 'broken',
      wrong: [`it ended with ${last?.status ?? 'nothing'}`, ...hangs, tail(told, 30)].join('\n'),
    });
    return false;
  }
  if (wrong.length > 0)
    report.find({
      state: trunk.name,
      what: 'the undisturbed run',
      kind: 'diverged',
      wrong: wrong.join('\n'),
    });
  return wrong.length === 0 && !lost;
}

/** Along the undisturbed run, at every point: nothing precious is missing, not even for a moment. */
function provePrecious(trunk: Trunk, report: Report): void {
  for (const { part, precious } of distinct(trunk.moments))
    tellMissing(trunk, precious, `on the way, part ${part + 1}`, report);
}

function wanted<T extends object>(table: T, options: ProveOptions): (keyof T)[] {
  const names = Object.keys(table) as (keyof T)[];
  return names.filter((name) => options.proofs?.includes(name as ProofName) ?? true);
}

/** Tells what comes next, unless nothing does. */
function goesOn(name: string, proof: string, options: ProveOptions, report: Report): boolean {
  if (!report.enough) options.begins?.(name, proof);
  return !report.enough;
}

/** What takes seconds, from one start state. Its undisturbed run, when that came to its end. */
async function proveState(
  subject: Subject,
  name: string,
  options: ProveOptions,
  report: Report,
): Promise<Trunk | undefined> {
  goesOn(name, 'undisturbed run', options, report);
  const trunk = await growTrunk(subject, name);
  provePrecious(trunk, report);
  const ended = await proveTarget(subject, trunk, report);
  if (trunk.state.stops?.status === 3 && trunk.results.at(-1)?.status === 3)
    proveUnchanged(subject, trunk, report);
  if (trunk.state.stops !== undefined && options.proofs?.includes('promises') !== false)
    await proveStoppedLooks(subject, trunk, report);
  if (!ended) return undefined;
  for (const proof of wanted(PROOFS, options))
    if (goesOn(name, proof, options, report)) await PROOFS[proof](subject, trunk, report);
  return trunk;
}

/**
 * Every proof that is asked for, from every start state that is asked for: states beside each other,
 * as each goes one step after the other; then the matrices, each of which fills the machine alone.
 */
export async function proveAll(subject: Subject, options: ProveOptions = {}): Promise<Report> {
  const report = new Report(options.tell, options.suffices);
  const { states = Object.keys(subject.model.states), matricesOn = states, width = 4 } = options;
  const trunks = new Map<string, Trunk>();
  await inParallel(states.toReversed(), width, report, async (name) => {
    const trunk = await proveState(subject, name, options, report);
    if (trunk !== undefined && matricesOn.includes(name)) trunks.set(name, trunk);
  });
  for (const name of states) {
    const trunk = trunks.get(name);
    if (trunk === undefined) continue;
    for (const proof of wanted(MATRICES, options))
      if (goesOn(name, proof, options, report))
        await MATRICES[proof](subject, trunk, width, report);
  }
  return report;
}
