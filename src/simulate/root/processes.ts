import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The processes that `pid` has started, by this machine's own ids. */
export function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** A process and all that it and its children have started, the oldest first. */
export function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

/** The process group that a process is in; a terminal's keys reach the one of its script. */
export function groupOf(pid: number): number | undefined {
  // PID (NAME) STATE PARENT GROUP; a name can have blanks and brackets in it.
  const group = /^\d+ \(.*\) \S+ \d+ (\d+) /s.exec(read(`/proc/${pid}/stat`))?.[1];
  return group === undefined ? undefined : Number(group);
}

/** The command line of a process, its words one after another. */
export function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

/** The id by which a process calls itself in its own namespace. */
export function innerOf(pid: number): number | undefined {
  const names = /^NSpid:\s*(.*)$/m.exec(read(`/proc/${pid}/status`))?.[1]?.split(/\s+/);
  return names === undefined ? undefined : Number(names.at(-1));
}

/** Is settled when the process is no more, or after a second. */
export async function awaitEnd(pid: number): Promise<void> {
  for (let waited = 0; waited < 500 && existsSync(`/proc/${pid}`); waited++) await sleep(2);
}

/** The id by which this machine knows the process that calls itself `inner`, below `pid`. */
export function findInner(pid: number, inner: number): number | undefined {
  const queue = [pid];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (innerOf(next) === inner) return next;
    queue.push(...childrenOf(next));
  }
  return undefined;
}

/** Whether a signal leaves the process alive: it ignores it, or has a trap for it. */
export function survives(pid: number, signal: number): boolean {
  const status = read(`/proc/${pid}/status`);
  const bit = 1n << BigInt(signal - 1);
  return ['SigIgn', 'SigCgt'].some((name) => {
    const mask = new RegExp(`^${name}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0';
    return (BigInt(`0x${mask}`) & bit) !== 0n;
  });
}
