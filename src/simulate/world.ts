import type { Command } from './command.ts';
import type { Archive } from './debian/archive.ts';
import type { Host } from './host.ts';
import type { Database, DataDirectory } from './state.ts';

/** What a web address answers: a text, or an HTTP status that is no success. */
export type Page = string | { readonly status: number };

/** A release of a Python distribution, and which interpreters it installs on. */
export interface PythonRelease {
  readonly version: string;
  /** Like `>=3.7`; several conditions with commas between them. */
  readonly requires?: string;
  readonly depends?: readonly string[];
  /** Commands that it puts into `/usr/local/bin`. */
  readonly commands?: readonly string[];
  /** Debian packages without which it cannot be built. */
  readonly needs?: readonly string[];
}

/** The answer of a query: rows of columns, as `psql -At` prints them with `|` between. */
export type QueryAnswer = readonly (readonly string[])[];

/** Answers a query whose text, with every space made one, it knows; nothing when it does not. */
export type Query = (
  text: string,
  database: Database,
  server: DataDirectory,
) => QueryAnswer | undefined;

/** Everything around a host that it does not change: archives, the web, and the commands' models. */
export interface World {
  readonly archives: readonly Archive[];
  readonly pages: Readonly<Record<string, Page>>;
  readonly python: Readonly<Record<string, readonly PythonRelease[]>>;
  readonly commands: Readonly<Record<string, Command>>;
  readonly queries: readonly Query[];
  /** By unit: why it does not start now, when it does not; what starting it brings about. */
  readonly starting?: Readonly<Record<string, (host: Host) => string | undefined>>;
  /** By unit: what stopping it brings about. */
  readonly stopped?: Readonly<Record<string, (host: Host) => void>>;
  /** A daemon's process is there, or was ended by a signal. */
  readonly daemonStarted?: (host: Host, id: string, pid: number) => void;
  readonly daemonStopped?: (host: Host, id: string) => void;
  /** Called when the machine has started, with its units up. */
  readonly started?: (host: Host) => void;
}
