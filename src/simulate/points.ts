import type { Host } from './host.ts';

/** A call as it is kept in the host's log. */
export interface LoggedCall {
  /** Counted from 1, over all the host's calls. */
  readonly number: number;
  /** The name and the arguments, as they were given. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly user: string;
  /** A real program runs; the host only took note. */
  readonly real: boolean;
  /** The step that the script's journal has as begun at the time, when it has one. */
  readonly step: string | undefined;
  /** Whether it got to the point where it changes something. */
  changing: boolean;
  status: number | undefined;
}

/** A moment of a run at which something can befall it. */
export interface Point {
  /** Counted from 1, over the run. */
  readonly number: number;
  readonly call: LoggedCall;
  readonly phase: 'before' | 'midway' | 'after';
  /** What has just been done, of a call that does several things. */
  readonly what: string;
  readonly host: Host;
}

/** The signals that an administrator, a terminal or a system that shuts down sends. */
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What befalls the run at a point; nothing means that it goes on. */
export type Verdict =
  /** SIGKILL to the script and everything that it has started. */
  | { readonly kill: true }
  /** A signal, to the script alone or as a terminal sends it, to its whole group. */
  | { readonly signal: Signal; readonly to: 'script' | 'group' }
  /** The call does nothing and ends with this status. */
  | { readonly answer: number };

/** Judges each point of a run. */
export type Judge = (point: Point) => Verdict | undefined | Promise<Verdict | undefined>;
