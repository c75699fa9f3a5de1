import { z } from 'zod';
import { kebab } from '../parameter.ts';
import { stepBase } from '../step-base.ts';
import { valueOf } from '../value.ts';

/** The whole system: what is saved of it, and what it has to be. */
export const systemKinds = [
  z.strictObject({
    kind: z.literal('system.saved'),
    ...stepBase,
    /** The archive, a .tar.gz file. */
    to: valueOf.path,
    /** Directories and files beside /etc and what dpkg, apt and debconf know. */
    also: z.array(valueOf.path).default([]),
  }),
  z.strictObject({
    kind: z.literal('system.verified'),
    ...stepBase,
    /** The codename of the release that has to run. */
    release: kebab,
    /** Whether the newest installed kernel has to run. */
    kernel: z.boolean().default(true),
  }),
] as const;
