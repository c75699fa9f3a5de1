import { z } from 'zod';
import { kebab } from './parameter.ts';
import { prose } from './value.ts';

/** What a carried value can be; `lines` is a list, one item a line. */
export const CARRIED_TYPES = ['text', 'identifier', 'version', 'integer', 'path', 'lines'] as const;

/**
 * A value that one step learns and later steps read, across a reboot too. The definition is itself
 * the reference that stands where its value is due.
 */
export const carriedSchema = z.strictObject({
  reference: z.literal('carried'),
  name: kebab,
  type: z.enum(CARRIED_TYPES),
  help: prose,
});
export type Carried = z.output<typeof carriedSchema>;
