import type { Host } from '../host.ts';
import { isPresent, packageOf } from './known.ts';

/** The three words by which dpkg tells a package's state. */
export function statusWords(host: Host, name: string): string {
  const state = host.state.packages[name];
  if (state === undefined) return 'unknown ok not-installed';
  const selection =
    state.hold === true ? 'hold' : state.status === 'config-files' ? 'deinstall' : 'install';
  const flag = state.broken === true ? 'reinstreq' : 'ok';
  return `${selection} ${flag} ${state.status}`;
}

/** Names that installed packages mention in their relations: dpkg knows them, as not installed. */
export function mentioned(host: Host): Set<string> {
  const names = new Set<string>();
  for (const [name, state] of Object.entries(host.state.packages)) {
    if (!isPresent(state)) continue;
    const { depends = [], recommends = [], conflicts = [] } = packageOf(host, name, state.version);
    for (const text of [...depends, ...recommends, ...conflicts]) {
      for (const choice of text.split('|'))
        names.add(/^[a-z0-9+.-]+/.exec(choice.trim())?.[0] ?? '');
    }
  }
  return names;
}

/** Writes `/var/lib/dpkg/status`, as dpkg does after each of its steps, and apt's notes beside it. */
export function writeStatus(host: Host): void {
  const { packages, architecture } = host.state;
  const stanzas = Object.entries(packages)
    .toSorted()
    .map(([name, { version }]) => {
      const conffiles = Object.keys(packageOf(host, name, version).conffiles ?? {});
      const lines = [
        `Package: ${name}`,
        `Status: ${statusWords(host, name)}`,
        `Architecture: ${architecture}`,
        `Version: ${version}`,
      ];
      if (conffiles.length > 0) lines.push('Conffiles:', ...conffiles.map((path) => ` ${path}`));
      return `${lines.join('\n')}\n`;
    });
  host.files.write('/var/lib/dpkg/status', stanzas.join('\n'));
  const automatic = Object.entries(packages)
    .filter(([, state]) => state.auto === true)
    .map(([name]) => `Package: ${name}\nArchitecture: ${architecture}\nAuto-Installed: 1\n`);
  host.files.write('/var/lib/apt/extended_states', automatic.toSorted().join('\n'));
}
