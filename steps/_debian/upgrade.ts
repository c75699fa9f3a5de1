import { apt, path, postgres, reboot, service as units, system } from 'stepwright';
import type { RequirementInput, Steps } from 'stepwright';
import {
  backups,
  clusters,
  databases,
  keep,
  kernels,
  mayPurge,
  mirror,
  securityMirror,
  service,
} from './parameters.ts';

/** A release of Debian, and the version of PostgreSQL that it has. */
export interface Release {
  readonly codename: string;
  /** "Debian 12". */
  readonly name: string;
  /** "15". */
  readonly postgres: string;
  /** What its server of PostgreSQL needs besides, to start with the settings of the old one. */
  readonly further?: { readonly packages: readonly string[]; readonly why: string };
}

/** From one release of Debian to the next. */
export interface Upgrade {
  readonly from: Release;
  readonly to: Release;
  /** MiB that have to be free in /boot for one more kernel of the new release, with its initrd. */
  readonly bootSpace: number;
  /** What has to hold for this release alone. */
  readonly requires?: readonly RequirementInput[];
  /** What this release alone needs done while the service runs yet. */
  readonly prepares?: Steps;
  /** Components that others take the place of. */
  readonly components?: Readonly<Record<string, string[]>>;
}

/** The server of PostgreSQL that `release` has, and what comes with it. */
function serverOf({ postgres: version, further }: Release): string[] {
  return [`postgresql-${version}`, ...(further?.packages ?? [])];
}

const answers = {
  libcUpgrade: 'yes',
  restartServices: 'yes',
  conffiles: 'keep',
  postgresqlNotice: 'ignore',
  grub: 'boot-disk',
} as const;

/** While the service runs: everything is saved, found to be possible, and fetched. */
function prepared({ from, to, components, prepares = [] }: Upgrade): Steps {
  return [
    apt.settled({
      id: 'packages-settled',
      why: 'a run that was cut off may have left some half-way, and apt does nothing until they are not',
    }),
    system.saved({
      id: 'system-saved',
      why: 'settings and what dpkg knows cannot be had back otherwise',
      undo: 'unpack the archive elsewhere, and compare',
      to: path(backups, `system-${from.codename}.tar.gz`),
      // What is half of the new release is no backup of the old one.
      untilBegun: 'suites-changed',
    }),
    apt.thirdPartyDisabled({
      id: 'other-sources-disabled',
      why: 'what they have was made for the old release',
      undo: 'take the comment signs away, once they have packages for the new release',
    }),
    apt.indexes({
      id: 'old-indexes-fetched',
      why: 'packages that no source has can be told only by them, and the point release by no older ones',
      suite: from.codename,
      recent: true,
      // Somebody may have begun the upgrade by hand.
      orSuite: to.codename,
      needs: ['other-sources-disabled'],
      until: 'suites-changed',
    }),
    apt.distUpgraded({
      id: 'old-release-current',
      title: `${from.name} is at its latest point release`,
      why: 'nobody has tried the upgrade from an older one; services restart as for any security update',
      suite: from.codename,
      orSuite: to.codename,
      answers,
      keep,
      needs: ['old-indexes-fetched'],
      // Sources of which some name the new release would upgrade a part of it.
      untilBegun: 'suites-changed',
    }),
    apt.foreignListed({
      id: 'foreign-listed',
      why: "the administrator's own packages are not obsolete",
      to: path(backups, `foreign-${from.codename}.list`),
      suite: from.codename,
      // What the upgrade to this release has left is nobody's own.
      except: path(backups, `obsolete-${from.codename}.list`),
    }),
    apt.suites({
      id: 'suites-changed',
      why: `the packages of ${to.name} come from there`,
      undo: `as long as nothing was upgraded: copy the sources back out of the archive system-${from.codename}.tar.gz, then apt-get update`,
      from: from.codename,
      to: to.codename,
      mirror,
      securityMirror,
      ...(components === undefined ? {} : { components }),
    }),
    apt.indexes({
      id: 'indexes-fetched',
      why: 'an upgrade without them ends well, and does nothing',
      suite: to.codename,
      // Where somebody has changed the sources by hand, that fetches these.
      needs: ['old-indexes-fetched'],
    }),
    apt.prefetched({
      id: 'packages-fetched',
      why: 'the service is down for the installation alone, and the network is not needed then',
      suite: to.codename,
      packages: [...serverOf(to), kernels],
      keep,
    }),
    prepares,
  ];
}

/** While the service is down: the packages, then the data. */
function upgraded({ from, to }: Upgrade): Steps {
  return [
    units.stopped({
      id: 'service-stopped',
      why: 'it must not write while its database moves',
      undo: 'start it again, with systemctl start',
      unit: service,
      until: 'cluster-upgraded',
    }),
    postgres.dumps({
      id: 'databases-saved',
      title: 'each of the named databases is saved in a file',
      why: 'the upgrade of their cluster could fail',
      databases,
      to: path(backups, `databases-${from.codename}`),
      version: from.postgres,
      clusters,
    }),
    apt.minimalUpgrade({
      id: 'minimally-upgraded',
      why: 'what conflicts with nothing is out of the way of the rest',
      suite: to.codename,
      answers,
    }),
    apt.distUpgraded({
      id: 'distribution-upgraded',
      why: 'this is the upgrade',
      suite: to.codename,
      answers,
      keep,
    }),
    apt.installed({
      id: 'kernel-installed',
      title: "the kernel's metapackage is installed",
      why: 'the metapackage brings the kernel of the release, and its security updates',
      packages: [kernels],
    }),
    apt.installed({
      id: 'postgresql-installed',
      why: [
        `the server of ${from.name} gets no security updates in ${to.name}`,
        ...(to.further === undefined ? [] : [to.further.why]),
      ].join('; '),
      packages: serverOf(to),
      // Where package postgresql is installed, it comes with that.
      needs: ['distribution-upgraded'],
    }),
    postgres.upgraded({
      id: 'cluster-upgraded',
      why: 'the new server does not read the data of the old one, and texts are sorted in another way',
      from: from.postgres,
      to: to.postgres,
      clusters,
      databases,
    }),
  ];
}

/** After the reboot: the machine is what it should be, and serves again. */
function verified({ from, to }: Upgrade): Steps {
  const foreign = path(backups, `foreign-${from.codename}.list`);
  return [
    system.verified({
      id: 'system-verified',
      why: 'nothing is built upon an upgrade that did not come to its end',
      release: to.codename,
    }),
    postgres.answering({
      id: 'cluster-answers',
      why: 'the service needs it',
      version: to.postgres,
      clusters,
      databases,
    }),
    units.started({ id: 'service-started', why: 'it is what the machine is for', unit: service }),
    apt.obsoleteListed({
      id: 'obsolete-listed',
      why: 'nobody mends these packages any more',
      to: path(backups, `obsolete-${to.codename}.list`),
      foreign,
    }),
    apt.obsoletePurged({
      id: 'obsolete-purged',
      why: 'nobody mends these packages any more',
      undo: 'install them again from the old release; their settings are in the archive of /etc',
      when: mayPurge,
      foreign,
      keep,
    }),
  ];
}

/** A server with PostgreSQL and one service, from one release to the next, with one reboot. */
export function releaseUpgrade(upgrade: Upgrade): Steps {
  const { to } = upgrade;
  return [
    prepared(upgrade),
    upgraded(upgrade),
    reboot({
      id: 'rebooted',
      why: 'the kernel, systemd and every service of the new release have to run',
      release: to.codename,
      releaseName: to.name,
      kernel: 'newest',
    }),
    verified(upgrade),
  ];
}
