import { parameter } from 'stepwright';

/** What an administrator may set of every upgrade of a Debian server. */
export const service = parameter.identifier('service', {
  default: 'app.service',
  help: 'the unit that uses the database: stopped for the upgrade, and started after it',
});

export const databases = parameter.identifiers('databases', {
  default: '',
  help: 'databases that are saved, and have to be in one of the clusters afterwards; every other one is copied as well',
});

export const clusters = parameter.identifiers('clusters', {
  default: 'main',
  help: 'the PostgreSQL clusters that are upgraded, as pg_lsclusters names them',
});

export const mirror = parameter.urlOrNone('mirror', {
  default: '',
  help: 'where the packages of the new release come from; empty: from where those of the old one do',
});

export const securityMirror = parameter.urlOrNone('security-mirror', {
  default: '',
  help: 'the same for its security updates',
});

export const backups = parameter.path('backup-dir', {
  default: '/var/backups/release-upgrade',
  help: 'where the backups and lists go',
});

export const kernels = parameter.identifiers('kernel-packages', {
  default: 'linux-image-amd64',
  help: "the kernel's metapackage: linux-image-ARCHITECTURE; none in a container",
});

export const keep = parameter.identifiers('keep', {
  default: '',
  help: 'packages that the upgrade must not remove',
});

export const mayPurge = parameter.boolean('purge-obsolete', {
  default: 'no',
  help: 'whether packages that the new release does not have any more are purged',
});

export const parameters = [
  service,
  databases,
  clusters,
  mirror,
  securityMirror,
  backups,
  kernels,
  keep,
  mayPurge,
];
