import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Guest, type Outcome } from './guest.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** What an administrator of the application says. A container has no kernel of its own. */
export const SETTINGS = ['service=app.service', 'databases=shop', 'kernel-packages='].flatMap(
  (setting) => ['--set', setting],
);

/** A server of `suite` with the application and `packages` on it, and the scripts of `procedure`. */
export async function server(
  suite: string,
  procedure: string,
  packages: readonly string[] = [],
): Promise<Guest> {
  const guest = new Guest(suite, packages);
  try {
    cpSync(join(HERE, 'application.sh'), join(guest.root, 'root/application.sh'));
    await guest.boot();
    guest.bash(
      'bash /root/application.sh >/root/application.log 2>&1 || { cat /root/application.log; exit 1; }',
    );
    guest.copyScripts(procedure);
    return guest;
  } catch (error) {
    // It would keep port 5432 from the next one.
    await guest.destroy();
    throw error;
  }
}

export function script(guest: Guest, name: string, ...options: readonly string[]): Outcome {
  return guest.run('bash', `/root/upgrade/${name}`, '--yes', ...options);
}

/** Begins the script in a process group of its own, whose number is in /run/test.pid. */
export function beginScript(
  guest: Guest,
  name: string,
  settings: readonly string[] = SETTINGS,
): Promise<Outcome> {
  const grouped = 'echo "$$" >/run/test.pid; exec bash "$@"';
  const command = [`/root/upgrade/${name}`, '--yes', ...settings];
  return guest.begin('setsid', '--wait', 'bash', '-c', grouped, 'bash', ...command);
}
