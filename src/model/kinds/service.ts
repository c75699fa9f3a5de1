import { z } from 'zod';
import { stepBase } from '../step-base.ts';
import { valueOf } from '../value.ts';

const service = { ...stepBase, unit: valueOf.name };

/** systemd units and the state they are to be in. */
export const serviceKinds = [
  z.strictObject({ kind: z.literal('service.stopped'), ...service }),
  z.strictObject({ kind: z.literal('service.disabled'), ...service }),
  z.strictObject({ kind: z.literal('service.enabled'), ...service }),
  z.strictObject({ kind: z.literal('service.started'), ...service }),
] as const;
