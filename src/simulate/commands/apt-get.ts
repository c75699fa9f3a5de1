import { basename } from 'node:path';
import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { installAll, mannersOf, removePackage, unfinished } from '../debian/installing.ts';
import { candidateOf, offersOf, type Offer } from '../debian/policy.ts';
import {
  isPresent,
  packageOf,
  planRequest,
  planUpgrade,
  type Plan,
  type PlanOptions,
  type Request,
} from '../debian/solve.ts';
import { writeStatus } from '../debian/status.ts';
import { update } from '../debian/update.ts';
import { compareVersions } from '../debian/version.ts';
import { parseOptions, type Parsed } from '../options.ts';
import {
  APT_COMPLAINTS,
  aptOptions,
  listSetting,
  settingsOf,
  takeDpkgLock,
  type Settings,
} from './apt-settings.ts';

const CACHE = '/var/cache/apt/archives';

/** One call of apt-get, its command line understood. */
interface Task {
  readonly call: CommandCall;
  readonly parsed: Parsed;
  readonly settings: Settings;
  readonly offers: readonly Offer[];
  readonly options: PlanOptions;
}

function planOptions(parsed: Parsed, settings: Settings): PlanOptions {
  const wanted = settings.get('apt::install-recommends');
  const byDefault = wanted !== 'false' && wanted !== '0' && wanted !== 'no';
  return {
    target: parsed.value('default-release') ?? settings.get('apt::default-release'),
    recommends:
      parsed.has('install-recommends') || (byDefault && !parsed.has('no-install-recommends')),
    mayRemove: !parsed.has('no-remove'),
    mayInstall: true,
    mayChangeHeld: parsed.has('allow-change-held-packages') || parsed.has('force-yes'),
    mayDowngrade: parsed.has('allow-downgrades') || parsed.has('force-yes'),
    onlyUpgrade: parsed.has('only-upgrade'),
    reinstall: parsed.has('reinstall'),
  };
}

function cacheName(
  { name, version }: { name: string; version: string },
  architecture: string,
): string {
  return `${CACHE}/${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
}

/** The offer that a word of the command line asks for. */
function offerFor({ call, offers, options }: Task, word: string): Offer {
  const [, name = '', mark = '', wanted = ''] =
    /^([a-z0-9][a-z0-9+.-]*?)(?::\w+)?(?:([=/])(.*))?$/.exec(word) ?? [];
  const named = offers.filter((offer) => offer.item.name === name);
  const present = call.host.state.packages[name];
  if (mark === '') {
    const candidate = candidateOf(call.host, name, offers, options.target);
    if (candidate !== undefined) return candidate;
    if (isPresent(present)) return installedOffer(call, name, present.version);
    const providers = offers.filter((offer) => offer.item.provides?.includes(name));
    if (named.length === 0 && providers.length === 1 && providers[0] !== undefined)
      return providers[0];
    if (named.length > 0 || providers.length > 0)
      throw new Refusal(100, `E: Package '${name}' has no installation candidate`);
    throw new Refusal(100, `E: Unable to locate package ${word}`);
  }
  const found =
    mark === '='
      ? named.find((offer) => offer.item.version === wanted)
      : named.find(
          ({ archive }) => archive.label.suite === wanted || archive.label.codename === wanted,
        );
  if (found !== undefined) return found;
  if (mark === '=' && present?.version === wanted) return installedOffer(call, name, wanted);
  throw new Refusal(
    100,
    mark === '='
      ? `E: Version '${wanted}' for '${name}' was not found`
      : `E: Release '${wanted}' for '${name}' was not found`,
  );
}

/** What is installed, where no configured source has it: already the newest version. */
function installedOffer(call: CommandCall, name: string, version: string): Offer {
  const archive = {
    base: '',
    suite: 'now',
    label: { suite: 'now', codename: '' },
    components: {},
    signedBy: [],
  };
  return { archive, component: '', item: packageOf(call.host, name, version) };
}

function requestOf(task: Task, words: readonly string[], removing: boolean): Request {
  const install: Offer[] = [];
  const remove: string[] = [];
  const { packages } = task.call.host.state;
  for (const word of words) {
    if (word.startsWith('-')) throw APT_COMPLAINTS.unknown(word);
    const marked = /[+-]$/.exec(word)?.[0];
    const bare = marked !== undefined && packages[word] === undefined ? word.slice(0, -1) : word;
    const drop = bare === word ? removing : marked === '-';
    if (!drop) install.push(offerFor(task, bare));
    else if (packages[bare] !== undefined) remove.push(bare);
    else if (task.offers.some((offer) => offer.item.name === bare)) {
      task.call.out(`Package '${bare}' is not installed, so not removed\n`);
    } else throw new Refusal(100, `E: Unable to locate package ${bare}`);
  }
  return { install, remove };
}

function tellList(call: CommandCall, title: string, names: readonly string[]): void {
  if (names.length > 0) call.out(`${title}\n  ${names.join(' ')}\n`);
}

function countsOf(call: CommandCall, plan: Plan): { upgraded: string[]; fresh: string[] } {
  const names = plan.install.map((offer) => offer.item.name);
  const upgraded = names.filter((name) => isPresent(call.host.state.packages[name]));
  return { upgraded, fresh: names.filter((name) => !upgraded.includes(name)) };
}

function kilobytes(plan: Plan, part: number): number {
  return Math.round(plan.install.reduce((sum, offer) => sum + (offer.item.size ?? 1000), 0) * part);
}

function tellPlan({ call }: Task, plan: Plan): void {
  const { upgraded, fresh } = countsOf(call, plan);
  tellList(call, 'The following packages have been kept back:', plan.kept);
  tellList(call, 'The following packages will be REMOVED:', plan.remove);
  tellList(call, 'The following NEW packages will be installed:', fresh);
  tellList(call, 'The following packages will be upgraded:', upgraded);
  call.out(
    `${upgraded.length} upgraded, ${fresh.length} newly installed, ${plan.remove.length} to remove and ${plan.kept.length} not upgraded.\n`,
  );
  if (plan.install.length === 0 && plan.remove.length === 0) return;
  call.out(`Need to get ${kilobytes(plan, 0.3)} kB of archives.\n`);
  call.out(
    `After this operation, ${kilobytes(plan, 1)} kB of additional disk space will be used.\n`,
  );
}

function simulate({ call }: Task, plan: Plan): void {
  for (const name of plan.remove)
    call.out(`Remv ${name} [${call.host.state.packages[name]?.version ?? ''}]\n`);
  for (const { item, archive } of plan.install) {
    const before = call.host.state.packages[item.name];
    const old = isPresent(before) ? ` [${before.version}]` : '';
    const from = `Debian:${archive.label.version ?? archive.label.codename}/${archive.label.suite}`;
    call.out(
      `Inst ${item.name}${old} (${item.version} ${from} [${call.host.state.architecture}])\n`,
    );
  }
  for (const { item } of plan.install) call.out(`Conf ${item.name} (${item.version})\n`);
}

function refuse(task: Task, plan: Plan): void {
  const { call, parsed, options } = task;
  if (plan.broken.length > 0) {
    throw new Refusal(
      100,
      `The following packages have unmet dependencies:\n ${plan.broken.join('\n ')}\nE: Unable to correct problems, you have held broken packages.`,
    );
  }
  const essential = plan.remove.filter(
    (name) =>
      packageOf(call.host, name, call.host.state.packages[name]?.version ?? '').essential === true,
  );
  if (essential.length > 0 && !parsed.has('allow-remove-essential') && !parsed.has('force-yes')) {
    throw new Refusal(
      100,
      'E: Essential packages were removed and -y was used without --allow-remove-essential.',
    );
  }
  if (plan.remove.length > 0 && parsed.has('no-remove')) {
    throw new Refusal(100, 'E: Packages need to be removed but remove is disabled.');
  }
  const lower = plan.install.some(({ item }) => {
    const before = call.host.state.packages[item.name];
    return isPresent(before) && compareVersions(item.version, before.version) < 0;
  });
  if (lower && !options.mayDowngrade) {
    throw new Refusal(
      100,
      'E: Packages were downgraded and -y was used without --allow-downgrades.',
    );
  }
}

/** Fetches what the plan installs; what is in the cache is not fetched again. */
async function download({ call }: Task, plan: Plan): Promise<void> {
  const { files, state } = call.host;
  let failed = '';
  for (const { item, archive } of plan.install) {
    const path = cacheName(item, state.architecture);
    const whole = `${item.name} ${item.version}\n`;
    if (files.text(path) === whole) continue;
    if (state.offline.some((prefix) => archive.base.startsWith(prefix))) {
      failed += `E: Failed to fetch ${archive.base}/pool/${item.name}.deb  Could not connect\n`;
      continue;
    }
    if (archive.base === '')
      failed += `E: Can't find a source to download version '${item.version}' of '${item.name}'\n`;
    else files.write(path, whole);
  }
  if (failed !== '') {
    throw new Refusal(
      100,
      `${failed}E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?`,
    );
  }
  await call.midway('archives fetched');
}

/** The names that an installation was asked for. */
function askedFor(parsed: Parsed): Set<string> {
  const [command, ...words] = parsed.operands;
  return new Set(command === 'install' ? words.map((word) => word.replace(/[=/:].*$/, '')) : []);
}

async function carryOut(task: Task, plan: Plan): Promise<number> {
  const { call, parsed, settings } = task;
  tellPlan(task, plan);
  refuse(task, plan);
  if (parsed.has('simulate')) {
    simulate(task, plan);
    return 0;
  }
  const asked = askedFor(parsed);
  const idle = plan.install.length === 0 && plan.remove.length === 0;
  if (idle && unfinished(call.host).length === 0) return claim(task, asked);
  if (!parsed.has('assume-yes') && settings.get('apt::get::assume-yes') !== 'true') {
    call.out('Do you want to continue? [Y/n] Abort.\n');
    return 1;
  }
  await call.change();
  takeDpkgLock(call, settings);
  await download(task, plan);
  if (parsed.has('download-only')) {
    call.out('Download complete and in download only mode\n');
    return 0;
  }
  await removeAll(task, plan);
  const manners = mannersOf(call, listSetting(settings, 'dpkg::options'));
  await installAll(
    call,
    plan.install.map((offer) => offer.item),
    asked,
    manners,
  );
  return claim(task, asked);
}

async function removeAll({ call, parsed }: Task, plan: Plan): Promise<void> {
  const { host } = call;
  if (plan.remove.length === 0) return;
  for (const name of plan.remove) {
    call.out(`Removing ${name} (${host.state.packages[name]?.version ?? ''}) ...\n`);
    removePackage(host, name, parsed.has('purge'));
  }
  writeStatus(host);
  if (plan.install.length > 0) await call.midway(`removed ${plan.remove.join(', ')}`);
}

/** What was asked for by name and is there already is no longer noted as automatic. */
async function claim({ call }: Task, asked: ReadonlySet<string>): Promise<number> {
  const claimed = [...asked].filter((name) => call.host.state.packages[name]?.auto === true);
  if (claimed.length === 0) return 0;
  await call.change();
  for (const name of claimed) delete call.host.state.packages[name]?.auto;
  writeStatus(call.host);
  return 0;
}

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
  const debs = call.host.files.names(CACHE).filter((name) => name.endsWith('.deb'));
  await call.change();
  for (const name of debs) call.host.files.remove(`${CACHE}/${basename(name)}`);
  return 0;
}

async function dispatch(task: Task, command: string): Promise<number> {
  const { call, parsed, offers, options } = task;
  const words = parsed.operands.slice(1);
  const { host } = call;
  switch (command) {
    case 'upgrade':
    case 'dist-upgrade':
    case 'full-upgrade': {
      const minimal = command === 'upgrade';
      return carryOut(
        task,
        planUpgrade(
          host,
          offers,
          minimal ? { ...options, mayInstall: false, mayRemove: false } : options,
        ),
      );
    }
    case 'install':
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

/** dpkg was interrupted: apt-get does nothing before that is mended, unless told to mend it. */
function refuseUnfinished(call: CommandCall, parsed: Parsed): void {
  const broken = unfinished(call.host);
  const exempt = ['update', 'clean', 'autoclean', 'check'].includes(parsed.operands[0] ?? '');
  if (broken.length === 0 || exempt || parsed.has('fix-broken') || parsed.has('simulate')) return;
  throw new Refusal(
    100,
    "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
  );
}

/** apt-get(8), as of stretch (1.4) and buster (1.8). */
export const aptGet: Command = async (call) => {
  const parsed = parseOptions(call.args, aptOptions(call.host), APT_COMPLAINTS);
  const [command] = parsed.operands;
  if (command === undefined) throw new Refusal(1, 'apt-get: usage: apt-get [options] command');
  const settings = settingsOf(call, parsed);
  if (call.user !== 'root' && !parsed.has('simulate')) {
    throw new Refusal(
      100,
      'E: Could not open lock file /var/lib/dpkg/lock - open (13: Permission denied)\nE: Are you root?',
    );
  }
  if (command === 'update') return update(call, settings);
  refuseUnfinished(call, parsed);
  const merged =
    command === 'purge' || command === 'autopurge' ? withFlag(parsed, 'purge') : parsed;
  const task = {
    call,
    parsed: merged,
    settings,
    offers: offersOf(call.host),
    options: planOptions(parsed, settings),
  };
  return dispatch(task, command);
};

function withFlag(parsed: Parsed, flag: string): Parsed {
  return { ...parsed, has: (option) => option === flag || parsed.has(option) };
}
