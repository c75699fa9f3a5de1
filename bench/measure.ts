import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** How a command is run for a measurement. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The median of `times` wall-clock times of one command, in milliseconds, the first run left out.
 * `before` is called ahead of each run and not measured.
 * @throws Error when the command fails.
 */
export function medianOf(
  times: number,
  command: readonly [string, ...string[]],
  { cwd, env }: Surroundings = {},
  before: () => void = () => undefined,
): number {
  const [file, ...words] = command;
  const taken: number[] = [];
  for (let run = 0; run <= times; run += 1) {
    before();
    const begun = performance.now();
    const { status, stderr, stdout } = spawnSync(file, words, {
      cwd,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (run > 0) taken.push(performance.now() - begun);
    if (status !== 0) {
      throw new Error(`${command.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    }
  }
  return taken.toSorted((a, b) => a - b)[Math.floor(taken.length / 2)] ?? 0;
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
