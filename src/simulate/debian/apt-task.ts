import { basename } from 'node:path';
import type { CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import type { Parsed } from '../options.ts';
import type { ArchivePackage } from './archive.ts';
import { candidateOf, type Offer } from './policy.ts';
import { unfinished } from './configuring.ts';
import { isPresent, packageOf } from './known.ts';
import { type Plan, type PlanOptions, type Request } from './solve.ts';
import { compareVersions } from './version.ts';

/** One call of apt-get, its command line understood. */
export interface Task {
  readonly call: CommandCall;
  readonly parsed: Parsed;
  readonly settings: ReadonlyMap<string, string>;
  readonly offers: readonly Offer[];
  readonly options: PlanOptions;
  /** `-q` 1, `-qq` 2: the latter tells nothing but errors, and takes every answer for yes. */
  readonly quiet: number;
}

/** What is installed, where no configured source has it: it is the newest version already. */
function installedOffer(call: CommandCall, name: string, version: string): Offer {
  const label = { suite: 'now', codename: '' };
  const archive = { base: '', suite: 'now', label, components: {}, signedBy: [] };
  return { archive, component: '', item: packageOf(call.host, name, version) };
}

function namedOffer(task: Task, word: string, name: string): Offer {
  const { call, offers, options } = task;
  const candidate = candidateOf(call.host, name, offers, options.target);
  if (candidate !== undefined) return candidate;
  const present = call.host.state.packages[name];
  if (isPresent(present)) return installedOffer(call, name, present.version);
  const providers = offers.filter((offer) => offer.item.provides?.includes(name));
  const known = offers.some((offer) => offer.item.name === name);
  if (!known && providers.length === 1 && providers[0] !== undefined) return providers[0];
  throw new Refusal(
    100,
    known || providers.length > 0
      ? `E: Package '${name}' has no installation candidate`
      : `E: Unable to locate package ${word}`,
  );
}

/** The offer that a word of the command line asks for: a name, `name=version` or `name/suite`. */
function offerFor(task: Task, word: string): Offer {
  const match = /^([a-z0-9][a-z0-9+.-]*?)(?::\w+)?(?:([=/])(.*))?$/.exec(word);
  const [, name = '', mark, wanted = ''] = match ?? [];
  if (mark === undefined) return namedOffer(task, word, name);
  const { call, offers } = task;
  const found = offers.find(({ item, archive }) => {
    if (item.name !== name) return false;
    if (mark === '=') return item.version === wanted;
    return archive.label.suite === wanted || archive.label.codename === wanted;
  });
  if (found !== undefined) return found;
  if (mark === '=' && call.host.state.packages[name]?.version === wanted) {
    return installedOffer(call, name, wanted);
  }
  const what = mark === '=' ? 'Version' : 'Release';
  throw new Refusal(100, `E: ${what} '${wanted}' for '${name}' was not found`);
}

/** What the words of `install`, `remove` and `purge` ask for. @throws Refusal for an unknown name */
export function requestOf(task: Task, words: readonly string[], removing: boolean): Request {
  const request = { install: [] as Offer[], remove: [] as string[] };
  const { packages } = task.call.host.state;
  for (const word of words) {
    const marked = /[+-]$/.exec(word)?.[0];
    const bare = marked !== undefined && packages[word] === undefined ? word.slice(0, -1) : word;
    const drops = bare === word ? removing : marked === '-';
    if (!drops) request.install.push(offerFor(task, bare));
    else if (packages[bare] !== undefined) request.remove.push(bare);
    else if (task.offers.some((offer) => offer.item.name === bare)) {
      task.call.out(`Package '${bare}' is not installed, so not removed\n`);
    } else throw new Refusal(100, `E: Unable to locate package ${bare}`);
  }
  return request;
}

/** The packages of a plan that are there in another version, and those that are not there yet. */
export function partsOf(call: CommandCall, plan: Plan): { upgraded: string[]; fresh: string[] } {
  const names = plan.install.map((offer) => offer.item.name);
  const upgraded = names.filter((name) => isPresent(call.host.state.packages[name]));
  return { upgraded, fresh: names.filter((name) => !upgraded.includes(name)) };
}

const CACHE = '/var/cache/apt/archives';

/** The file in which apt keeps a fetched package. */
export function cachePath({ call, settings }: Task, { name, version }: ArchivePackage): string {
  const file = `${name}_${version.replaceAll(':', '%3a')}_${call.host.state.architecture}.deb`;
  return `${settings.get('dir::cache::archives') ?? CACHE}/${file}`;
}

/** What such a file holds once it is whole. */
export function cachedText({ name, version }: ArchivePackage): string {
  return `${name} ${version}\n`;
}

/** The packages of a plan that are still to be fetched. */
export function unfetched(task: Task, plan: Plan): Offer[] {
  return plan.install.filter(
    ({ item }) => task.call.host.files.text(cachePath(task, item)) !== cachedText(item),
  );
}

function tellNames(call: CommandCall, title: string, names: readonly string[]): void {
  if (names.length > 0) call.out(`${title}\n  ${names.join(' ')}\n`);
}

function kilobytes(offers: readonly Offer[], part: number): number {
  return Math.round(offers.reduce((sum, { item }) => sum + (item.size ?? 1000), 0) * part);
}

/** The line that counts what a plan does, and the one that counts what dpkg was cut off in. */
function countPlan(call: CommandCall, plan: Plan): string {
  const { packages } = call.host.state;
  const { upgraded, fresh } = partsOf(call, plan);
  const newer = new Map(plan.install.map(({ item }) => [item.name, item.version]));
  const stepsOf = (name: string): number =>
    compareVersions(newer.get(name) ?? '', packages[name]?.version ?? '');
  const count = (wanted: (step: number) => boolean): number =>
    upgraded.filter((name) => wanted(stepsOf(name))).length;
  const same = count((step) => step === 0);
  const lower = count((step) => step < 0);
  const waiting = unfinished(call.host).length;
  return [
    `${count((step) => step > 0)} upgraded, ${fresh.length} newly installed, `,
    same === 0 ? '' : `${same} reinstalled, `,
    lower === 0 ? '' : `${lower} downgraded, `,
    `${plan.remove.length} to remove and ${plan.kept.length} not upgraded.\n`,
    waiting === 0 ? '' : `${waiting} not fully installed or removed.\n`,
  ].join('');
}

/** The lists and figures that apt prints before it asks. */
export function tellPlan(task: Task, plan: Plan): void {
  const { call, quiet } = task;
  if (quiet >= 2) return;
  const { upgraded, fresh } = partsOf(call, plan);
  tellNames(call, 'The following packages have been kept back:', plan.kept);
  tellNames(call, 'The following packages will be REMOVED:', plan.remove);
  tellNames(call, 'The following NEW packages will be installed:', fresh);
  tellNames(call, 'The following packages will be upgraded:', upgraded);
  call.out(countPlan(call, plan));
  if (plan.install.length === 0 && plan.remove.length === 0) return;
  call.out(`Need to get ${kilobytes(unfetched(task, plan), 0.3)} kB of archives.\n`);
  const grows = kilobytes(plan.install, 1);
  call.out(`After this operation, ${grows} kB of additional disk space will be used.\n`);
}

/** `-s`: what would be done, a line a package. */
export function simulatePlan({ call, parsed }: Task, plan: Plan): void {
  const { packages, architecture } = call.host.state;
  const verb = parsed.has('purge') ? 'Purg' : 'Remv';
  for (const name of plan.remove) call.out(`${verb} ${name} [${packages[name]?.version ?? ''}]\n`);
  for (const { item, archive } of plan.install) {
    const before = packages[item.name];
    const old = isPresent(before) ? ` [${before.version}]` : '';
    const from = `Debian:${archive.label.version ?? archive.label.codename}/${archive.label.suite}`;
    call.out(`Inst ${item.name}${old} (${item.version} ${from} [${architecture}])\n`);
  }
  for (const { item } of plan.install) call.out(`Conf ${item.name} (${item.version})\n`);
}

/** `--print-uris`: what would be fetched. */
export function printAddresses(task: Task, plan: Plan): void {
  for (const { item, archive } of unfetched(task, plan)) {
    const file = basename(cachePath(task, item));
    task.call.out(`'${archive.base}/pool/${file}' ${file} ${cachedText(item).length} SHA256:0\n`);
  }
}

/** What apt refuses even with `-y`. @throws Refusal */
export function refusePlan({ call, parsed, options }: Task, plan: Plan): void {
  const { packages } = call.host.state;
  if (plan.broken.length > 0) {
    throw new Refusal(
      100,
      `The following packages have unmet dependencies:\n ${plan.broken.join('\n ')}\nE: Unable to correct problems, you have held broken packages.`,
    );
  }
  const essential = plan.remove.some(
    (name) => packageOf(call.host, name, packages[name]?.version ?? '').essential === true,
  );
  if (essential && !parsed.has('allow-remove-essential') && !parsed.has('force-yes')) {
    throw new Refusal(
      100,
      'E: Essential packages were removed and -y was used without --allow-remove-essential.',
    );
  }
  if (plan.remove.length > 0 && parsed.has('no-remove')) {
    throw new Refusal(100, 'E: Packages need to be removed but remove is disabled.');
  }
  const lower = plan.install.some(({ item }) => {
    const before = packages[item.name];
    return isPresent(before) && compareVersions(item.version, before.version) < 0;
  });
  if (lower && !options.mayDowngrade) {
    throw new Refusal(
      100,
      'E: Packages were downgraded and -y was used without --allow-downgrades.',
    );
  }
}
