import type { Host } from './host.ts';

/** A call of a modelled command, with what a model needs to answer it. */
export interface CommandCall {
  /** The last part of its path: `docker`. */
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Who runs it: `root`, or whom runuser, su or sudo said. */
  readonly user: string;
  readonly host: Host;
  /** Adds to its standard output, which is sent at the next pause or at its end. */
  out(text: string): void;
  /** Adds to its standard error. */
  err(text: string): void;
  /** Its standard input as text. */
  input(): Promise<string>;
  /** Says that it changes something from here on. @throws CutOff when it is not let. */
  change(): Promise<void>;
  /** A moment amid its changes at which it can be cut off: what is done so far stays. */
  midway(what: string): Promise<void>;
  /** Waits for SIGINT or SIGTERM; nothing when it was killed. */
  signal(): Promise<string | undefined>;
}

/** The exit status; or the program, its `argv[0]` first, that takes the call over. */
export type Outcome =
  | number
  | {
      readonly exec: readonly [name: string, program: string, ...args: string[]];
      readonly as?: string;
    };

/**
 * A command's model. It refuses what the real one refuses, calls `change` before its first change,
 * and leaves the host as the real one would.
 */
export type Command = (call: CommandCall) => Promise<Outcome> | Outcome;

/** Thrown into a model whose call is cut off, or answered in its stead. */
export class CutOff extends Error {
  readonly status: number | undefined;

  constructor(status?: number) {
    super('cut off');
    this.status = status;
  }
}

/** Thrown by a model where the real command would wait for ever, for an answer that nobody gives. */
export class WouldHang extends Error {}

/** Thrown by a model to end with a message on standard error. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The same call with other arguments, for a command that is the front of another. */
export function withArgs(call: CommandCall, args: readonly string[]): CommandCall {
  const { name, path, cwd, environment, user, host } = call;
  return {
    name,
    path,
    cwd,
    environment,
    user,
    host,
    args,
    out: (text) => call.out(text),
    err: (text) => call.err(text),
    input: async () => call.input(),
    change: async () => call.change(),
    midway: async (what) => call.midway(what),
    signal: async () => call.signal(),
  };
}
