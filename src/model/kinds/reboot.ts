import { z } from 'zod';
import { prose } from '../value.ts';
import { kebab } from '../parameter.ts';
import { requirementSchema } from '../requirement.ts';

/** The end of a part: the machine restarts, and the next script takes over. */
export const rebootKinds = [
  z.strictObject({
    kind: z.literal('reboot'),
    id: kebab,
    title: prose.optional(),
    why: prose,
    undo: prose.optional(),
    /** The release codename that must run after it. */
    release: kebab,
    /** The name that people know that release by: "Debian 10". */
    releaseName: prose,
    /**
     * The oldest kernel release that may run after it, such as "4.16"; or `newest`, the newest that is
     * installed. A container has none.
     */
    kernel: z
      .string()
      .regex(/^(newest|[0-9]+(\.[0-9]+)*)$/, 'must be a kernel version like "4.16", or "newest"')
      .optional(),
    /**
     * What the next script asks for besides, as the first one does for the procedure's own `requires`:
     * where it begins a further way with step `first`, until that has begun.
     */
    further: z
      .strictObject({ requires: z.array(requirementSchema).min(1), first: kebab })
      .optional(),
  }),
] as const;
