import type { Host } from '../host.ts';
import type { Archive, ArchivePackage } from './archive.ts';
import { readSources, type Source } from './sources.ts';
import { compareVersions } from './version.ts';

/** A version that can be had, and where from. */
export interface Offer {
  readonly archive: Archive;
  readonly component: string;
  readonly item: ArchivePackage;
}

/** The repository and suite that a source names, when the world has it. */
export function archiveOf(host: Host, source: Source): Archive | undefined {
  return host.world.archives.find(
    ({ base, suite }) => base === source.uri && suite === source.suite,
  );
}

/** The name of one index, as it is kept among the fetched ones. */
export function listName(archive: Archive, component: string): string {
  return `${archive.base} ${archive.suite} ${component}`.trim();
}

/** Everything that configured sources offer and the last update fetched. */
export function offersOf(host: Host): Offer[] {
  const fetched = new Set(host.state.lists.map((list) => list.source));
  const offers = new Map<string, Offer>();
  for (const source of readSources(host.files)) {
    const archive = archiveOf(host, source);
    if (archive === undefined) continue;
    const components = source.components.length === 0 ? [''] : source.components;
    for (const component of components) {
      if (!fetched.has(listName(archive, component))) continue;
      for (const item of archive.components[component] ?? []) {
        offers.set(`${item.name} ${item.version} ${listName(archive, component)}`, {
          archive,
          component,
          item,
        });
      }
    }
  }
  return [...offers.values()];
}

interface Pin {
  readonly packages: readonly string[];
  readonly pin: string;
  readonly priority: number;
}

function readPins(host: Host): Pin[] {
  const folder = '/etc/apt/preferences.d';
  const paths = [
    '/etc/apt/preferences',
    ...host.files.names(folder).map((name) => `${folder}/${name}`),
  ];
  const stanzas = paths.flatMap((path) => (host.files.text(path) ?? '').split(/\n\s*\n/));
  return stanzas.flatMap((stanza) => {
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(stanza)?.[1]?.trim();
    const [names, pin, priority] = [field('Package'), field('Pin'), field('Pin-Priority')];
    if (names === undefined || pin === undefined || priority === undefined) return [];
    return [{ packages: names.split(/\s+/), pin, priority: Number(priority) }];
  });
}

function archiveMatches({ label, base }: Archive, word: string): boolean {
  const [, key, value] = /^(?:(a|n|v|o|l)=)?(.*)$/.exec(word.trim()) ?? [];
  if (key === 'a') return label.suite === value;
  if (key === 'n') return label.codename === value;
  if (key === 'v') return label.version === value;
  if (key === 'o' || key === 'l') return base.includes('debian') === (value === 'Debian');
  return label.suite === value || label.codename === value;
}

function pinMatches(pin: string, { archive, item }: Offer): boolean {
  const [kind = '', ...rest] = pin.split(/\s+/);
  const value = rest.join(' ').replace(/^"|"$/g, '');
  if (kind === 'version')
    return value.endsWith('*')
      ? item.version.startsWith(value.slice(0, -1))
      : item.version === value;
  if (kind === 'origin') return new URL(archive.base).host === value;
  return value.split(',').every((word) => archiveMatches(archive, word));
}

/** The priority by which apt judges an offer (apt_preferences(5)). */
export function priorityOf(
  host: Host,
  offer: Offer,
  target?: string,
  known: readonly Pin[] = readPins(host),
): number {
  const pins = known.filter((pin) => pinMatches(pin.pin, offer));
  const own = pins.find((pin) => pin.packages.includes(offer.item.name));
  const general = pins.find((pin) => pin.packages.includes('*'));
  const pinned = own ?? general;
  if (pinned !== undefined) return pinned.priority;
  if (target !== undefined && archiveMatches(offer.archive, target)) return 990;
  return offer.archive.notAutomatic === true ? 100 : 500;
}

/** The offer that apt would install: the highest priority, then the newest. */
export function candidateOf(
  host: Host,
  name: string,
  offers: readonly Offer[],
  target?: string,
): Offer | undefined {
  const installed = host.state.packages[name];
  const present = installed?.status === 'config-files' ? undefined : installed?.version;
  const own = offers.filter((offer) => offer.item.name === name);
  if (own.length === 0) return undefined;
  const pins = readPins(host);
  return own
    .map((offer) => ({ offer, priority: priorityOf(host, offer, target, pins) }))
    .filter(({ offer, priority }) => {
      if (priority < 0) return false;
      const newer = present === undefined || compareVersions(offer.item.version, present) >= 0;
      // What is installed has 100; an older version is taken from 1000 on.
      return (
        (newer || priority >= 1000) &&
        (priority > 100 || present === undefined || offer.item.version === present)
      );
    })
    .toSorted(
      (a, b) =>
        b.priority - a.priority || compareVersions(b.offer.item.version, a.offer.item.version),
    )[0]?.offer;
}
