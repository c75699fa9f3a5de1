import { z } from 'zod';
import { stepBase } from '../step-base.ts';
import { fileMode, valueOf } from '../value.ts';

const some = valueOf.text.refine((value) => value !== '', {
  error: 'must not be empty',
  params: { mend: 'write the text that is looked for' },
});

/** Files, and what is in them. A link is followed; the first original of a file is kept. */
export const fileKinds = [
  z.strictObject({
    kind: z.literal('file.content'),
    ...stepBase,
    path: valueOf.path,
    /** All there is in the file; each line ends in a newline. */
    lines: z.array(valueOf.item),
    /** Without one the file keeps the mode that it has; a new file has 0644. */
    mode: fileMode.optional(),
  }),
  z.strictObject({
    kind: z.literal('file.line'),
    ...stepBase,
    path: valueOf.path,
    line: some,
    /**
     * The line stands in the place of the first line that begins so (or in one of these ways), and no
     * other line does. Without it, or where no line begins so, the line is added at the end.
     */
    replaces: z.union([some, z.array(some).min(1)]).optional(),
  }),
  z
    .strictObject({
      kind: z.literal('file.replaced'),
      ...stepBase,
      /** A file that has to be there. */
      path: valueOf.path,
      /** Literal text that must not be left in the file, wherever in a line it stands. */
      from: some,
      /** Literal text that stands in its place; `from` must not be part of it. */
      to: valueOf.text,
    })
    .refine(
      ({ from, to }) => typeof from !== 'string' || from === '' || !String(to).includes(from),
      {
        path: ['to'],
        error: 'must not have `from` in it: it would be replaced again and again',
        params: { mend: 'let `from` have more of what stands around it' },
      },
    ),
  z.strictObject({
    kind: z.literal('file.absent'),
    ...stepBase,
    /** A file or a link; a directory is refused. What is removed is kept with the originals. */
    path: valueOf.path,
  }),
  z.strictObject({
    kind: z.literal('file.directory'),
    ...stepBase,
    path: valueOf.path,
    /** Without one the directory keeps the mode that it has; a new one has 0755. */
    mode: fileMode.optional(),
  }),
] as const;
