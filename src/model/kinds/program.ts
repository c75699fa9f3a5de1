import { z } from 'zod';
import { stepBase } from '../step-base.ts';
import { prose, valueOf, type AnyValue } from '../value.ts';
import { presence } from './containers.ts';

/** Programs that are run only until something holds. */
export const programKinds = [
  z
    .strictObject({
      kind: z.literal('program.ran'),
      ...stepBase,
      /** What holds when the program has done its work: "every image is in podman". */
      title: prose,
      /** The program and its arguments; it is found in PATH, and reads nothing. */
      command: z.array(valueOf.item).min(1, 'must have the program to run'),
      /** Bash that only reads: exit status 0 when it holds, 1 when it does not yet. */
      condition: z.string().min(1, 'must not be empty').optional(),
      /** Values that `condition` may read: `{ dir: backupDir }` is `"$dir"` in it. */
      values: z.record(z.string(), valueOf.item as z.ZodType<AnyValue, AnyValue>).optional(),
      /** In place of `condition`: every image of a list is in a storage; they are counted live. */
      untilPresent: z.strictObject(presence).optional(),
      /** The unit that runs the same program: as long as it is not stopped, the step fails. */
      unit: valueOf.name.optional(),
      /** What stops the program when its work is done: `INT` is what Ctrl-C sends. */
      signal: z.enum(['INT', 'TERM', 'HUP']).default('INT'),
      /**
       * Seconds after which it has failed: without an advance of the count, where images are counted;
       * else without output.
       */
      stallSeconds: valueOf.integer.default(1800),
      /** Seconds that it may take to end after the signal; then it is killed. */
      endSeconds: valueOf.integer.default(120),
    })
    .refine((step) => (step.condition === undefined) !== (step.untilPresent === undefined), {
      path: ['condition'],
      error: 'must be given, or `untilPresent` in its place, and not both',
      params: { mend: 'say what the program has to bring about, in one of the two' },
    }),
] as const;
