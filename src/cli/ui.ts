import { ProcedureError, type Problem, formatProblem } from '../model/problem.ts';

/** A mistake of the user's that the command line tells without a stack trace; exit status 2. */
export class UserError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UserError';
  }
}

/** Several problems, told together; exit status 2. */
export class UserErrors extends UserError {
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}

/** Exit statuses of the command line. */
export const EXIT = { done: 0, differs: 1, wrong: 2 } as const;

/** Writes one line, or several, to standard output. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Writes one line, or several, to standard error. */
export function complain(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Whether `stream` wants colours: a terminal, and nobody asked for none. */
export function wantsColour(stream: NodeJS.WriteStream = process.stdout): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

/** Progress on a terminal for what takes longer than a second. */
export interface Progress {
  /** What is done now. */
  say(text: string): void;
  /** Removes the line. */
  end(): void;
}

/** A progress line on standard error; nothing where that is no terminal. */
export function progress(): Progress {
  const since = Date.now();
  const { stderr } = process;
  let shown = false;
  let latest = '';
  const show = (): void => {
    shown = true;
    stderr.write(`\r\u001b[K${latest} (${Math.round((Date.now() - since) / 1000)} s)`);
  };
  const timer = stderr.isTTY ? setInterval(show, 1000) : undefined;
  timer?.unref();
  return {
    say(text) {
      latest = text;
      if (shown) show();
    },
    end() {
      clearInterval(timer);
      if (shown) stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}

/** Whether the system refused something: Node names the call that failed, but not always a file. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && ('path' in error || 'syscall' in error);
}

function messageOf(error: unknown): { message: string; mistake: boolean } {
  if (error instanceof ProcedureError || error instanceof UserError) {
    return { message: error.message, mistake: true };
  }
  if (isSystemError(error)) return { message: systemMessage(error), mistake: true };
  return {
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    mistake: false,
  };
}

const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; run as who may, or mend its mode',
  EPERM: 'not permitted; run as who may',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full; nothing of it was kept; make room and run this again',
  EDQUOT: 'your quota on the disk is used up; nothing of it was kept; make room and run this again',
  EFBIG: 'it would be larger than a file may be here; see `ulimit -f`, and run this again',
  EIO: 'the disk failed to read or to write; see what the kernel says of it: dmesg',
  EROFS: 'the file system is mounted read-only',
  ENOTDIR: 'a part of this path is no folder',
  EISDIR: 'it is a folder, and a file is due',
};

/** What the system said, in words. */
export function systemReason({ code, message }: NodeJS.ErrnoException): string {
  return SYSTEM[code ?? ''] ?? message;
}

/** What the system said of a file, and what to do about it. */
export function systemMessage(error: NodeJS.ErrnoException): string {
  const file = error.syscall === 'read' ? 'a file that was read' : 'a file that was written';
  return `${error.path ?? file}: ${systemReason(error)}`;
}

/** Tells `error` to the user. Returns the exit status. */
export function tellError(error: unknown): number {
  const { message, mistake } = messageOf(error);
  complain(mistake ? message : `stepwright: an error of its own, please report it:\n${message}`);
  return EXIT.wrong;
}

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** `; did you mean X?` when one of `names` is near to `wrong`, else nothing. */
export function didYouMean(wrong: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, far: name.startsWith(wrong) ? 1 : distance(wrong, name) }))
    .toSorted((a, b) => a.far - b.far)[0];
  return near !== undefined && near.far <= Math.max(2, wrong.length / 3)
    ? `; did you mean ${near.name}?`
    : '';
}
