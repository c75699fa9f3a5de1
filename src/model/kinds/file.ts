import { z } from 'zod';
import { stepBase } from '../step-base.ts';
import { valueOf } from '../value.ts';

const mode = z.string().regex(/^0[0-7]{3}$/, 'must be four octal digits like "0644"');

/** Files and lines in them. */
export const fileKinds = [
  z.strictObject({
    kind: z.literal('file.content'),
    ...stepBase,
    path: valueOf.path,
    lines: z.array(valueOf.text),
    mode: mode.default('0644'),
  }),
  z.strictObject({
    kind: z.literal('file.line'),
    ...stepBase,
    path: valueOf.path,
    line: valueOf.text,
    /** A line that begins so is replaced; without one, the line is added at the end. */
    replaces: valueOf.text.optional(),
  }),
  z.strictObject({
    kind: z.literal('file.replaced'),
    ...stepBase,
    path: valueOf.path,
    /** Literal text that must not be left in the file. */
    from: valueOf.text,
    to: valueOf.text,
  }),
] as const;
