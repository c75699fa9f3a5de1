import type { Command, CommandCall } from '../command.ts';
import { Refusal, withArgs } from '../command.ts';
import type { Host } from '../host.ts';
import type { ArchivePackage } from '../debian/archive.ts';
import {
  configureAll,
  mannersOf,
  noteUpdates,
  unconfigured,
  unfinished,
  wasInterrupted,
} from '../debian/configuring.ts';
import { knownPackage, packageOf } from '../debian/known.ts';
import { removePackage, unpackAll } from '../debian/installing.ts';
import { awaitsTriggers, runTriggers } from '../debian/libraries.ts';
import { brokenPackages } from '../debian/lost-package.ts';
import { looker, unmetOf } from '../debian/unmet.ts';
import { writeStatus } from '../debian/status.ts';
import { satisfies } from '../debian/version.ts';
import { dpkgQuery } from './dpkg-query.ts';

/** What dpkg hands on to dpkg-query. */
const QUERIES = new Set([
  '-l',
  '--list',
  '-s',
  '--status',
  '-L',
  '--listfiles',
  '-S',
  '--search',
  '-W',
  '--show',
]);

function lock(call: CommandCall): void {
  const { state } = call.host;
  if (state.locked <= 0) return;
  state.locked -= 1;
  throw new Refusal(2, 'dpkg: error: dpkg status database is locked by another process');
}

/** The package in a file as apt keeps them. @throws Refusal for what is none */
function itemIn(host: Host, path: string): ArchivePackage {
  const [, name = '', version] = /^(\S+) (\S+)\n$/.exec(host.files.text(path) ?? '') ?? [];
  if (version === undefined)
    throw new Refusal(2, `dpkg: error: cannot access archive '${path}': No such file or directory`);
  return packageOf(host, name, version);
}

/** Unpacks the packages in these files, and configures none. @throws Refusal for what is no package */
async function unpackFiles(call: CommandCall, paths: readonly string[]): Promise<number> {
  const items = paths.map((path) => itemIn(call.host, path));
  await call.change();
  lock(call);
  await unpackAll(call, items, new Set(items.map(({ name }) => name)));
  noteUpdates(call.host, false);
  return 0;
}

/** Configures what an interrupted run has left, `-a` all of it. */
async function configurePackages(
  call: CommandCall,
  names: readonly string[],
  options: readonly string[],
): Promise<number> {
  const all = names.includes('-a') || names.includes('--pending');
  const waiting = all ? unconfigured(call.host) : names;
  for (const name of waiting) {
    const state = call.host.state.packages[name];
    if (state === undefined)
      throw new Refusal(
        1,
        `dpkg: error processing package ${name} (--configure):\n package ${name} is not installed and no information is available`,
      );
    if (state.status === 'installed')
      throw new Refusal(
        1,
        `dpkg: error processing package ${name} (--configure):\n package ${name} is already installed and configured`,
      );
  }
  if (waiting.length === 0 && !wasInterrupted(call.host) && !awaitsTriggers(call.host)) return 0;
  await call.change();
  lock(call);
  configureAll(call, waiting, mannersOf(call, options));
  return 0;
}

/** @throws Refusal when another package needs one of these */
function refuseNeeded(host: Host, names: readonly string[]): void {
  const gone = new Set(names.map((name) => host.state.packages[name]));
  const look = looker(host, (state) => !gone.has(state));
  const before = new Set(unmetOf(host).map(({ by }) => by));
  for (const [other, state] of Object.entries(host.state.packages)) {
    const item = gone.has(state) || before.has(other) ? undefined : knownPackage(host, other);
    const unmet = item === undefined ? undefined : look(item)[0];
    if (unmet === undefined) continue;
    throw new Refusal(
      1,
      `dpkg: dependency problems prevent removal of ${names.join(', ')}:\n ${other} depends on ${unmet.depend}.`,
    );
  }
}

/** @throws Refusal for what dpkg was killed over */
function refuseBroken(host: Host, names: readonly string[], options: readonly string[]): void {
  if (options.some((option) => /^--force-(.*,)?(remove-reinstreq|all)\b/.test(option))) return;
  const name = names.find((known) => host.state.packages[known]?.broken === true);
  if (name === undefined) return;
  throw new Refusal(
    1,
    `dpkg: error processing package ${name} (--remove):\n package is in a very bad inconsistent state; you should\n reinstall it before attempting a removal`,
  );
}

async function removePackages(
  call: CommandCall,
  names: readonly string[],
  purge: boolean,
  options: readonly string[],
): Promise<number> {
  const known = names.filter((name) => call.host.state.packages[name] !== undefined);
  for (const name of names) {
    if (!known.includes(name))
      call.err(`dpkg: warning: ignoring request to remove ${name} which isn't installed\n`);
  }
  if (known.length === 0) return 0;
  refuseBroken(call.host, known, options);
  if (!options.some((option) => /^--force-(.*,)?(depends|all)\b/.test(option)))
    refuseNeeded(call.host, known);
  await call.change();
  lock(call);
  for (const name of known) removePackage(call.host, name, purge);
  runTriggers(call.host);
  writeStatus(call.host);
  return 0;
}

/** Packages in a state that wants mending, as `dpkg --audit` tells them; always status 0. */
function audit(call: CommandCall): number {
  const { packages } = call.host.state;
  const broken = brokenPackages(call.host).map(({ name }) => name);
  if (broken.length > 0)
    call.out(
      `The following packages are in a mess due to serious problems during\ninstallation.  They must be reinstalled for them (and any packages\nthat depend on them) to function properly:\n${broken.map((name) => ` ${name}\n`).join('')}\n`,
    );
  const groups: [string, string][] = [
    ['unpacked', 'The following packages have been unpacked but not yet configured.'],
    [
      'half-configured',
      'The following packages are only half configured, probably due to problems',
    ],
    ['half-installed', 'The following packages are only half installed, due to problems during'],
  ];
  for (const [status, title] of groups) {
    const names = unfinished(call.host).filter(
      (name) => packages[name]?.status === status && !broken.includes(name),
    );
    if (names.length > 0) call.out(`${title}\n${names.map((name) => ` ${name}\n`).join('')}\n`);
  }
  if (awaitsTriggers(call.host)) {
    call.out(
      'The following packages have been triggered, but the trigger processing has not yet\nbeen done.  Trigger processing can be requested using dselect or dpkg --configure --pending\n(or dpkg --triggers-only):\n libc-bin\n\n',
    );
  }
  return 0;
}

function selections(call: CommandCall, patterns: readonly string[]): number {
  for (const [name, state] of Object.entries(call.host.state.packages).toSorted()) {
    const word =
      state.hold === true ? 'hold' : state.status === 'config-files' ? 'deinstall' : 'install';
    if (patterns.length === 0 && word === 'deinstall') continue;
    if (patterns.length > 0 && !patterns.includes('*') && !patterns.includes(name)) continue;
    call.out(`${name.padEnd(48)}${word}\n`);
  }
  return 0;
}

async function setSelections(call: CommandCall): Promise<number> {
  const text = await call.input();
  await call.change();
  for (const line of text.split('\n')) {
    const [name = '', word = ''] = line.trim().split(/\s+/);
    const state = call.host.state.packages[name];
    if (state === undefined) continue;
    if (word === 'hold') state.hold = true;
    else delete state.hold;
  }
  writeStatus(call.host);
  return 0;
}

/** dpkg(1): one action, the options that it was given before it. */
export const dpkg: Command = async (call) => {
  const options: string[] = [];
  const args = [...call.args];
  while (/^--(force-|no-|admindir|status-fd|refuse-)/.test(args[0] ?? ''))
    options.push(args.shift() ?? '');
  const [action = '', ...rest] = args;
  const operands = rest.filter((word) => word !== '--');
  if (QUERIES.has(action)) return dpkgQuery(withArgs(call, args));
  switch (action) {
    case '--print-architecture':
      call.out(`${call.host.state.architecture}\n`);
      return 0;
    case '--print-foreign-architectures':
      return 0;
    case '--compare-versions': {
      const [a = '', relation = '', b = ''] = operands;
      return satisfies(a, relation, b) ? 0 : 1;
    }
    case '-C':
    case '--audit':
      return audit(call);
    case '--get-selections':
      return selections(call, operands);
    case '--set-selections':
      return setSelections(call);
    case '--unpack':
      return unpackFiles(call, operands);
    case '--configure':
      return configurePackages(call, operands, options);
    case '-r':
    case '--remove':
      return removePackages(call, operands, false, options);
    case '-P':
    case '--purge':
      return removePackages(call, operands, true, options);
    case '--version':
      call.out("Debian 'dpkg' package management program\n");
      return 0;
    default:
      throw new Refusal(
        2,
        `dpkg: error: unknown option ${action}\n\nType dpkg --help for help about installing and deinstalling packages [*];`,
      );
  }
};
