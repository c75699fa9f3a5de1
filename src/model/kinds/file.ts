import { z } from 'zod';
import { stepBase } from '../step-base.ts';
import {
  fileMode,
  isTemplate,
  referencesIn,
  valueOf,
  type Reference,
  type TextValue,
} from '../value.ts';

const some = valueOf.text.refine((value) => value !== '', {
  error: 'must not be empty',
  params: { mend: 'write the text that is looked for' },
});

function partByDefault(part: string | Reference): string {
  if (typeof part === 'string') return part;
  // What is carried is the same wherever it stands, and like nothing else.
  return 'default' in part ? String(part.default) : `\0${part.name}\0`;
}

/** `value` as it is where the administrator sets no parameter. */
function byDefault(value: TextValue): string {
  return (isTemplate(value) ? value.parts : [value]).map(partByDefault).join('');
}

const AGAIN = {
  message: 'must not have `from` in it: it would be replaced again and again',
  params: { mend: 'let `from` have more of what stands around it' },
};

const AGAIN_BY_DEFAULT = {
  message: 'must not have `from` in it, as it has by default: it would be replaced again and again',
  params: {
    mend: 'let `from` have more of what stands around it, or give the parameter another default',
  },
};

/** Files, and what is in them. A link is followed; the first original of a file is kept, and what others make of it later. */
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
    .superRefine(({ from, to }, context) => {
      const looked = byDefault(from);
      if (looked === '' || !byDefault(to).includes(looked)) return;
      const isSet = referencesIn([from, to]).every((reference) => !('default' in reference));
      context.addIssue({
        code: 'custom',
        path: ['to'],
        input: to,
        ...(isSet ? AGAIN : AGAIN_BY_DEFAULT),
      });
    }),
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
