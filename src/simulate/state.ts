/**
 * Everything of a host that is not a file of its own making: plain data, so that a state can be
 * written down, copied and compared.
 */
export interface HostState {
  boot: Boot;
  /** What `dpkg --print-architecture` answers. */
  architecture: string;
  packages: Record<string, PackageState>;
  /** What the last `apt-get update` fetched. */
  lists: FetchedList[];
  /** Answers by question, as debconf keeps them. */
  debconf: Record<string, string>;
  units: Record<string, UnitState>;
  clusters: Cluster[];
  docker: ImageStore;
  podman: ImageStore;
  /** Python distributions by interpreter: `python['3.7'].pip === '18.1'`. */
  python: Record<string, Record<string, string>>;
  mounts: Mount[];
  /** Beginnings of the addresses that do not answer today. */
  offline: string[];
  /** A dpkg or apt of somebody else holds the lock for so many more calls. */
  locked: number;
  /** What a procedure's own model keeps. */
  extra: Record<string, unknown>;
}

export interface Boot {
  id: string;
  /** How often the machine was started. */
  count: number;
  /** The running kernel's release, as `uname -r` tells it. */
  kernel: string;
}

/** The states that dpkg knows, as `dpkg-query` spells them. */
export type PackageStatus =
  'installed' | 'config-files' | 'half-installed' | 'unpacked' | 'half-configured';

export interface PackageState {
  version: string;
  status: PackageStatus;
  hold?: boolean;
  /** Installed because another package needs it. */
  auto?: boolean;
  /** Half-installed in a way that only a new installation mends. */
  broken?: boolean;
}

/** One index of one line of a sources file. */
export interface FetchedList {
  /** `http://archive.debian.org/debian buster main`. */
  source: string;
}

export interface UnitState {
  enabled: boolean;
  active: 'active' | 'inactive' | 'failed' | 'activating';
  masked?: boolean;
  /** No unit file to enable or start of its own: `static`, or made by a generator. */
  static?: boolean;
  /** Starting it fails, and why. */
  fails?: string;
}

export type Row = Readonly<Record<string, string | number | boolean | null>>;

export interface Table {
  columns: string[];
  rows: Row[];
}

export interface Database {
  owner: string;
  tables: Record<string, Table>;
}

/** A PostgreSQL cluster as postgresql-common keeps it. */
export interface Cluster {
  version: string;
  name: string;
  port: number;
  online: boolean;
  start: 'auto' | 'manual' | 'disabled';
  /** A command was cut off while it made or filled this cluster. */
  partial?: boolean;
  roles: string[];
  databases: Record<string, Database>;
}

export interface Image {
  /** `docker.io/waltplatform/x:latest`, or without the registry where a tool drops it. */
  name: string;
  id: string;
  labels: Record<string, string>;
  /** The storage driver that its layers are kept with. */
  driver: string;
  megabytes: number;
}

export interface ImageStore {
  driver: string;
  images: Image[];
  containers: { name: string; image: string; running: boolean }[];
}

export interface Mount {
  target: string;
  device: string;
  type: string;
  options: string;
  megabytes: number;
  free: number;
}
