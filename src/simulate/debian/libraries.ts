import type { Host } from '../host.ts';
import { knownPackage } from './solve.ts';

/** Where the dynamic loader looks, in its order; the first one is systemd's own. */
const FOLDERS = ['/usr/lib/x86_64-linux-gnu/systemd', '/usr/lib/x86_64-linux-gnu', '/usr/lib'];

/** The file of a library, as the loader finds it now. */
export function libraryAt(host: Host, name: string): string | undefined {
  return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => host.files.exists(path));
}

/** The libraries that a program needs, as the package has it that it is of. */
export function librariesOf(host: Host, program: string): readonly string[] {
  return Object.keys(host.state.packages).flatMap(
    (name) => knownPackage(host, name)?.libraries?.[program] ?? [],
  );
}

/** Why the machine would not start if it had to now. */
export function whyNoStart(host: Host): string | undefined {
  const missing = librariesOf(host, '/sbin/init').filter(
    (name) => libraryAt(host, name) === undefined,
  );
  return missing.length === 0
    ? undefined
    : `systemd does not start: error while loading shared libraries: ${missing.join(', ')}`;
}
