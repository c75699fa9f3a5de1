import type { StartState } from 'stepwright/simulate';
import type { Release } from '../upgrade.ts';
import { serverOf, type ServerOptions } from './servers.ts';

/** Servers by name. */
export type States = Record<string, StartState>;

/** A server that differs in `options` from the usual one. */
export function variant(
  release: Release,
  title: string,
  options: ServerOptions = {},
  more: Partial<StartState> = {},
): StartState {
  return { title, make: async (known) => serverOf(known, release, options), ...more };
}
