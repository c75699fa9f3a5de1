import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { candidateOf, offersOf, priorityOf } from '../debian/policy.ts';
import { isPresent } from '../debian/known.ts';
import { writeStatus } from '../debian/status.ts';
import { compareVersions } from '../debian/version.ts';
import { parseOptions } from '../options.ts';
import { APT_COMPLAINTS, aptSettings, isOn } from './apt-settings.ts';

function policy(call: CommandCall, names: readonly string[], target: string | undefined): number {
  const { host } = call;
  const offers = offersOf(host);
  for (const name of names) {
    const own = offers.filter((offer) => offer.item.name === name);
    const state = host.state.packages[name];
    if (own.length === 0 && state === undefined) continue;
    const present = isPresent(state) ? state.version : undefined;
    const candidate = candidateOf(host, name, offers, target)?.item.version ?? present;
    call.out(
      `${name}:\n  Installed: ${present ?? '(none)'}\n  Candidate: ${candidate ?? '(none)'}\n  Version table:\n`,
    );
    const versions = new Set([
      ...(present === undefined ? [] : [present]),
      ...own.map((offer) => offer.item.version),
    ]);
    for (const version of [...versions].toSorted((a, b) => compareVersions(b, a))) {
      const from = own.filter((offer) => offer.item.version === version);
      const highest = Math.max(100, ...from.map((offer) => priorityOf(host, offer, target)));
      call.out(` ${version === present ? '***' : '   '} ${version} ${highest}\n`);
      for (const offer of from) {
        const { archive, component } = offer;
        call.out(
          `        ${priorityOf(host, offer, target)} ${archive.base} ${archive.suite}/${component} ${host.state.architecture} Packages\n`,
        );
      }
      if (version === present) call.out('        100 /var/lib/dpkg/status\n');
    }
  }
  return 0;
}

function show(call: CommandCall, names: readonly string[]): number {
  const offers = offersOf(call.host);
  for (const name of names) {
    const found = offers.filter((offer) => offer.item.name === name);
    if (found.length === 0) throw new Refusal(100, 'E: No packages found');
    for (const { item } of found) {
      call.out(
        `Package: ${name}\nVersion: ${item.version}\nInstalled-Size: ${item.size ?? 1000}\nDepends: ${(item.depends ?? []).join(', ')}\n\n`,
      );
    }
  }
  return 0;
}

function madison(call: CommandCall, names: readonly string[]): number {
  for (const { item, archive, component } of offersOf(call.host)) {
    if (!names.includes(item.name)) continue;
    call.out(
      `${item.name.padStart(10)} | ${item.version} | ${archive.base} ${archive.suite}/${component} ${call.host.state.architecture} Packages\n`,
    );
  }
  return 0;
}

/** apt-cache(8): what the fetched indexes and dpkg's status say. */
export const aptCache: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    {
      '-q --quiet': 'optional',
      '-o --option': 'value',
      '-t --target-release --default-release': 'value',
      '-n --names-only': 'flag',
      '-a --all-versions': 'flag',
      '--no-all-versions': 'flag',
    },
    APT_COMPLAINTS,
  );
  const [command = '', ...names] = parsed.operands;
  const settings = aptSettings(call.host, parsed.values('option'));
  const target = parsed.value('default-release') ?? settings.get('apt::default-release');
  if (command === 'policy') return policy(call, names, target);
  if (command === 'pkgnames') {
    const known = new Set([
      ...Object.keys(call.host.state.packages),
      ...offersOf(call.host).map(({ item }) => item.name),
    ]);
    for (const name of known) if (name.startsWith(names[0] ?? '')) call.out(`${name}\n`);
    return 0;
  }
  if (command === 'show') return show(call, names);
  if (command === 'madison') return madison(call, names);
  throw new Refusal(100, `E: Invalid operation ${command}`);
};

async function setMark(
  call: CommandCall,
  command: string,
  names: readonly string[],
): Promise<number> {
  const { packages } = call.host.state;
  for (const name of names) {
    if (packages[name] === undefined) throw new Refusal(100, `E: Unable to locate package ${name}`);
  }
  await call.change();
  for (const name of names) {
    const state = packages[name];
    if (state === undefined) continue;
    if (command === 'hold') state.hold = true;
    if (command === 'unhold') delete state.hold;
    if (command === 'auto') state.auto = true;
    if (command === 'manual') delete state.auto;
    const words: Record<string, string> = {
      hold: 'set on hold',
      unhold: 'Canceled hold on',
      auto: 'set to automatically installed',
      manual: 'set to manually installed',
    };
    call.out(
      command === 'unhold' ? `Canceled hold on ${name}.\n` : `${name} ${words[command] ?? ''}.\n`,
    );
  }
  writeStatus(call.host);
  return 0;
}

/** apt-mark(8). */
export const aptMark: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    { '-q --quiet': 'optional', '-o --option': 'value', '-y --yes': 'flag' },
    APT_COMPLAINTS,
  );
  const [command = '', ...names] = parsed.operands;
  if (['hold', 'unhold', 'auto', 'manual'].includes(command)) return setMark(call, command, names);
  const wanted: Record<string, (state: { hold?: boolean; auto?: boolean }) => boolean> = {
    showhold: ({ hold }) => hold === true,
    showauto: ({ auto }) => auto === true,
    showmanual: ({ auto }) => auto !== true,
  };
  const test = wanted[command];
  if (test === undefined) throw new Refusal(100, `E: Invalid operation ${command}`);
  for (const [name, state] of Object.entries(call.host.state.packages).toSorted()) {
    if (!isPresent(state) || (names.length > 0 && !names.includes(name))) continue;
    if (test(state)) call.out(`${name}\n`);
  }
  return 0;
};

/** What apt goes by where no file says anything. */
const BUILT_IN: Readonly<Record<string, string>> = { 'apt::install-recommends': '1' };

/** apt-config(8): `dump` and `shell`. */
export const aptConfig: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    {
      '-q --quiet': 'optional',
      '-o --option': 'value',
      '-c --config-file': 'value',
      '--format': 'value',
      '--empty': 'flag',
      '--no-empty': 'flag',
    },
    APT_COMPLAINTS,
  );
  const settings = aptSettings(call.host, parsed.values('option'));
  const [command = '', ...words] = parsed.operands;
  if (command === 'dump') {
    for (const [name, value] of settings) {
      const within = (word: string): boolean =>
        name === word.toLowerCase() || name.startsWith(`${word.toLowerCase()}::`);
      if (words.length > 0 && !words.some(within)) continue;
      for (const line of value.split('\n')) call.out(`${name} "${line}";\n`);
    }
    return 0;
  }
  if (command !== 'shell') throw new Refusal(100, `E: Invalid operation ${command}`);
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [key = '', type] = (words[at + 1] ?? '').split(/\/(?=[fdbi]$)/);
    const value = settings.get(key.toLowerCase()) ?? BUILT_IN[key.toLowerCase()];
    if (value === undefined) continue;
    call.out(`${words[at] ?? ''}='${type === 'b' ? String(isOn(value)) : value}'\n`);
  }
  return 0;
};
