import {
  listClusters,
  makeWorld,
  type Archive,
  type ArchivePackage,
  type Database,
  type Host,
  type Key,
  type World,
} from 'stepwright/simulate';

/** Somebody else's repository, with a package made for the release that the server has. */
export const OTHER_BASE = 'https://packages.vendor.example/debian';
const OTHER_KEY: Key = {
  fingerprint: '7A0C5B2D9E4F61830DCBA9876543210FEDCBA987',
  user: 'Vendor Packages <packages@vendor.example>',
};
export const OTHER_PACKAGE = { name: 'vendor-monitor', version: '3.2.1-1' };

function otherArchive(codename: string): Archive {
  return {
    base: OTHER_BASE,
    suite: codename,
    label: { suite: codename, codename, origin: 'Vendor' },
    components: { main: [OTHER_PACKAGE] },
    signedBy: [OTHER_KEY.fingerprint],
  };
}

/** The key file's name and what is in it: the source names it. */
export const OTHER_KEYRING = '/usr/share/keyrings/vendor.asc';
export const OTHER_KEYS = [OTHER_KEY] as const;

/** The application's database, as its service reaches it: on the port that every client takes. */
export function appDatabase(host: Host): Database | undefined {
  const serving = listClusters(host).find(({ content }) => content?.server?.port === 5432)?.content;
  if (serving === undefined || !serving.roles.includes('app')) return undefined;
  return serving.databases['app'];
}

/** The service ends at once when its database is not there, or has not all that it wrote. */
function startApp(host: Host): string | undefined {
  const database = appDatabase(host);
  if (database === undefined) return 'could not connect to database app';
  return database.tables['accounts'] === undefined
    ? 'relation "accounts" does not exist'
    : undefined;
}

/** A version of curl that a point release has replaced since. */
export const OLDER_CURL: Readonly<Record<'bullseye' | 'bookworm', ArchivePackage>> = {
  bullseye: { name: 'curl', version: '7.74.0-1.3+deb11u7', commands: ['/usr/bin/curl'] },
  bookworm: { name: 'curl', version: '7.88.1-10+deb12u5', commands: ['/usr/bin/curl'] },
};

/** The kernel for machines in clouds, by its metapackage. */
export const CLOUD_KERNEL: Readonly<Record<'bullseye' | 'bookworm', ArchivePackage>> = {
  bullseye: { name: 'linux-image-cloud-amd64', version: '5.10.237-1' },
  bookworm: { name: 'linux-image-cloud-amd64', version: '6.1.147-1' },
};

/** Debian 11 to 13 on one mirror, a vendor's repository for Debian 11, and the application. */
export const world: World = makeWorld({
  releases: ['bullseye', 'bookworm', 'trixie'],
  packages: {
    bullseye: [OLDER_CURL.bullseye, CLOUD_KERNEL.bullseye],
    bookworm: [OLDER_CURL.bookworm, CLOUD_KERNEL.bookworm],
  },
  archives: [otherArchive('bullseye'), otherArchive('bookworm')],
  starting: { 'app.service': startApp },
});
