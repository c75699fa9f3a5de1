import type { Host } from '../../src/simulate/host.ts';
import { runScript } from '../../src/simulate/run.ts';

/** A command line, the status that it ends with, and what it says. */
export type Row = readonly [line: string, status: number, says: RegExp];

/** What a command line came to. */
export interface Answer {
  readonly status: number;
  /** Standard output and standard error, as they came. */
  readonly text: string;
}

/** Runs the lines one after another on `host`, in one script; what each came to, in order. */
export async function answersOf(host: Host, rows: readonly Row[]): Promise<Answer[]> {
  const lines = rows.map(
    ([line]) =>
      `( ${line} ) >/tmp/answer 2>&1 </dev/null; printf '\\0%d\\0' "$?"; cat /tmp/answer\n`,
  );
  host.files.write('/root/rows.sh', `cd /root\n${lines.join('')}`);
  const { stdout } = await runScript(host, '/root/rows.sh');
  const words = stdout.split('\0').slice(1);
  return rows.map((_, index) => ({
    status: Number(words[2 * index]),
    text: words[2 * index + 1] ?? '',
  }));
}
