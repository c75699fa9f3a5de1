import type { Archive, ArchivePackage } from './archive.ts';
import { PACKAGES, type Recipe } from './packages.ts';
import { CODENAMES, RELEASES, type Codename } from './release.ts';

function isRecipe(entry: Recipe | ArchivePackage): entry is Recipe {
  return 'versions' in entry;
}

/** The packages of a release, each in its component. */
function placedPackages(codename: Codename): { component: string; item: ArchivePackage }[] {
  const column = CODENAMES.indexOf(codename);
  const release = RELEASES[codename];
  return PACKAGES.flatMap((entry) => {
    if (!isRecipe(entry)) return [{ component: 'main', item: entry }];
    const version = entry.versions[column];
    if (version === undefined || version === null) return [];
    const { versions: _, of, component, ...item } = entry;
    return [
      {
        component: component?.(release) ?? 'main',
        item: { ...item, version, ...of?.(release) },
      },
    ];
  });
}

/** The packages of a release, whatever their component. */
export function packagesOf(codename: Codename): ArchivePackage[] {
  return placedPackages(codename).map(({ item }) => item);
}

/** The components of a release, with their packages: non-free-firmware came with Debian 12. */
function componentsOf(codename: Codename): Record<string, ArchivePackage[]> {
  const names = ['main', 'contrib', 'non-free'];
  if (Number(RELEASES[codename].number) >= 12) names.push('non-free-firmware');
  const placed = placedPackages(codename);
  return Object.fromEntries(
    names.map((name) => [
      name,
      placed.filter(({ component }) => component === name).map(({ item }) => item),
    ]),
  );
}

/** Where releases that are archived live, and where the others do. */
export const ARCHIVE_BASE = 'http://archive.debian.org/debian';
export const MIRROR_BASE = 'http://mirror.example/debian';
const SECURITY = {
  archived: 'http://archive.debian.org/debian-security',
  current: 'http://mirror.example/debian-security',
};

/** The suites of a release: itself with `more` packages, its updates, security updates and backports. */
export function archivesOf(
  codename: Codename,
  backports: readonly ArchivePackage[] = [],
  more: readonly ArchivePackage[] = [],
): Archive[] {
  const { key, suite, number, archived } = RELEASES[codename];
  const base = archived ? ARCHIVE_BASE : MIRROR_BASE;
  const common = { signedBy: [key.fingerprint], ...(archived ? { expired: true } : {}) };
  const label = { suite, codename, version: number };
  const old = CODENAMES.indexOf(codename) < 2;
  const security = old ? `${codename}/updates` : `${codename}-security`;
  const components = componentsOf(codename);
  const none = Object.fromEntries(Object.keys(components).map((name) => [name, []]));
  return [
    {
      base,
      suite: codename,
      label,
      components: { ...components, main: [...(components['main'] ?? []), ...more] },
      ...common,
    },
    {
      base: archived ? SECURITY.archived : SECURITY.current,
      suite: security,
      label,
      components: none,
      ...common,
    },
    ...(codename === 'stretch'
      ? []
      : [
          {
            base,
            suite: `${codename}-updates`,
            label,
            components: none,
            ...common,
          },
        ]),
    {
      base,
      suite: `${codename}-backports`,
      label: { ...label, suite: `${codename}-backports`, codename: `${codename}-backports` },
      components: { main: backports },
      notAutomatic: true,
      ...common,
    },
  ];
}
