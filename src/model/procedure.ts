import { z } from 'zod';
import { kebab, parameterSchema } from './parameter.ts';
import { requirementSchema } from './requirement.ts';
import { stepSchema } from './step.ts';
import { prose } from './value.ts';

const release = z.strictObject({
  /** The codename in /etc/os-release, or in the parentheses of its VERSION: "stretch". */
  release: kebab,
  /** The name that people know it by: "Debian 9". */
  name: prose,
});

/** What `dpkg --print-architecture` answers. */
const architecture = z.enum(['amd64', 'arm64', 'armhf', 'i386', 'all']);

const minutes = z.int('must be a whole number of minutes').min(0);

/** How long it takes on a server of the kind that it is for: an estimate, to plan with. */
const takesSchema = z
  .strictObject({
    /** Minutes from the first script's start to the last one's end, the reboots among them. */
    total: minutes.min(1),
    /** Minutes of these in which the machine does not do what it is for. */
    downtime: minutes,
    /** What the estimate rests on: "a near mirror, and a database of some gigabytes". */
    basis: prose.optional(),
  })
  .refine(({ total, downtime }) => downtime <= total, {
    path: ['downtime'],
    error: 'must not be longer than `total`',
    params: { mend: 'give both in minutes; the downtime is part of the total' },
  });
/** An estimate of time, in minutes. */
export type Takes = z.output<typeof takesSchema>;

/** Versions of bash that a procedure may ask for. */
export const BASH_VERSIONS = ['4.4', '5.0', '5.1', '5.2', '5.3'] as const;

/** An upgrade procedure: everything that its scripts and its documentation are made from. */
export const procedureSchema = z.strictObject({
  id: kebab,
  title: prose,
  /** For whom it is and what it does, a paragraph. */
  summary: prose,
  from: release,
  to: release,
  architecture: architecture.default('all'),
  bash: z.enum(BASH_VERSIONS).default('4.4'),
  /** How long it takes; for its page, its manifest and `stepwright list`, not for its scripts. */
  takes: takesSchema.optional(),
  parameters: z.array(parameterSchema).default([]),
  /** Asked before the first part; a later part asks only what it needs itself. */
  requires: z.array(requirementSchema).default([]),
  /** In order; each step of kind `reboot` ends a part. */
  steps: z.array(stepSchema).min(1, 'must have a step'),
});

/** A procedure as the compiler reads it. */
export type Procedure = z.output<typeof procedureSchema>;
/** A procedure as it is written. */
export type ProcedureInput = z.input<typeof procedureSchema>;
