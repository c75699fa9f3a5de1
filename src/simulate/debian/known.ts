import type { Host } from '../host.ts';
import type { PackageState } from '../state.ts';
import type { ArchivePackage } from './archive.ts';

/** Whether a package in this state counts for what depends on it. */
export function isPresent(state: PackageState | undefined): state is PackageState {
  return state !== undefined && state.status !== 'config-files';
}

/** What is known of an installed package: the archive's entry of that version, wherever it is. */
export function knownPackage(host: Host, name: string): ArchivePackage | undefined {
  const state = host.state.packages[name];
  if (!isPresent(state)) return undefined;
  return packageOf(host, name, state.version);
}

/** The entry of a package's version in any archive of the world; a bare one when none has it. */
export function packageOf(host: Host, name: string, version: string): ArchivePackage {
  for (const { components } of host.world.archives) {
    for (const items of Object.values(components)) {
      const found = items.find((item) => item.name === name && item.version === version);
      if (found !== undefined) return found;
    }
  }
  return { name, version };
}
