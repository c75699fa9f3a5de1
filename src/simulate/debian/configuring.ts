import type { CommandCall } from '../command.ts';
import { Refusal, WouldHang } from '../command.ts';
import type { Host } from '../host.ts';
import type { PackageState } from '../state.ts';
import { startUnit } from '../units.ts';
import type { ArchivePackage } from './archive.ts';
import { packageOf } from './known.ts';
import { runTriggers, whyNoProgram } from './libraries.ts';
import { writeStatus } from './status.ts';
import { looker } from './unmet.ts';

/** How dpkg and the maintainer scripts were told to deal with questions. */
export interface Manners {
  /** debconf may ask. */
  readonly interactive: boolean;
  /** `--force-confold`: the administrator's file stays. */
  readonly keepOld: boolean;
  readonly keepDefault: boolean;
  readonly ucfKeepsOld: boolean;
}

/** What the environment and dpkg's options say of questions. */
export function mannersOf(call: CommandCall, dpkgOptions: readonly string[]): Manners {
  const forced = new Set(
    dpkgOptions.flatMap((option) => /^--force-(.*)$/.exec(option)?.[1]?.split(',') ?? []),
  );
  return {
    interactive: call.environment.get('DEBIAN_FRONTEND') !== 'noninteractive',
    keepOld: forced.has('confold') || forced.has('all'),
    keepDefault: forced.has('confdef') || forced.has('all'),
    ucfKeepsOld: (call.environment.get('UCF_FORCE_CONFFOLD') ?? '') !== '',
  };
}

/** dpkg notes what it does here, and takes the notes away when it has ended in order. */
const UPDATES = '/var/lib/dpkg/updates';

/** Whether a dpkg was cut off, so that apt does nothing before `dpkg --configure -a`. */
export function wasInterrupted(host: Host): boolean {
  return host.files.names(UPDATES).some((name) => /^\d/.test(name));
}

/** dpkg begins, or has ended in order. */
export function noteUpdates(host: Host, under: boolean): void {
  if (under) host.files.write(`${UPDATES}/0001`, '');
  else for (const name of host.files.names(UPDATES)) host.files.remove(`${UPDATES}/${name}`);
}

/** Whether an interrupted dpkg has left a package so. */
export function isUnfinished({ status }: PackageState): boolean {
  return ['unpacked', 'half-configured', 'half-installed'].includes(status);
}

/** Packages that an interrupted dpkg has left. */
export function unfinished(host: Host): string[] {
  return Object.entries(host.state.packages)
    .filter(([, state]) => isUnfinished(state))
    .map(([name]) => name);
}

/** Those of them that dpkg configures, told to do all: it passes over what it was killed over unpacking. */
export function unconfigured(host: Host): string[] {
  return unfinished(host).filter((name) => host.state.packages[name]?.status !== 'half-installed');
}

/** Conffiles: what the administrator changed and the package changed too is asked about. */
function configureFiles(
  host: Host,
  item: ArchivePackage,
  previous: string | undefined,
  manners: Manners,
): void {
  const old = previous === undefined ? undefined : packageOf(host, item.name, previous);
  for (const [path, shipped] of Object.entries(item.conffiles ?? {})) {
    const present = host.files.text(path);
    const before = old?.conffiles?.[path];
    if (present === undefined && before === undefined) host.files.replace(path, shipped);
    else if (present === undefined || present === shipped || before === shipped) continue;
    else if (present === before) host.files.replace(path, shipped);
    else if (manners.keepOld) host.files.write(`${path}.dpkg-dist`, shipped);
    else {
      throw new WouldHang(
        `dpkg asks what to do with ${path}, which was changed here and in ${item.name}; ` +
          'Dpkg::Options::=--force-confdef and --force-confold answer it',
      );
    }
  }
}

function askQuestions(
  host: Host,
  item: ArchivePackage,
  previous: string | undefined,
  manners: Manners,
): void {
  for (const { name, fallback, onUpgrade } of item.questions ?? []) {
    if (onUpgrade === true && previous === undefined) continue;
    if (host.state.debconf[name] !== undefined) continue;
    if (manners.interactive) {
      throw new WouldHang(
        `debconf asks ${name} for ${item.name}; DEBIAN_FRONTEND=noninteractive or a preseed answers it`,
      );
    }
    if (fallback === undefined) {
      throw new Refusal(
        100,
        `dpkg: error processing package ${item.name} (--configure):\n ${name} has no answer`,
      );
    }
    host.state.debconf[name] = fallback;
  }
}

/** Its units are enabled and started when they are new, and what ran is restarted. */
function bringUnits(host: Host, item: ArchivePackage): void {
  for (const [name, unit] of Object.entries(item.units ?? {})) {
    const known = host.state.units[name];
    const runs = known === undefined ? unit.started : known.active === 'active';
    if (known === undefined) host.state.units[name] = { enabled: unit.enabled, active: 'inactive' };
    if (runs) tryToStart(host, name);
  }
}

/** A maintainer script goes on when a service does not start (deb-systemd-invoke with `|| true`). */
function tryToStart(host: Host, name: string): void {
  try {
    startUnit(host, name);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Configures an unpacked package: its questions, conffiles, units, and its own script. */
export function configure(host: Host, name: string, manners: Manners): void {
  const state = host.state.packages[name];
  if (state === undefined) return;
  const item = packageOf(host, name, state.version);
  askQuestions(host, item, state.previous, manners);
  configureFiles(host, item, state.previous, manners);
  state.status = 'half-configured';
  const fault = whyNoProgram(host, item);
  if (fault !== undefined) {
    throw new Refusal(
      1,
      `${fault}\ndpkg: error processing package ${name} (--configure):\n installed ${name} package post-installation script subprocess returned error exit status 127`,
    );
  }
  const { previous: _, ...settled } = state;
  host.state.packages[name] = { ...settled, status: 'installed' };
  bringUnits(host, item);
  item.configured?.(host, state.previous);
}

const NONE: ReadonlySet<string> = new Set();

/** What keeps dpkg from configuring a package: what it depends on is not configured, nor `waiting` too. */
function lacks(host: Host, name: string, waiting: ReadonlySet<string>): string | undefined {
  const item = packageOf(host, name, host.state.packages[name]?.version ?? '');
  if (item.depends === undefined) return undefined;
  const counting = new Set([...waiting].map((other) => host.state.packages[other]));
  const counts = (state: PackageState): boolean =>
    state.status === 'installed' || counting.has(state);
  return looker(host, counts)(item)[0]?.depend;
}

/**
 * Configures packages, each after those that it depends on, as one run of dpkg does, and its triggers
 * after them.
 * @throws Refusal that tells those whose dependencies are not there: they stay as they are
 */
export function configureAll(call: CommandCall, names: readonly string[], manners: Manners): void {
  const { host } = call;
  const half = names.filter((name) => host.state.packages[name]?.broken === true);
  const waiting = new Set(
    names.filter((name) => host.state.packages[name]?.status !== 'installed'),
  );
  for (const name of half) waiting.delete(name);
  const free = (others: ReadonlySet<string>): string | undefined =>
    [...waiting].find((name) => lacks(host, name, others) === undefined);
  // Those that wait for each other come when no other one is free.
  const next = (): string | undefined => free(NONE) ?? free(waiting);
  try {
    for (let name = next(); name !== undefined; name = next()) {
      waiting.delete(name);
      call.out(`Setting up ${name} (${host.state.packages[name]?.version ?? ''}) ...\n`);
      configure(host, name, manners);
    }
  } finally {
    runTriggers(host);
    noteUpdates(host, false);
    writeStatus(host);
  }
  const problems = [
    ...half.map((name) => brokenProblem(host, name)),
    ...[...waiting].map((name) => dependencyProblem(host, name, waiting)),
  ];
  if (problems.length > 0) throw new Refusal(1, problems.join('\n'));
}

/** What dpkg says of a package that it was killed over: it has to be unpacked anew. */
function brokenProblem(host: Host, name: string): string {
  const status = host.state.packages[name]?.status ?? '';
  const why =
    status === 'half-installed'
      ? `package ${name} is not ready for configuration\n cannot configure (current status '${status}')`
      : 'package is in a very bad inconsistent state; you should\n reinstall it before attempting configuration';
  return `dpkg: error processing package ${name} (--configure):\n ${why}`;
}

function dependencyProblem(host: Host, name: string, waiting: ReadonlySet<string>): string {
  return (
    `dpkg: dependency problems prevent configuration of ${name}:\n ${name} depends on ${lacks(host, name, waiting)}; however:\n  it is not configured yet.\n` +
    `dpkg: error processing package ${name} (--configure):\n dependency problems - leaving unconfigured`
  );
}
