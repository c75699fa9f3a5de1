import { Refusal, type CommandCall } from '../command.ts';
import {
  cachedText,
  cachePath,
  printAddresses,
  refusePlan,
  simulatePlan,
  tellPlan,
  unfetched,
  type Task,
} from '../debian/apt-task.ts';
import { mannersOf, unfinished } from '../debian/configuring.ts';
import { installAll, removePackage } from '../debian/installing.ts';
import type { Plan } from '../debian/solve.ts';
import { writeStatus } from '../debian/status.ts';
import type { Parsed } from '../options.ts';
import { listSetting, takeDpkgLock, type Settings } from './apt-settings.ts';

/** Fetches what the plan installs; what is in the cache is not fetched again. */
async function download(task: Task, plan: Plan): Promise<void> {
  const { call } = task;
  const { files, state } = call.host;
  let failed = '';
  for (const { item, archive } of unfetched(task, plan)) {
    if (state.offline.some((prefix) => archive.base.startsWith(prefix))) {
      failed += `E: Failed to fetch ${archive.base}/pool/${item.name}.deb  Could not connect\n`;
    } else if (archive.base === '') {
      failed += `E: Can't find a source to download version '${item.version}' of '${item.name}'\n`;
    } else files.write(cachePath(task, item), cachedText(item));
  }
  if (failed !== '') {
    throw new Refusal(
      100,
      `${failed}E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?`,
    );
  }
  await call.midway('archives fetched');
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

/** Notes that these are no longer there for others alone. */
function noteAsManual({ host }: CommandCall, names: readonly string[]): void {
  for (const name of names) delete host.state.packages[name]?.auto;
  if (names.length > 0) writeStatus(host);
}

/** What was asked for by name and is there already, noted as automatic. */
function claimed({ call }: Task, asked: ReadonlySet<string>): string[] {
  const { packages } = call.host.state;
  return [...asked].filter((name) => packages[name]?.auto === true);
}

/** Nothing has to be installed: that something was asked for is noted all the same. */
async function claim(task: Task, asked: ReadonlySet<string>): Promise<number> {
  const names = claimed(task, asked);
  if (names.length > 0) await task.call.change();
  noteAsManual(task.call, names);
  return 0;
}

/** The names that an installation was asked for. */
function askedFor(parsed: Parsed): Set<string> {
  const [command, ...words] = parsed.operands;
  return new Set(command === 'install' ? words.map((word) => word.replace(/[=/:].*$/, '')) : []);
}

function saysYes({ parsed, settings, quiet }: Task): boolean {
  return parsed.has('assume-yes') || quiet >= 2 || settings.get('apt::get::assume-yes') === 'true';
}

/** What dpkg does for apt-get, which says that it failed, and ends with 100. */
async function byDpkg(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status === 100) throw error;
    const ended = `E: Sub-process /usr/bin/dpkg returned an error code (${error.status})`;
    throw new Refusal(100, `${error.message}\n${ended}`);
  }
}

/**
 * Brings about `plan`, or tells what it would be, as the command line of `task` says. The exit status.
 * @throws Refusal with what apt or dpkg says to it
 */
export async function carryOut(task: Task, plan: Plan): Promise<number> {
  const { call, parsed, settings } = task;
  tellPlan(task, plan);
  refusePlan(task, plan);
  if (parsed.has('print-uris')) {
    printAddresses(task, plan);
    return 0;
  }
  if (parsed.has('simulate')) {
    simulatePlan(task, plan);
    return 0;
  }
  const asked = askedFor(parsed);
  const idle = plan.install.length === 0 && plan.remove.length === 0;
  if (idle && unfinished(call.host).length === 0) return claim(task, asked);
  if (!saysYes(task)) {
    call.out('Do you want to continue? [Y/n] Abort.\n');
    return 1;
  }
  await call.change();
  takeDpkgLock(call, settings as Settings);
  await download(task, plan);
  if (parsed.has('download-only')) {
    call.out('Download complete and in download only mode\n');
    return 0;
  }
  const manners = mannersOf(call, listSetting(settings as Settings, 'dpkg::options'));
  const items = plan.install.map((offer) => offer.item);
  // apt notes it before it has dpkg do anything.
  noteAsManual(call, claimed(task, asked));
  await byDpkg(async () => {
    await removeAll(task, plan);
    await installAll(call, items, asked, manners);
  });
  return 0;
}
