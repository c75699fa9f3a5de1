import type { Host } from '../host.ts';
import type { PackageState } from '../state.ts';
import type { ArchivePackage } from './archive.ts';
import { knownPackage } from './known.ts';
import { isMet, relationOf } from './relation.ts';

/** A dependency of an installed package that nothing installed satisfies. */
export interface Unmet {
  readonly by: string;
  /** `a | b (>= 2)` */
  readonly depend: string;
}

/** Tells which of a package's dependencies no package satisfies whose state `counts`. */
export function looker(
  host: Host,
  counts: (state: PackageState) => boolean,
): (item: ArchivePackage) => Unmet[] {
  const there = new Map<string, ArchivePackage>();
  const provided = new Set<string>();
  for (const [name, state] of Object.entries(host.state.packages)) {
    const item = counts(state) ? knownPackage(host, name) : undefined;
    if (item === undefined) continue;
    there.set(name, item);
    for (const other of item.provides ?? []) provided.add(other);
  }
  const holds = (text: string): boolean => {
    const wanted = relationOf(text);
    return isMet(wanted, there.get(wanted.name), () => provided.has(wanted.name));
  };
  return (item) =>
    (item.depends ?? [])
      .filter((depend) => !depend.split('|').some(holds))
      .map((depend) => ({ by: item.name, depend }));
}

/** What apt finds broken when it opens its cache. */
export function unmetOf(host: Host): Unmet[] {
  const look = looker(host, () => true);
  return Object.keys(host.state.packages).flatMap((name) => {
    const item = knownPackage(host, name);
    return item === undefined ? [] : look(item);
  });
}
