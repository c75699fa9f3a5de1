import type { Archive, ArchivePackage } from './archive.ts';
import { PACKAGES, type Recipe } from './packages.ts';
import { CODENAMES, RELEASES, type Codename } from './release.ts';

function isRecipe(entry: Recipe | ArchivePackage): entry is Recipe {
  return 'versions' in entry;
}

/** The packages of a release's `main`. */
export function packagesOf(codename: Codename): ArchivePackage[] {
  const column = CODENAMES.indexOf(codename);
  return PACKAGES.flatMap((entry) => {
    if (!isRecipe(entry)) return [entry];
    const version = entry.versions[column];
    if (version === undefined || version === null) return [];
    const { versions: _, of, ...item } = entry;
    return [{ ...item, version, ...of?.(RELEASES[codename]) }];
  });
}

/** Where releases that are archived live, and where the others do. */
export const ARCHIVE_BASE = 'http://archive.debian.org/debian';
export const MIRROR_BASE = 'http://mirror.example/debian';
const SECURITY = {
  archived: 'http://archive.debian.org/debian-security',
  current: 'http://mirror.example/debian-security',
};

/** The suites of a release: itself, its updates, security updates and backports. */
export function archivesOf(
  codename: Codename,
  backports: readonly ArchivePackage[] = [],
): Archive[] {
  const { key, suite, number, archived } = RELEASES[codename];
  const base = archived ? ARCHIVE_BASE : MIRROR_BASE;
  const common = { signedBy: [key.fingerprint], ...(archived ? { expired: true } : {}) };
  const label = { suite, codename, version: number };
  const old = CODENAMES.indexOf(codename) < 2;
  const security = old ? `${codename}/updates` : `${codename}-security`;
  const none = { contrib: [], 'non-free': [] };
  return [
    {
      base,
      suite: codename,
      label,
      components: { main: packagesOf(codename), ...none },
      ...common,
    },
    {
      base: archived ? SECURITY.archived : SECURITY.current,
      suite: security,
      label,
      components: { main: [], ...none },
      ...common,
    },
    ...(codename === 'stretch'
      ? []
      : [
          {
            base,
            suite: `${codename}-updates`,
            label,
            components: { main: [], ...none },
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
