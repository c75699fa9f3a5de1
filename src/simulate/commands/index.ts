import type { Command } from '../command.ts';
import { aptCache, aptConfig, aptMark } from './apt-query.ts';
import { aptKey } from './apt-key.ts';
import { aptGet } from './apt-get.ts';
import { grubInstall, updateGrub, updateInitramfs } from './boot-loader.ts';
import { aptHelper, curl } from './curl.ts';
import { debconfCommunicate, debconfSetSelections, debconfShow } from './debconf.ts';
import { df, findmnt, lsblk } from './disks.ts';
import { docker } from './docker.ts';
import { dpkg } from './dpkg.ts';
import { dpkgQuery } from './dpkg-query.ts';
import { gpg } from './gpg.ts';
import {
  pgConftool,
  pgCreatecluster,
  pgCtlcluster,
  pgDropcluster,
  pgLsclusters,
} from './pg-clusters.ts';
import { pgDump, pgRestore } from './pg-dump.ts';
import { pgUpgradecluster } from './pg-upgradecluster.ts';
import { pipCommand, python } from './python.ts';
import { pgIsready, psql, vacuumdb } from './psql.ts';
import { podman } from './podman.ts';
import { statWithInode } from './real.ts';
import { getent, journalctl, ldconfig, ldd, runuser, sync, uname } from './system.ts';
import { reboot, systemctl } from './systemctl.ts';

/** The models of the commands that upgrades of Debian servers call, by name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  'apt-cache': aptCache,
  'apt-config': aptConfig,
  'apt-get': aptGet,
  'apt-helper': aptHelper,
  'apt-key': aptKey,
  'apt-mark': aptMark,
  curl,
  'debconf-communicate': debconfCommunicate,
  'debconf-set-selections': debconfSetSelections,
  'debconf-show': debconfShow,
  df,
  docker,
  dpkg,
  'dpkg-query': dpkgQuery,
  findmnt,
  getent,
  gpg,
  'grub-install': grubInstall,
  journalctl,
  ldconfig,
  ldd,
  lsblk,
  pg_conftool: pgConftool,
  pg_createcluster: pgCreatecluster,
  pg_ctlcluster: pgCtlcluster,
  pg_dropcluster: pgDropcluster,
  pg_dump: pgDump,
  pg_isready: pgIsready,
  pg_lsclusters: pgLsclusters,
  pg_restore: pgRestore,
  pg_upgradecluster: pgUpgradecluster,
  pip: pipCommand,
  pip2: pipCommand,
  pip3: pipCommand,
  podman,
  psql,
  python,
  python2: python,
  python3: python,
  reboot,
  runuser,
  stat: statWithInode,
  su: runuser,
  sync,
  systemctl,
  uname,
  'update-grub': updateGrub,
  'update-initramfs': updateInitramfs,
  vacuumdb,
};
