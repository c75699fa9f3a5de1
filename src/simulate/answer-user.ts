import { join } from 'node:path';
import type { Outcome } from './command.ts';
import type { HostFiles } from './root/files.ts';
import type { Called } from './root/server.ts';

/** The variable in which runuser, su and sudo tell the shims below them who runs them. */
export const USER_VARIABLE = 'STEPWRIGHT_HOST_USER';

const SHIM = '/.model/shim';

/** Where `name` is found on the path, if that is a command that the host answers for. */
function modelled(name: string, { environment }: Called, files: HostFiles): string | undefined {
  if (name.includes('/')) return files.targetOf(name) === SHIM ? name : undefined;
  const folders = (environment.get('PATH') ?? '').split(':');
  // A folder that is not named from the root, and a name of the script's own, is left to env.
  if (folders.some((folder) => !folder.startsWith('/'))) return undefined;
  const found = folders.map((folder) => join(folder, name)).find((path) => files.exists(path));
  return found !== undefined && files.targetOf(found) === SHIM ? found : undefined;
}

/**
 * The call that a call turns into where it is carried out by `env NAME=VALUE COMMAND…` and COMMAND is
 * one that the host answers for itself: it need not be called to be answered.
 */
export function callWithin(called: Called, outcome: Outcome, files: HostFiles): Called | undefined {
  if (typeof outcome === 'number' || outcome.exec[1] !== '/.model/bin/env') return undefined;
  const [, , pair = '', name = '', ...args] = outcome.exec;
  const equals = pair.indexOf('=');
  if (equals < 1 || name.includes('=') || name.startsWith('-')) return undefined;
  const path = modelled(name, called, files);
  if (path === undefined) return undefined;
  const environment = new Map(called.environment);
  environment.set(pair.slice(0, equals), pair.slice(equals + 1));
  return { ...called, path, args, environment };
}
