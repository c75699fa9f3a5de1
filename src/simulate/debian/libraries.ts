import type { Host } from '../host.ts';
import type { ArchivePackage } from './archive.ts';
import { knownPackage } from './known.ts';
import { fits, relationOf } from './relation.ts';

/** systemd looks for its own library here first, and ldconfig does not. */
const OWN = '/usr/lib/x86_64-linux-gnu/systemd';
/** Where the loader looks when its cache does not help, and ldconfig for the cache, in this order. */
const FOLDERS = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib', '/usr/lib'];
/** `/etc/ld.so.cache` itself is what the real programs of the simulated host are found by. */
const CACHE = '/var/cache/ldconfig/model';

/** What the cache remembers: `NAME => PATH`, a line each. */
export function cacheOf(host: Host): [name: string, path: string][] {
  const lines = host.files.text(CACHE)?.split('\n') ?? [];
  return lines.filter(Boolean).map((line) => {
    const [name = '', path = ''] = line.split(' => ');
    return [name, path];
  });
}

function cached(host: Host, name: string): string | undefined {
  return cacheOf(host).find(([known]) => known === name)?.[1];
}

/** Where dpkg notes that libc-bin is to run ldconfig, a trigger: apt has it wait until all is done. */
const PENDING = '/var/lib/dpkg/triggers/ldconfig';

/** Notes that a package's libraries were put there or taken away. */
export function noteLibraries(host: Host, item: ArchivePackage): void {
  const paths = Object.keys(item.files ?? {});
  if (paths.some((path) => /^(\/usr)?\/lib\/.*\/lib[^/]*\.so/.test(path)))
    host.files.replace(PENDING, '');
}

export function awaitsTriggers(host: Host): boolean {
  return host.files.exists(PENDING);
}

export function runTriggers(host: Host): void {
  if (!awaitsTriggers(host)) return;
  refreshCache(host);
  host.files.remove(PENDING);
}

/** ldconfig(8) */
export function refreshCache(host: Host): void {
  const paths = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const name of host.files.names(folder)) {
      const path = `${folder}/${name}`;
      // A link that leads nowhere is passed over.
      if (/^lib.*\.so/.test(name) && !paths.has(name) && host.files.stat(path) !== undefined)
        paths.set(name, path);
    }
  }
  const text = [...paths].map(([name, path]) => `${name} => ${path}\n`).toSorted();
  if (text.join('') !== (host.files.text(CACHE) ?? '')) host.files.replace(CACHE, text.join(''));
}

/** The file of a library, as the loader finds it now: what the cache names counts, if it is there. */
export function libraryAt(host: Host, name: string): string | undefined {
  return [`${OWN}/${name}`, cached(host, name), ...FOLDERS.map((folder) => `${folder}/${name}`)]
    .filter((path) => path !== undefined)
    .find((path) => host.files.exists(path));
}

/** The names of the libraries that a program needs, as the package has it that it is of. */
export function librariesOf(host: Host, program: string): readonly string[] {
  return neededBy(host, program).map((text) => relationOf(text).name);
}

function neededBy(host: Host, program: string): readonly string[] {
  return Object.keys(host.state.packages).flatMap(
    (name) => knownPackage(host, name)?.libraries?.[program] ?? [],
  );
}

/** What the loader says of a library that is missing, or of another version than is needed. */
function faultOf(host: Host, text: string): string | undefined {
  const needed = relationOf(text);
  const path = libraryAt(host, needed.name);
  if (path === undefined) return `${needed.name}: cannot open shared object file`;
  const version = (host.files.text(path) ?? '').trim();
  return fits(needed, version) ? undefined : `${path}: version ${needed.version} not found`;
}

function faultsOf(host: Host, needed: readonly string[]): string | undefined {
  const faults = needed.map((text) => faultOf(host, text)).filter((text) => text !== undefined);
  return faults.length === 0
    ? undefined
    : `error while loading shared libraries: ${faults.join(', ')}`;
}

/** Why a package's own programs do not start, if they do not. */
export function whyNoProgram(host: Host, item: ArchivePackage): string | undefined {
  return faultsOf(host, Object.values(item.libraries ?? {}).flat());
}

/** Why the machine would not start if it had to now. */
export function whyNoStart(host: Host): string | undefined {
  const fault = faultsOf(host, neededBy(host, '/sbin/init'));
  return fault === undefined ? undefined : `systemd does not start: ${fault}`;
}
