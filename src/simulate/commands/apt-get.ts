import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { requestOf, type Task } from '../debian/apt-task.ts';
import { wasInterrupted } from '../debian/configuring.ts';
import { lostPackage } from '../debian/lost-package.ts';
import { offersOf, type Offer } from '../debian/policy.ts';
import { isPresent, packageOf } from '../debian/known.ts';
import { planMending, planRequest, planUpgrade, type PlanOptions } from '../debian/solve.ts';
import { unmetOf } from '../debian/unmet.ts';
import { update } from '../debian/update.ts';
import { parseOptions, type Parsed } from '../options.ts';
import { carryOut } from './apt-carry-out.ts';
import { APT_COMPLAINTS, aptOptions, isOn, settingsOf, type Settings } from './apt-settings.ts';

function planOptions(parsed: Parsed, settings: Settings): PlanOptions {
  const byDefault = isOn(settings.get('apt::install-recommends') ?? '1');
  const forced = parsed.has('force-yes');
  return {
    target: parsed.value('default-release') ?? settings.get('apt::default-release'),
    recommends:
      parsed.has('install-recommends') || (byDefault && !parsed.has('no-install-recommends')),
    mayRemove: !parsed.has('no-remove'),
    mayInstall: true,
    mayChangeHeld: parsed.has('allow-change-held-packages') || forced,
    mayDowngrade: parsed.has('allow-downgrades') || forced,
    onlyUpgrade: parsed.has('only-upgrade'),
    reinstall: parsed.has('reinstall'),
  };
}

/** Automatically installed packages that nothing needs any more. */
function unneeded({ call }: Task): string[] {
  const { packages } = call.host.state;
  const needed = new Set<string>();
  const visit = (name: string): void => {
    const state = packages[name];
    if (needed.has(name) || !isPresent(state)) return;
    needed.add(name);
    const { depends = [], recommends = [] } = packageOf(call.host, name, state.version);
    for (const text of [...depends, ...recommends]) {
      for (const choice of text.split('|')) visit(/^[a-z0-9+.-]+/.exec(choice.trim())?.[0] ?? '');
    }
  };
  for (const [name, state] of Object.entries(packages)) if (state.auto !== true) visit(name);
  return Object.keys(packages).filter((name) => isPresent(packages[name]) && !needed.has(name));
}

async function clean(call: CommandCall): Promise<number> {
  const folder = '/var/cache/apt/archives';
  await call.change();
  for (const name of call.host.files.names(folder)) {
    if (name.endsWith('.deb')) call.host.files.remove(`${folder}/${name}`);
  }
  return 0;
}

/** What looks at no package. */
const CLEANS: ReadonlySet<string> = new Set(['clean', 'autoclean', 'auto-clean']);

async function dispatch(task: Task, command: string): Promise<number> {
  const { call, parsed, offers, options } = task;
  const words = parsed.operands.slice(1);
  const { host } = call;
  switch (command) {
    case 'upgrade':
      return carryOut(
        task,
        planUpgrade(host, offers, requestOf(task, words, false), {
          ...options,
          mayInstall: parsed.has('with-new-pkgs'),
          mayRemove: false,
        }),
      );
    case 'dist-upgrade':
    case 'full-upgrade':
      return carryOut(task, planUpgrade(host, offers, requestOf(task, words, false), options));
    case 'install':
      if (parsed.has('fix-broken') && words.length === 0)
        return carryOut(task, planMending(host, offers, options));
      return carryOut(task, planRequest(host, offers, requestOf(task, words, false), options));
    case 'remove':
    case 'purge':
      return carryOut(task, planRequest(host, offers, requestOf(task, words, true), options));
    case 'autoremove':
    case 'autopurge':
      return carryOut(
        task,
        planRequest(host, offers, { install: [], remove: unneeded(task) }, options),
      );
    case 'check':
      return 0;
    case 'clean':
    case 'autoclean':
    case 'auto-clean':
      return clean(call);
    default:
      throw new Refusal(100, `E: Invalid operation ${command}`);
  }
}

/**
 * dpkg was cut off: an apt-get that takes the lock does nothing before that is mended. One that only
 * looks (`-s`, `--print-uris`, `Debug::NoLocking`) takes none, and does not see it.
 */
function refuseInterrupted(call: CommandCall, command: string, looks: boolean): void {
  if (looks || CLEANS.has(command) || !wasInterrupted(call.host)) return;
  throw new Refusal(
    100,
    "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
  );
}

/** What needs something that is not there has to be mended first; an update and a clean do not look. */
function refuseUnmet({ host }: CommandCall, command: string): void {
  const unmet = CLEANS.has(command) ? [] : unmetOf(host);
  if (unmet.length === 0) return;
  const lines = unmet.map(
    ({ by, depend }) => ` ${by} : Depends: ${depend} but it is not installed`,
  );
  throw new Refusal(
    100,
    `The following packages have unmet dependencies:\n${lines.join('\n')}\n` +
      "E: Unmet dependencies. Try 'apt --fix-broken install' with no packages (or specify a solution).",
  );
}

/** What dpkg was killed over, and no source has, stands in the way of everything else. */
function refuseLost({ host }: CommandCall, command: string, offers: readonly Offer[]): void {
  const name = CLEANS.has(command) ? undefined : lostPackage(host, offers);
  if (name === undefined) return;
  throw new Refusal(
    100,
    `E: The package ${name} needs to be reinstalled, but I can't find an archive for it.`,
  );
}

function withFlag(parsed: Parsed, flag: string): Parsed {
  return { ...parsed, has: (option) => option === flag || parsed.has(option) };
}

function quietness(parsed: Parsed): number {
  const levels = parsed.values('quiet').map((value) => (value === '' ? 1 : Number(value)));
  return levels.reduce((sum, level) => sum + level, 0);
}

/** apt-get(8), as of stretch (1.4) and buster (1.8). */
export const aptGet: Command = async (call) => {
  const parsed = parseOptions(call.args, aptOptions(call.host), APT_COMPLAINTS);
  const [command] = parsed.operands;
  if (command === undefined) throw new Refusal(1, 'apt-get: usage: apt-get [options] command');
  const settings = settingsOf(call, parsed);
  const looks =
    parsed.has('simulate') ||
    parsed.has('print-uris') ||
    settings.get('debug::nolocking') === 'true';
  if (call.user !== 'root' && !looks && command !== 'check') {
    throw new Refusal(
      100,
      'E: Could not open lock file /var/lib/dpkg/lock - open (13: Permission denied)\nE: Are you root?',
    );
  }
  if (command === 'update') return update(call, settings);
  refuseInterrupted(call, command, looks);
  // Told to mend, it takes names only where they leave nothing that is lacking: here, where nothing is.
  if (!parsed.has('fix-broken') || parsed.operands.length > 1) refuseUnmet(call, command);
  const offers = offersOf(call.host);
  refuseLost(call, command, offers);
  const purges = command === 'purge' || command === 'autopurge';
  const task: Task = {
    call,
    parsed: purges ? withFlag(parsed, 'purge') : parsed,
    settings,
    offers,
    options: planOptions(parsed, settings),
    quiet: quietness(parsed),
  };
  return dispatch(task, command);
};
