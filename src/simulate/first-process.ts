import type { RunControl } from './run.ts';
import type { Called, Conversation } from './root/server.ts';
import type { Daemon } from './state.ts';

/** Has a real process made for each of the daemons, by the shim at the other end. */
export async function makeDaemons(
  control: RunControl,
  conversation: Conversation,
  daemons: readonly Daemon[],
): Promise<void> {
  for (const { id, folder } of daemons) {
    const known = control.awaitDaemon(id);
    conversation.say('daemon', id, folder);
    conversation.send();
    if ((await conversation.word()) === undefined) return;
    await known;
  }
}

/** A daemon's process is there, and holds its connection as long as it lives. */
export function takeDaemon(control: RunControl, called: Called, conversation: Conversation): void {
  const [id = ''] = called.args;
  control.daemonStarted(id, called.pid);
  conversation.whenGone(() => control.daemonStopped(id, called.pid));
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
    if (word === undefined) return;
    status = Number(word);
  } while (control.finish(status));
  conversation.say('exit', String(status));
}
