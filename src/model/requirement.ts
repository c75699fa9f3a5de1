import { z } from 'zod';
import { kebab } from './parameter.ts';
import { prose, valueOf } from './value.ts';

/** What must hold before a script may begin; every one that does not is told with its remedy. */
export const requirementSchema = z.discriminatedUnion('requires', [
  /** Space on the file system that holds `path`. */
  z.strictObject({
    requires: z.literal('space'),
    path: valueOf.path,
    mebibytes: valueOf.integer,
    /** What it is for: "the new packages". */
    purpose: prose,
  }),
  /** A reboot does not empty the folder that the path is in. */
  z.strictObject({ requires: z.literal('lasting'), path: valueOf.path }),
  /** No package is held, half-installed or unconfigured. Asked only before the first change. */
  z.strictObject({ requires: z.literal('packages-in-order') }),
  /** No pin that keeps packages back. Asked only before the first change. */
  z.strictObject({ requires: z.literal('no-pins') }),
  /** Every apt source is of one of these hosts, or is one that the procedure looks after. */
  z.strictObject({ requires: z.literal('known-sources'), hosts: z.array(prose).min(1) }),
  /**
   * Each source of the distribution's own names one of these two releases, by its codename, or has a
   * name like `stable`. Asked only before the first change, of a machine that runs one of the two.
   */
  z.strictObject({ requires: z.literal('known-suites'), from: kebab, to: kebab }),
  /** The address answers. Asked only before the first change. */
  z.strictObject({ requires: z.literal('reachable'), url: valueOf.url }),
  /** A command is there. */
  z.strictObject({ requires: z.literal('command'), command: valueOf.name, package: valueOf.name }),
  /** The unit is known to systemd. */
  z.strictObject({ requires: z.literal('unit'), unit: valueOf.name }),
  /**
   * Each of these PostgreSQL clusters is there in one of these versions. Asked only before the first
   * change.
   */
  z.strictObject({
    requires: z.literal('clusters'),
    clusters: valueOf.names,
    versions: z.array(valueOf.version).min(1),
  }),
  /** Bash of the procedure's own that only reads; a status other than 0 refuses. */
  z
    .strictObject({
      requires: z.literal('shell'),
      check: z.string().min(1),
      values: z.record(z.string(), valueOf.item).optional(),
      refusal: prose,
      remedy: prose,
      /** A word in capitals of these two: what the check prints takes its place where it refuses. */
      found: z
        .string()
        .regex(/^[A-Z]+$/, 'must be a word in capitals, like "NAMES"')
        .optional(),
      /** Ask at each start, not only before the first change. */
      always: z.boolean().default(false),
    })
    .refine(({ found = '', refusal, remedy }) => `${refusal} ${remedy}`.includes(found), {
      path: ['found'],
      error: 'must be a word of `refusal` or `remedy`',
      params: { mend: 'write it where what the check prints is to stand' },
    }),
]);

/** A preflight requirement. */
export type Requirement = z.output<typeof requirementSchema>;
export type RequirementInput = z.input<typeof requirementSchema>;
/** Which scripts ask for it: those of every part unless said otherwise. */
export const partSelection = z.enum(['first', 'every']);
