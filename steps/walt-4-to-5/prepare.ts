import { apt, containers, file, path, system, text, url } from 'stepwright';
import {
  backupDir,
  debianMirror,
  dockerDriver,
  dockerKey,
  dockerRepository,
  inventory,
  kubicRepository,
  newSeccomp,
  prefetch,
  savedImages,
  saveImages,
  securityMirror,
} from './values.ts';

/** What podman, buildah and WalT 5 need, in the words of apt. */
export const components = [
  'buildah',
  'podman',
  'docker-ce',
  'docker-ce-cli',
  'containerd.io',
  'python3-dev',
];

/** While WalT still runs: copies, the new sources, and every package that will be needed. */
export const prepare = [
  apt.settled({
    id: 'packages-settled',
    why: 'an upgrade on top of a half-installed package fails half-way',
  }),
  system.saved({
    id: 'system-saved',
    why: 'settings and the state of the packages cannot be made again',
    to: path(backupDir, 'system.tar.gz'),
    // What is half of the new release is no backup of the old one.
    untilBegun: 'sources-of-buster',
    undo: 'take single files out of the archive with tar; do not unpack it over a running system',
  }),
  containers.inventoried({
    ...inventory,
    id: 'images-known',
    why: 'the new WalT forgets every image that it finds in neither storage',
    // Asked while WalT runs yet.
    room: { saved: savedImages, when: saveImages },
    until: 'images-counted',
  }),
  containers.driverRecorded({
    id: 'driver-known',
    why: 'images kept by the driver aufs cannot be read by every newer docker',
    into: dockerDriver,
  }),
  apt.thirdPartyDisabled({
    id: 'third-party-disabled',
    why: 'their packages are made for the old release and can block the upgrade',
    // Those that this procedure writes itself; one of docker's for the old release goes like any other.
    lists: ['docker', 'libcontainers'],
    undo: 'take the comment signs off again in the files that the log names',
  }),
  apt.suites({
    id: 'sources-of-buster',
    why: 'packages come from Debian 10 from now on, which only the archive still has',
    from: 'stretch',
    to: 'buster',
    mirror: debianMirror,
    securityMirror,
    archived: true,
    undo: 'copy the original sources back from the folder originals of the state',
  }),
  file.content({
    id: 'backports-known',
    why: 'podman needs a newer libseccomp2 than Debian 10 has',
    when: newSeccomp,
    path: '/etc/apt/sources.list.d/buster-backports.list',
    lines: [text`deb [check-valid-until=no] ${debianMirror} buster-backports main`],
  }),
  file.content({
    id: 'seccomp-preferred',
    why: 'apt takes nothing from backports unless it is told to',
    when: newSeccomp,
    path: '/etc/apt/preferences.d/libseccomp2',
    lines: ['Package: libseccomp2', 'Pin: release n=buster-backports', 'Pin-Priority: 500'],
  }),
  apt.repository({
    id: 'docker-repository',
    why: 'docker-ce reads the images of the old docker once more, for podman',
    name: 'docker',
    url: dockerRepository,
    suite: 'buster',
    components: ['stable'],
    architectures: ['amd64'],
    key: url(dockerRepository, 'gpg'),
    fingerprints: [dockerKey],
  }),
  apt.repository({
    id: 'kubic-repository',
    why: 'Debian 10 has no podman; its key was replaced once, so none is pinned',
    name: 'libcontainers',
    url: kubicRepository,
    suite: '/',
    key: url(kubicRepository, 'Release.key'),
  }),
  apt.indexes({
    id: 'indexes-fetched',
    why: 'apt upgrades to what it knows of, and a fetch that failed would pass for no news',
    suite: 'buster',
    needs: ['sources-of-buster', 'backports-known', 'docker-repository', 'kubic-repository'],
  }),
  apt.prefetched({
    id: 'packages-fetched',
    why: 'WalT is down for the installation alone, and a network that fails then does no harm',
    when: prefetch,
    suite: 'buster',
    packages: components,
    needs: ['indexes-fetched', 'seccomp-preferred'],
  }),
];
