import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Guest, Outcome } from './guest.ts';
import { beginScript, script } from './application.ts';

/** Bash that holds when a run of `step` has put `words` at least `count` times into the log. */
function logged(procedure: string, step: string, words: string, count: number): string {
  const program = `$4 == "---" { on = ($5 == "${step}:"); n = 0 } on && /^${words} / { n++ } END { exit n < ${count} }`;
  return `awk '${program}' /var/log/stepwright/${procedure}.log 2>/dev/null`;
}

/** Bash that holds when at least `count` packages are unpacked in the last run of `step`. */
export function unpacked(procedure: string, step: string, count: number): string {
  return logged(procedure, step, 'Unpacking', count);
}

/** The same of packages that are configured. */
export function configured(procedure: string, step: string, count: number): string {
  return logged(procedure, step, 'Setting up', count);
}

/** Bash that holds when the journal has `step` as done. */
export function stepDone(procedure: string, step: string): string {
  return `grep -q $'done\\t${step}' /var/lib/stepwright/${procedure}/journal`;
}

/** Runs the script again until the command that outlived the last run has ended. */
export async function goOn(guest: Guest, name: string): Promise<Outcome> {
  for (;;) {
    const outcome = script(guest, name);
    if (outcome.status !== 4) return outcome;
    await sleep(500);
  }
}

/** Waits until no command of a killed run is left: a new one is refused as long as there is one. */
export function quiet(guest: Guest): Promise<void> {
  return guest.until('flock -n -s /run/stepwright.lock true');
}

/** Begins the script, and kills all of its process group when bash inside finds that `when` holds. */
export async function killed(guest: Guest, name: string, when: string): Promise<void> {
  await quiet(guest);
  const running = beginScript(guest, name);
  await sleep(300);
  await guest.until(`${when} || ! kill -0 "$(cat /run/test.pid)"`);
  guest.run('bash', '-c', 'kill -9 -- "-$(cat /run/test.pid)"');
  const { status, output } = await running;
  expect([status, output]).toEqual([137, output]);
}

/** Begins the script, and cuts the power when bash inside finds that `when` holds. */
export async function powerCut(guest: Guest, name: string, when: string): Promise<void> {
  const running = beginScript(guest, name);
  await sleep(300);
  await guest.until(when);
  await guest.powerCut();
  await running;
}
