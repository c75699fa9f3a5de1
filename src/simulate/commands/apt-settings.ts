import type { CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import type { Host } from '../host.ts';
import type { Complaints, OptionTable, Parsed } from '../options.ts';
import { satisfies } from '../debian/version.ts';

/** apt's configuration: names in lower case; a list's values under `name::`, one a line. */
export type Settings = Map<string, string>;

function add(settings: Settings, name: string, value: string): void {
  const key = name.toLowerCase();
  const listed = key.endsWith('::') && settings.has(key);
  settings.set(key, listed ? `${settings.get(key) ?? ''}\n${value}` : value);
}

const TOKEN = /\/\/.*|#.*|\/\*[\s\S]*?\*\/|"[^"]*"|[{};]|[^\s{};"]+/g;

/** `Name "value";`, and `Name { "a"; Other "b"; };` in which `Other` is `Name::Other`. */
function readFile(settings: Settings, text: string): void {
  const scopes = [''];
  let [name, value]: [string, string | undefined] = ['', undefined];
  for (const [token] of text.matchAll(TOKEN)) {
    const scope = scopes.at(-1) ?? '';
    if (/^(\/\/|#|\/\*)/.test(token)) continue;
    if (token.startsWith('"')) value = token.slice(1, -1);
    else if (!/^[{};]$/.test(token)) name = token;
    else {
      if (token === '{') scopes.push(`${scope}${name}::`);
      else if (value !== undefined) add(settings, `${scope}${name}`, value);
      if (token === '}') scopes.pop();
      [name, value] = ['', undefined];
    }
  }
}

/** What `/etc/apt/apt.conf.d` and `-o` say. */
export function aptSettings(host: Host, options: readonly string[]): Settings {
  const settings: Settings = new Map();
  const folder = '/etc/apt/apt.conf.d';
  const paths = [
    ...host.files.names(folder).map((name) => `${folder}/${name}`),
    '/etc/apt/apt.conf',
  ];
  for (const path of paths) readFile(settings, host.files.text(path) ?? '');
  for (const option of options) {
    const equals = option.indexOf('=');
    if (equals < 0)
      throw new Refusal(
        100,
        `E: Option ${option}: Configuration item specification must have an =<val>.`,
      );
    add(settings, option.slice(0, equals), option.slice(equals + 1));
  }
  return settings;
}

/** A list in the settings: `Dpkg::Options`. */
export function listSetting(settings: Settings, name: string): string[] {
  return (settings.get(`${name.toLowerCase()}::`) ?? '').split('\n').filter(Boolean);
}

/** Whether a setting's value is one of those that apt takes for no. */
export function isOn(value: string): boolean {
  return !/^(?:0|no|false|without|off|disable)$/i.test(value);
}

/** Options of apt-get that take effect on what is done; those that came with a later apt are apart. */
export const APT_OPTIONS: OptionTable = {
  '-y --yes --assume-yes': 'flag',
  '--assume-no': 'flag',
  '-q --quiet': 'optional',
  '-o --option': 'value',
  '-c --config-file': 'value',
  '-t --target-release --default-release': 'value',
  '-s --just-print --dry-run --recon --no-act --simulate': 'flag',
  '-d --download-only': 'flag',
  '-f --fix-broken': 'flag',
  '-m --ignore-missing --fix-missing': 'flag',
  '-u --show-upgraded': 'flag',
  '-V --verbose-versions': 'flag',
  '-a --host-architecture': 'value',
  '-b --compile --build': 'flag',
  '--no-install-recommends': 'flag',
  '--install-recommends': 'flag',
  '--install-suggests': 'flag',
  '--allow-downgrades': 'flag',
  '--allow-remove-essential': 'flag',
  '--allow-change-held-packages': 'flag',
  '--allow-unauthenticated': 'flag',
  '--allow-insecure-repositories': 'flag',
  '--force-yes': 'flag',
  '--reinstall': 'flag',
  '--purge': 'flag',
  '--auto-remove --autoremove': 'flag',
  '--print-uris': 'flag',
  '--trivial-only': 'flag',
  '--no-remove': 'flag',
  '--only-upgrade': 'flag',
  '--with-new-pkgs': 'flag',
  '--without-new-pkgs': 'flag',
  '--no-upgrade': 'flag',
  '--no-download': 'flag',
  '--no-list-cleanup --list-cleanup': 'flag',
  '--with-source': 'value',
};

/** By the apt that brought them: an older one does not know them. */
const LATER: Readonly<Record<string, OptionTable>> = {
  '1.8': { '--allow-releaseinfo-change': 'flag' },
  '2.1': { '--error-on': 'value' },
};

/** The options that the installed apt knows. */
export function aptOptions(host: Host): OptionTable {
  const version = host.state.packages['apt']?.version ?? '0';
  const known = Object.entries(LATER).filter(([since]) => satisfies(version, 'ge', since));
  return Object.assign({}, APT_OPTIONS, ...known.map(([, table]) => table)) as OptionTable;
}

/** How apt complains of its command line. */
export const APT_COMPLAINTS: Complaints = {
  unknown: (option) =>
    new Refusal(
      100,
      `E: Command line option ${option} is not understood in combination with the other options`,
    ),
  missing: (option) => new Refusal(100, `E: Command line option ${option} requires an argument.`),
};

/** Settings of one call: its files, then `-o`. */
export function settingsOf(call: CommandCall, parsed: Parsed): Settings {
  return aptSettings(call.host, parsed.values('option'));
}

/**
 * Waits for nobody: another apt or dpkg that has the lock makes this one fail, unless
 * `DPkg::Lock::Timeout` says how long to wait (apt 1.9.11 and on know it; here it always suffices).
 * @throws Refusal
 */
export function takeDpkgLock(call: CommandCall, settings: Settings): void {
  const { state } = call.host;
  if (state.locked <= 0) return;
  const waits = Number(settings.get('dpkg::lock::timeout') ?? '0') !== 0;
  if (waits && satisfies(state.packages['apt']?.version ?? '0', 'ge', '1.9.11')) {
    state.locked = 0;
    return;
  }
  state.locked -= 1;
  throw new Refusal(
    100,
    'E: Could not get lock /var/lib/dpkg/lock - open (11: Resource temporarily unavailable)\n' +
      'E: Unable to lock the administration directory (/var/lib/dpkg/), is another process using it?',
  );
}
