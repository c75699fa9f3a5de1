import { z } from 'zod';
import { stepBase } from '../step-base.ts';
import { fileMode, valueOf } from '../value.ts';

/** The SHA-256 digest of a file that is downloaded. */
export const sha256 = z.string().refine((value) => /^[0-9a-f]{64}$/.test(value), {
  error: 'must be the 64 hexadecimal digits of a SHA-256 digest, in small letters',
  params: { mend: 'write what `sha256sum FILE` prints' },
});

/** Files from elsewhere. */
export const downloadKinds = [
  z.strictObject({
    kind: z.literal('download.file'),
    ...stepBase,
    /** Followed where it leads, but never from https to http. */
    url: valueOf.url,
    path: valueOf.path,
    /** Without one, the file has to stay as it came, and comes anew when `url` changes. */
    sha256: sha256.optional(),
    /** Without one the file keeps the mode that it has; a new file has 0644. */
    mode: fileMode.optional(),
  }),
] as const;
