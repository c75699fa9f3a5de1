import type { Host } from '../host.ts';

/** A unit that a package brings. */
export interface PackagedUnit {
  /** A package's installation enables and starts it unless told not to. */
  readonly enabled: boolean;
  readonly started: boolean;
}

/** A question that a package asks when it is configured, and nobody has answered it. */
export interface PackagedQuestion {
  readonly name: string;
  /** What it takes when debconf may not ask; nothing when the package fails without an answer. */
  readonly fallback?: string;
  /** Asked of an upgrade from another version alone. */
  readonly onUpgrade?: boolean;
}

/** A binary package of an archive. */
export interface ArchivePackage {
  readonly name: string;
  readonly version: string;
  /** `a | b (>= 2)`, one an entry. */
  readonly depends?: readonly string[];
  readonly recommends?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly provides?: readonly string[];
  readonly essential?: boolean;
  /** Commands that the host answers for, by path. */
  readonly commands?: readonly string[];
  /** Files by path, removed with the package. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files under /etc that belong to the administrator once they are there. */
  readonly conffiles?: Readonly<Record<string, string>>;
  /** `libx.so.1`, `libx.so.1 (>= 2)`: what its programs do not start without, by program; libc is left out. */
  readonly libraries?: Readonly<Record<string, readonly string[]>>;
  readonly units?: Readonly<Record<string, PackagedUnit>>;
  readonly questions?: readonly PackagedQuestion[];
  /** Kilobytes that it takes once installed. */
  readonly size?: number;
  /** Done when it is configured: the part of its postinst that matters here. */
  readonly configured?: (host: Host, previous: string | undefined) => void;
  readonly removed?: (host: Host) => void;
  /** Done when its settings and data are to go too. */
  readonly purged?: (host: Host) => void;
}

/** A suite of a repository, as its Release file and its indexes tell it. */
export interface Archive {
  /** `http://archive.debian.org/debian`, without a slash at the end. */
  readonly base: string;
  /** `buster/updates`; a flat repository's ends in a slash: `/`. */
  readonly suite: string;
  /** What the Release file says of itself. */
  readonly label: {
    readonly suite: string;
    readonly codename: string;
    readonly version?: string;
    /** `Debian` where it is left out. */
    readonly origin?: string;
  };
  /** By component; a flat repository has one, named ''. */
  readonly components: Readonly<Record<string, readonly ArchivePackage[]>>;
  /** Fingerprints of the keys that sign it. */
  readonly signedBy: readonly string[];
  /** Its Release file's Valid-Until date has passed. */
  readonly expired?: boolean;
  /** Backports: taken only when asked for. */
  readonly notAutomatic?: boolean;
}
