import { apt, containers, file, path, pip, postgres, service } from 'stepwright';
import { components } from './prepare.ts';
import {
  backupDir,
  configureDhcp,
  getPip,
  images,
  inventory,
  newSeccomp,
  savedImages,
  saveImages,
  waltVersion,
} from './values.ts';

/** WalT is taken out of service, and what it has is saved. */
export const takeDown = [
  service.stopped({
    id: 'walt-stopped',
    why: 'nothing may change the database and the images while they are moved',
    unit: 'walt-server',
    undo: 'start it again: systemctl start walt-server',
  }),
  service.disabled({
    id: 'walt-disabled',
    why: 'the daemon must not migrate images by itself after the reboot, before they are looked at',
    unit: 'walt-server',
    undo: 'enable it again: systemctl enable walt-server',
  }),
  containers.inventoried({
    ...inventory,
    id: 'images-counted',
    why: 'images were made and removed while the packages were fetched',
    title: 'the names of the container images are what they are with WalT stopped',
    needs: ['images-known'],
    untilBegun: 'os-upgraded',
  }),
  containers.saved({
    id: 'images-saved',
    why: 'the newer docker may be unable to read the images of the old one',
    when: saveImages,
    images,
    to: savedImages,
    until: 'os-upgraded',
  }),
  postgres.dump({
    id: 'database-saved',
    why: 'the upgrade of the cluster could fail',
    database: 'walt',
    to: path(backupDir, 'walt-db.dump'),
    as: 'root',
    until: 'cluster-upgraded',
  }),
];

/** From Debian 9 to Debian 10, with what WalT 5 needs. */
export const upgrade = [
  pip.absent({
    id: 'walt-4-absent',
    why: 'the old WalT is made for Python 2, which the new one does not use',
    python: 'python2',
    packages: ['walt-server', 'walt-virtual', 'walt-client', 'walt-common'],
    until: 'os-upgraded',
  }),
  apt.absent({
    id: 'old-docker-absent',
    why: 'docker-ce takes its place; removed and not purged, so that the images stay on the disk',
    packages: ['docker-engine', 'docker.io'],
  }),
  apt.distUpgraded({
    id: 'os-upgraded',
    why: 'WalT 5 is made for Debian 10',
    suite: 'buster',
    answers: {
      libcUpgrade: 'yes',
      restartServices: 'yes',
      postgresqlNotice: 'ignore',
      conffiles: 'keep',
      grub: 'boot-disk',
    },
  }),
  apt.installed({
    id: 'seccomp-new',
    why: 'podman fails with the libseccomp2 of Debian 10',
    when: newSeccomp,
    packages: ['libseccomp2'],
    suite: 'buster-backports',
    minimumVersion: '2.4',
    needs: ['os-upgraded'],
  }),
  apt.installed({
    id: 'components-installed',
    why: 'WalT 5 keeps its images with buildah and podman, and is built with python3-dev',
    packages: components,
    needs: ['os-upgraded'],
  }),
  pip.itself({
    id: 'pip-there',
    why: 'WalT is installed with pip, and the newest one refuses the Python of Debian 10',
    url: getPip,
    needs: ['os-upgraded'],
  }),
  postgres.upgraded({
    id: 'cluster-upgraded',
    why: 'PostgreSQL 11 does not read the files of 9.6',
    from: '9.6',
    to: '11',
    databases: ['walt'],
    needs: ['os-upgraded'],
  }),
  pip.installed({
    id: 'walt-5-installed',
    why: 'it is what all this is for; without its version, pip would take one for a later Debian',
    packages: [
      { name: 'walt-server', version: waltVersion },
      { name: 'walt-client', version: waltVersion },
    ],
    needs: ['pip-there', 'components-installed'],
  }),
  file.line({
    id: 'dhcp-configured',
    why: 'the dhcp server of Debian 10 reads its interfaces from another line',
    when: configureDhcp,
    path: '/etc/default/isc-dhcp-server',
    line: 'INTERFACESv4="walt-net"',
    // What is set for IPv6 stays.
    replaces: ['INTERFACES=', 'INTERFACESv4='],
  }),
];
