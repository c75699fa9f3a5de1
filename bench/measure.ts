import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** How a command is run for a measurement. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

type Command = readonly [string, ...string[]];

/** How long `command` takes once, in milliseconds. */
function timeOf([file, ...words]: Command, { cwd, env }: Surroundings): number {
  const begun = performance.now();
  const { status, stderr, stdout } = spawnSync(file, words, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const taken = performance.now() - begun;
  if (status !== 0) {
    throw new Error(`${[file, ...words].join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  }
  return taken;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/**
 * The median of `times` wall-clock times of one command, in milliseconds, the first run left out.
 * `before` is called ahead of each run and not measured.
 * @throws Error when the command fails.
 */
export function medianOf(
  times: number,
  command: Command,
  surroundings: Surroundings = {},
  before: () => void = () => undefined,
): number {
  const taken: number[] = [];
  for (let run = 0; run <= times; run += 1) {
    before();
    taken.push(timeOf(command, surroundings));
  }
  return median(taken.slice(1));
}

/**
 * The same of two commands that take turns, so that a machine whose speed changes meanwhile is as
 * fast for the one as for the other.
 * @throws Error when one of them fails.
 */
export function mediansOf(times: number, one: Command, other: Command): [number, number] {
  const taken: [number[], number[]] = [[], []];
  for (let run = 0; run <= times; run += 1) {
    taken[0].push(timeOf(one, {}));
    taken[1].push(timeOf(other, {}));
  }
  return [median(taken[0].slice(1)), median(taken[1].slice(1))];
}

/** One line of the table: what, how long, and how many times the peer's time. */
export function tell(
  what: string,
  milliseconds: number,
  peer?: { name: string; time: number },
): void {
  const time = `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  const ratio = peer === undefined ? '' : `${(milliseconds / peer.time).toFixed(2)} x ${peer.name}`;
  process.stdout.write(`${what.padEnd(52)} ${time.padStart(10)}  ${ratio}\n`);
}
