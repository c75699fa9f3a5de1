import { carried, parameter, path } from 'stepwright';

/** Images that are being fetched. */
export const UNREADY = 'SELECT fullname FROM images WHERE NOT ready';

/** Where copies of what is changed are kept. */
export const backupDir = parameter.path('backup-dir', {
  default: '/var/backups/walt-4-to-5',
  help: 'where the copies of the database, the images and the settings are kept',
});

/** WalT's release number is its package version; a later one is made for another Debian. */
export const waltVersion = parameter.version('walt-version', {
  default: '5',
  help: 'the version of walt-server and walt-client that is installed',
});

export const debianMirror = parameter.url('debian-mirror', {
  default: 'http://archive.debian.org/debian',
  help: 'where the packages of Debian 10 come from',
});

export const securityMirror = parameter.url('security-mirror', {
  default: 'http://archive.debian.org/debian-security',
  help: 'where the security updates of Debian 10 come from',
});

export const dockerRepository = parameter.url('docker-repository', {
  default: 'https://download.docker.com/linux/debian',
  help: 'the repository of docker-ce',
});

export const dockerKey = parameter.fingerprint('docker-key', {
  default: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
  help: 'the fingerprint of the key that signs the repository of docker-ce',
});

export const kubicRepository = parameter.url('kubic-repository', {
  default: 'https://download.opensuse.org/repositories/devel:kubic:libcontainers:stable/Debian_10',
  help: 'the repository of podman and buildah; nobody maintains it any more',
});

export const getPip = parameter.url('get-pip', {
  default: 'https://bootstrap.pypa.io/pip/3.7/get-pip.py',
  help: 'the script that installs pip for Python 3.7',
});

export const saveImages = parameter.boolean('save-images', {
  default: 'yes',
  help: 'whether every image is saved to a file before docker is replaced',
});

export const prefetch = parameter.boolean('prefetch', {
  default: 'yes',
  help: 'whether all packages are fetched before WalT is stopped',
});

export const newSeccomp = parameter.boolean('new-seccomp', {
  default: 'yes',
  help: 'whether libseccomp2 comes from buster-backports, as podman wants it',
});

export const configureDhcp = parameter.boolean('configure-dhcp', {
  default: 'no',
  help: 'whether isc-dhcp-server is told its interface in the way of Debian 10',
});

export const stallSeconds = parameter.integer('stall-seconds', {
  default: 3600,
  minimum: 60,
  help: 'seconds without progress after which the migration of the images has failed',
});

/** Images of WalT nodes, by name: what must not be lost. */
export const images = carried.lines('images', 'the names of the images');

/**
 * Those of them that WalT's database names: no others does the new daemon take over. WalT passes over
 * names without a "/" and over those of half-made clones.
 */
export const waltImages = carried.lines('walt-images', 'the names of the images of WalT');

/** What is asked of the images of version 4, as long as they are docker's. */
export const inventory = {
  into: images,
  label: 'walt.node.models',
  expected: {
    database: 'walt',
    query: 'SELECT fullname FROM images WHERE ready',
    into: waltImages,
    pending: {
      query: UNREADY,
      remedy:
        'Its new version would forget them. Let WalT run (systemctl start walt-server) and wait until they are ready, or remove them by walt image; then run this script again.',
    },
  },
};

/** Tells which way out there is when docker does not list its images any more. */
export const dockerDriver = carried.identifier('docker-driver', "docker's storage driver");

/** The folder of the saved images. */
export const savedImages = path(backupDir, 'images');

export const parameters = [
  backupDir,
  waltVersion,
  debianMirror,
  securityMirror,
  dockerRepository,
  dockerKey,
  kubicRepository,
  getPip,
  saveImages,
  prefetch,
  newSeccomp,
  configureDhcp,
  stallSeconds,
];
