import { beforeAll, expect, test } from 'vitest';
import type { Host } from '../../src/simulate/host.ts';
import { runScript } from '../../src/simulate/run.ts';

/** A command line, the status that it ends with, and what it says. */
export type Row = readonly [line: string, status: number, says: RegExp];

/** What a command line came to. */
interface Answer {
  readonly status: number;
  /** Standard output and standard error, as they came. */
  readonly text: string;
}

/** Runs the lines one after another on `host`, in one script; what each came to, in order. */
async function answersOf(host: Host, rows: readonly Row[]): Promise<Answer[]> {
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

/** A test a row: the line ends, and says, as the row has it. All run in one script, in their order. */
export function answersAs(host: () => Host, rows: readonly Row[]): void {
  let answers: Answer[] = [];
  beforeAll(async () => {
    answers = await answersOf(host(), rows);
  });
  test.each(rows.map((row, index) => [...row, index] as const))('%s', (_, status, says, index) => {
    const answer = answers[index];
    expect(answer?.text).toMatch(says);
    expect(answer?.status).toBe(status);
  });
}
