import type { Host } from '../host.ts';
import type { Offer } from './policy.ts';

/** The packages that dpkg was killed over: they have to be unpacked anew. */
export function brokenPackages(host: Host): { name: string; version: string }[] {
  return Object.entries(host.state.packages)
    .filter(([, { broken }]) => broken === true)
    .map(([name, { version }]) => ({ name, version }));
}

/** The first of them that no source has: apt does nothing before that is mended. */
export function lostPackage(host: Host, offers: readonly Offer[]): string | undefined {
  const known = new Set(offers.map(({ item }) => item.name));
  return brokenPackages(host).find(({ name }) => !known.has(name))?.name;
}
