import { basename } from 'node:path';
import { callWithin, USER_VARIABLE } from './answer-user.ts';
import {
  CutOff,
  Refusal,
  WouldHang,
  type Command,
  type CommandCall,
  type Outcome,
} from './command.ts';
import { realProgram } from './commands/real.ts';
import { leadRun, makeDaemons, takeDaemon } from './first-process.ts';
import type { LoggedCall, Point, Verdict } from './points.ts';
import { CHANGING_PROGRAMS, EDITING_PROGRAMS, HEEDS_CTRL_C } from './root/programs.ts';
import { survives } from './root/processes.ts';
import type { Called, Conversation } from './root/server.ts';
import type { RunControl } from './run-control.ts';

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The step under way: the last one that this run has noted as begun in its journal. */
function stepUnderWay(control: RunControl): string | undefined {
  for (const [path, known] of journalsOf(control)) {
    const text = control.host.files.text(path)?.slice(known) ?? '';
    const last = text.trimEnd().split('\n').at(-1)?.split('\t');
    if (last?.[3] === 'start') return last[4];
  }
  return undefined;
}

/** Every journal, with how much of it was there before this run. */
function journalsOf({ host, journals }: RunControl): [string, number][] {
  const folder = '/var/lib/stepwright';
  return host.files.names(folder).map((name) => {
    const path = `${folder}/${name}/journal`;
    return [path, journals.get(path) ?? 0];
  });
}

/** One call, from what the shim told to the answer. */
class Call implements CommandCall {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly user: string;
  readonly #control: RunControl;
  readonly #called: Called;
  readonly #conversation: Conversation;
  readonly #log: LoggedCall;

  constructor(control: RunControl, called: Called, conversation: Conversation, log: LoggedCall) {
    this.name = basename(called.path);
    this.path = called.path;
    this.args = called.args;
    this.cwd = called.cwd;
    this.environment = called.environment;
    this.user = called.environment.get(USER_VARIABLE) ?? 'root';
    this.#control = control;
    this.#called = called;
    this.#conversation = conversation;
    this.#log = log;
  }

  get host() {
    return this.#control.host;
  }

  out(text: string): void {
    // bash has no words with NUL in them.
    for (const [index, part] of text.split('\0').entries()) {
      if (index > 0) this.#conversation.say("printf '\\0'");
      if (part !== '') this.#conversation.say('printf %s', part);
    }
  }

  err(text: string): void {
    if (text !== '') this.#conversation.say('printf >&2 %s', text);
  }

  async input(): Promise<string> {
    this.#conversation.say('input');
    this.#conversation.send();
    return (await this.#conversation.word()) ?? '';
  }

  async change(): Promise<void> {
    this.#log.changing = true;
    await this.#pass('before', '');
  }

  async midway(what: string): Promise<void> {
    await this.#pass('midway', what);
  }

  /** After its changes: too late to keep them from being made. */
  async after(): Promise<void> {
    if (this.#log.changing) await this.#pass('after', '').catch(() => undefined);
  }

  async signal(): Promise<string | undefined> {
    this.#conversation.say('go_on');
    this.#conversation.send();
    return this.#conversation.word();
  }

  async #pass(phase: Point['phase'], what: string): Promise<void> {
    const control = this.#control;
    if (this.#conversation.gone) throw new CutOff();
    control.points += 1;
    const point = { number: control.points, call: this.#log, phase, what, host: control.host };
    const verdict = await control.judged(point);
    if (verdict !== undefined) await this.#suffer(verdict, phase);
  }

  async #suffer(verdict: Verdict, phase: Point['phase']): Promise<void> {
    if ('kill' in verdict) {
      this.#control.killAll();
      throw new CutOff();
    }
    if ('answer' in verdict) {
      if (phase === 'before') throw new CutOff(verdict.answer);
      return;
    }
    const { signal, to } = verdict;
    const process = to === 'group' ? this.#control.reaches(this.#called.pid) : undefined;
    const heeds = signal === 'SIGINT' && HEEDS_CTRL_C.has(this.#log.words[0] ?? '');
    const dies = process !== undefined && (heeds || !survives(process, NUMBERS[signal]));
    this.#control.send(verdict.signal, verdict.to);
    if (dies) throw new CutOff();
    await settle();
  }
}

/** Lets a signal arrive before what comes next. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3));
}

function isReal(name: string): boolean {
  return CHANGING_PROGRAMS.includes(name) || EDITING_PROGRAMS.includes(name);
}

function findCommand(call: CommandCall): Command {
  const known = call.host.world.commands[call.name];
  if (known !== undefined) return known;
  if (isReal(call.name)) return realProgram;
  throw new Refusal(127, `${call.path}: the simulated host has no model of this command`);
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOENT: 'No such file or directory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  EROFS: 'Read-only file system',
};

/** The outcome of a command, with what a model throws put into words. */
async function perform(control: RunControl, call: Call): Promise<Outcome> {
  try {
    return await findCommand(call)(call);
  } catch (error) {
    if (error instanceof CutOff && error.status !== undefined) {
      if (error.status !== 0) call.err(`${call.name}: it was made to fail here\n`);
      return error.status;
    }
    if (error instanceof Refusal) {
      call.err(error.message === '' ? '' : `${error.message}\n`);
      return error.status;
    }
    if (error instanceof WouldHang) {
      control.host.hangs.push(`${[call.name, ...call.args].join(' ')}: ${error.message}`);
      control.killAll();
      throw new CutOff();
    }
    const words = FILE_ERRORS[(error as NodeJS.ErrnoException).code ?? ''];
    if (words === undefined) throw error;
    call.err(`${call.name}: ${words}\n`);
    return call.name.startsWith('apt') ? 100 : 1;
  }
}

function answer(conversation: Conversation, outcome: Outcome): void {
  if (typeof outcome === 'number') conversation.say('exit', String(outcome));
  else {
    const [name, ...words] = outcome.exec;
    conversation.say('exec 3>&-');
    conversation.say('exec -a', name, '--', ...words);
  }
  conversation.end();
}

/** The outcome; processes that the model has ended are no more, even where it was cut off itself. */
async function carryOut(control: RunControl, call: Call): Promise<Outcome> {
  try {
    return await perform(control, call);
  } finally {
    for (const pid of control.host.endedDaemons.splice(0)) await control.end(pid);
  }
}

function logCall(control: RunControl, called: Called): LoggedCall {
  const name = basename(called.path);
  const log: LoggedCall = {
    number: control.host.calls.length + 1,
    words: [name, ...called.args],
    cwd: called.cwd,
    user: called.environment.get(USER_VARIABLE) ?? 'root',
    real: isReal(name),
    step: stepUnderWay(control),
    changing: false,
    status: undefined,
  };
  control.host.calls.push(log);
  return log;
}

/** Answers a call of a run: the whole way of every modelled command. */
export async function answerCall(
  control: RunControl,
  called: Called,
  conversation: Conversation,
): Promise<void> {
  if (called.path === 'init') return leadRun(control, conversation);
  if (called.path === 'daemon') return takeDaemon(control, called, conversation);
  control.look();
  // systemd is ending every process: whatever is called now does not come to its end.
  if (control.host.rebootAsked) {
    control.killAll();
    return;
  }
  const log = logCall(control, called);
  const call = new Call(control, called, conversation, log);
  const outcome = await carryOut(control, call);
  log.status = typeof outcome === 'number' ? outcome : 0;
  const started = control.host.state.daemons.filter(({ pid }) => pid === 0);
  await makeDaemons(control, conversation, started);
  const within = callWithin(called, outcome, control.host.files);
  if (within !== undefined) {
    await answerCall(control, within, conversation);
    return;
  }
  if (typeof outcome === 'number') await call.after();
  answer(conversation, outcome);
}
