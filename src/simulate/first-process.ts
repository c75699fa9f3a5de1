import type { Called, Conversation } from './root/server.ts';
import type { RunControl } from './run-control.ts';
import type { Daemon } from './state.ts';

/** The daemons whose process is under way, by id. */
export class Makers {
  readonly #there = new Map<string, Promise<void>>();
  readonly #settle = new Map<string, () => void>();

  /** What is settled when a process that somebody has asked for is there, or will not be. */
  underWay(id: string): Promise<void> | undefined {
    return this.#there.get(id);
  }

  async begin(id: string): Promise<void> {
    const there = new Promise<void>((resolve) => {
      this.#settle.set(id, resolve);
    });
    this.#there.set(id, there);
    return there;
  }

  end(id: string): void {
    this.#settle.get(id)?.();
    this.#settle.delete(id);
    this.#there.delete(id);
  }
}

async function makeDaemon(
  { makers }: RunControl,
  conversation: Conversation,
  { id, folder }: Daemon,
): Promise<void> {
  const there = makers.begin(id);
  conversation.say('daemon', id, folder);
  conversation.send();
  // A shim that was killed may have been so before it came to it.
  if ((await conversation.word()) !== undefined)
    await Promise.race([there, conversation.whenGone()]);
  makers.end(id);
}

/** Has a real process made for each of the daemons, by the shim at the other end. */
export async function makeDaemons(
  control: RunControl,
  conversation: Conversation,
  daemons: readonly Daemon[],
): Promise<void> {
  for (const daemon of daemons) {
    const underWay = control.makers.underWay(daemon.id);
    if (underWay !== undefined) await underWay;
    // Somebody may have stopped it meanwhile.
    else if (control.host.state.daemons.includes(daemon))
      await makeDaemon(control, conversation, daemon);
  }
}

/** A daemon's process is there, and holds its connection as long as it lives. */
export async function takeDaemon(
  control: RunControl,
  called: Called,
  conversation: Conversation,
): Promise<void> {
  const [id = ''] = called.args;
  conversation.end();
  try {
    control.host.daemonStarted(id, called.pid);
  } catch {
    // A server that cannot write its pid file does not run.
    await control.end(called.pid);
  }
  control.makers.end(id);
  await conversation.whenGone();
  control.daemonStopped(id, called.pid);
}

/** What the first process of a host does: it starts the daemons, then the script, as often as it is run. */
export async function leadRun(control: RunControl, conversation: Conversation): Promise<void> {
  // What it says itself, of jobs that were killed, is nobody's output.
  conversation.say('exec 2>/dev/null');
  await makeDaemons(control, conversation, [...control.host.state.daemons]);
  let status: number;
  do {
    conversation.say('run', ...control.command);
    conversation.send();
    const word = await conversation.word();
    if (word === undefined) {
      control.abandon();
      return;
    }
    status = Number(word);
  } while (control.finish(status));
  conversation.say('exit', String(status));
}
