import type { Host } from '../host.ts';
import type { PackageState } from '../state.ts';
import type { ArchivePackage } from './archive.ts';
import { isPresent, knownPackage } from './known.ts';
import { fits, relationOf } from './relation.ts';

/** A dependency of an installed package that nothing installed satisfies. */
export interface Unmet {
  readonly by: string;
  /** `a | b (>= 2)` */
  readonly depend: string;
}

/** Which of a package's dependencies are not satisfied by packages in a state that `counts`. */
export function unmetBy(
  host: Host,
  item: ArchivePackage,
  counts: (state: PackageState) => boolean,
): Unmet[] {
  const there = Object.entries(host.state.packages)
    .filter(([, state]) => isPresent(state) && counts(state))
    .map(([name]) => knownPackage(host, name))
    .filter((found) => found !== undefined);
  const holds = (text: string): boolean => {
    const wanted = relationOf(text);
    return there.some(
      (found) =>
        (found.name === wanted.name && fits(wanted, found.version)) ||
        (wanted.relation === undefined && found.provides?.includes(wanted.name) === true),
    );
  };
  return (item.depends ?? [])
    .filter((depend) => !depend.split('|').some(holds))
    .map((depend) => ({ by: item.name, depend }));
}

/** What apt finds broken when it opens its cache. */
export function unmetOf(host: Host): Unmet[] {
  return Object.keys(host.state.packages).flatMap((name) => {
    const item = knownPackage(host, name);
    return item === undefined ? [] : unmetBy(host, item, () => true);
  });
}
