import { z } from 'zod';
import { carriedSchema, type Carried } from '../carried.ts';
import { stepBase } from '../step-base.ts';
import { prose, valueOf, type AnyValue } from '../value.ts';
import { kebab } from '../parameter.ts';

const fragment = z.string().min(1, 'must not be empty');

/** What no other kind covers, in bash of the procedure's own. */
export const shellKinds = [
  z.strictObject({
    kind: z.literal('shell'),
    ...stepBase,
    title: prose,
    /** Exit status 0: it holds; 1: it does not; anything else: could not tell. Only reads. */
    check: fragment.optional(),
    /** Done once and remembered by the journal alone, since looking cannot tell. */
    once: z.literal(true).optional(),
    /** Brings it about; `run` before each command that changes something notes it in the log. */
    apply: fragment,
    /** Values the fragments may read: `{ dir: backupDir }` is `"$dir"` in them. */
    values: z.record(z.string(), valueOf.item as z.ZodType<AnyValue, AnyValue>).optional(),
    /** One sentence for the documentation; the title serves where there is none. */
    sentence: prose.optional(),
    /** Names the resource that the step owns: no second step may own the same one. */
    owns: kebab.optional(),
  }),
  z.strictObject({
    kind: z.literal('learn'),
    ...stepBase,
    title: prose,
    /** The value that is learnt. */
    into: carriedSchema as z.ZodType<Carried, Carried>,
    /** Prints the value; only reads. */
    from: fragment,
    values: z.record(z.string(), valueOf.item as z.ZodType<AnyValue, AnyValue>).optional(),
  }),
] as const;
