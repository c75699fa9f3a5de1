import type { View } from './describe.ts';

/** The log that every script of the procedure writes to. */
export function logOf({ procedure }: View): string {
  return `/var/log/stepwright/${procedure.id}.log`;
}

/** The folder in which the scripts keep what later runs need. */
export function stateOf({ procedure }: View): string {
  return `/var/lib/stepwright/${procedure.id}`;
}
