import { Refusal } from './command.ts';
import { whyNoStart } from './debian/libraries.ts';
import { compareVersions } from './debian/version.ts';
import type { Host } from './host.ts';
import { startUnit } from './units.ts';

/** An id as the kernel makes one at each start, the same for the same start of any host. */
export function bootId(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
}

/** The kernels that the boot loader offers, newest first. */
export function installedKernels(host: Host): string[] {
  return host.files
    .names('/boot')
    .filter((name) => name.startsWith('vmlinuz-'))
    .map((name) => name.slice('vmlinuz-'.length))
    .toSorted((a, b) => compareVersions(b, a));
}

function clearVolatile(host: Host): void {
  for (const folder of ['/run', '/tmp']) {
    for (const name of host.files.names(folder)) host.files.remove(`${folder}/${name}`);
  }
  host.files.makeFolder('/run/lock');
}

/** Starts the host anew: another boot id, the newest kernel or `kernel`, and its enabled units. */
export function bootHost(host: Host, kernel?: string): void {
  const { state } = host;
  clearVolatile(host);
  const fault = whyNoStart(host);
  if (fault !== undefined) host.hangs.push(fault);
  state.boot.count += 1;
  state.boot.id = bootId(state.boot.count);
  state.boot.kernel = kernel ?? installedKernels(host)[0] ?? state.boot.kernel;
  state.daemons = [];
  for (const container of state.docker.containers) container.running = false;
  for (const data of state.postgres) delete data.server;
  state.locked = 0;
  startUnits(host);
  host.world.started?.(host);
}

/** A unit that does not start is `failed`, and keeps no other from starting. */
function startUnits(host: Host): void {
  for (const [name, unit] of Object.entries(host.state.units)) {
    if (unit.static === true) continue;
    unit.active = 'inactive';
    if (!unit.enabled || unit.masked === true) continue;
    try {
      startUnit(host, name);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}
