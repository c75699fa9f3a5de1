import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Guest, Outcome } from './guest.ts';
import { beginScript, script, SETTINGS } from './application.ts';

/** Bash that holds when `step` of the last run has put `words` at least `count` times into the log. */
function logged(procedure: string, step: string, words: string, count: number): string {
  const program = `$4 == "---" || $4 == "===" { on = ($5 == "${step}:"); n = 0 } on && /^${words} / { n++ } END { exit n < ${count} }`;
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

/** The same of packages that are either: which, depends on the moment at which the run before was cut off. */
export function worked(procedure: string, step: string, count: number): string {
  return logged(procedure, step, '(Unpacking|Setting up)', count);
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

/** Bash inside that waits until `when` holds, and looks often; status 1 when the script has ended. */
function watch(when: string): string {
  return (
    'until pid=$(cat /run/test.pid 2>/dev/null) && [[ -n $pid ]]; do sleep 0.02; done; ' +
    `until ${when}; do kill -0 "$pid" || exit 1; sleep 0.02; done`
  );
}

/** Bash that kills process $pid and all that it has started, in whatever group: what runs is cut off, too. */
const KILL_ALL =
  'tree() { echo "$1"; for child in $(cat "/proc/$1/task/$1/children"); do tree "$child"; done; }; ' +
  'all=$(tree "$pid"); kill -9 "$pid" $all || :';

/** Begins the script, and kills it with all that it has started when bash inside finds that `when` holds. */
export async function killed(guest: Guest, name: string, when: string): Promise<void> {
  await quiet(guest);
  guest.bash('rm -f /run/test.pid');
  const running = beginScript(guest, name);
  const watched = await guest.begin('bash', '-c', `${watch(when)}; ${KILL_ALL}`);
  expectCut(when, watched, await running);
}

/** The script ran until `when` held, and no further. */
function expectCut(when: string, watched: Outcome, { status, output }: Outcome): void {
  const said = output.split('\n').slice(-40).join('\n');
  expect([when, watched.status, status], said).toEqual([when, 0, 137]);
}

/** Begins the script, and cuts the power when bash inside finds that `when` holds. */
export async function powerCut(
  guest: Guest,
  name: string,
  when: string,
  settings: readonly string[] = SETTINGS,
): Promise<void> {
  guest.bash('rm -f /run/test.pid');
  const running = beginScript(guest, name, settings);
  const watched = await guest.begin('bash', '-c', watch(when));
  await guest.powerCut();
  expectCut(when, watched, await running);
}
