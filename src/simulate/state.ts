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
  /** Counts what gets an identifier of its own. */
  serial: number;
  postgres: DataDirectory[];
  daemons: Daemon[];
  docker: ImageStore;
  podman: ImageStore;
  /** Python distributions by interpreter: `python['3.7'].pip === '18.1'`. */
  python: Record<string, Record<string, string>>;
  /** Those of them that pip was cut off at, by interpreter: it takes them for installed. */
  halfPython: Record<string, string[]>;
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
  /** What it was upgraded from, until it is configured. */
  previous?: string;
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
  /** Nobody may connect to it. */
  closed?: boolean;
}

/** A PostgreSQL data directory, known by the identifier in its `global/pg_control`. */
export interface DataDirectory {
  /** A 64-bit number in decimal digits. */
  id: string;
  version: string;
  roles: string[];
  databases: Record<string, Database>;
  /** Goes up at each start, stop and change; it is in `pg_control` too. */
  generation: number;
  server?: Server;
}

/** A server that runs on a data directory. */
export interface Server {
  /** `9.6/main`, by whose settings it was started. */
  cluster: string;
  folder: string;
  port: number;
  hbaFile: string;
  /** The users that its pg_hba.conf lets in; `all` is everybody. */
  admits: string[];
}

/** A process that goes on after the command that started it. */
export interface Daemon {
  id: string;
  folder: string;
  /** In the host; 0 until it is there. */
  pid: number;
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
