import { z } from 'zod';
import { kebab } from './parameter.ts';
import { isReference, prose, type Reference } from './value.ts';

/** Whether a step is wanted at all: a yes/no parameter, or a choice and the value it must have. */
export type When =
  Reference<'boolean'> | { readonly parameter: Reference<'choice'>; readonly is: string };

const whenSchema = z.custom<When>(
  (value) => {
    if (isReference(value)) return value.type === 'boolean';
    if (typeof value !== 'object' || value === null || !('parameter' in value)) return false;
    return isReference(value.parameter) && value.parameter.type === 'choice' && 'is' in value;
  },
  {
    error: 'must be a yes/no parameter, or { parameter, is } for a choice',
    params: { mend: 'write `when: someBooleanParameter`' },
  },
);

/** What every step has, whatever its kind. */
export const stepBase = {
  /** The step's name: a state that holds when it is done (`database-saved`). */
  id: kebab,
  /** The state in words: "the WalT database is saved". A kind has a title of its own to fall back on. */
  title: prose.optional(),
  /** Why the step is there, for who reads the script or the page. */
  why: prose,
  /** How to take the step back. */
  undo: prose.optional(),
  /** The step is left out unless this holds. */
  when: whenSchema.optional(),
  /** Steps that have to be done before this one's check can tell. */
  needs: z.array(kebab).optional(),
  /**
   * The step whose completion ends the need for this one: a service that is stopped only for
   * the time of an upgrade is not stopped again when that upgrade is over.
   */
  until: kebab.optional(),
  /**
   * The step whose beginning ends the need for this one: what is asked of the old sources cannot be
   * asked any more once a run that was cut off may have changed some of them.
   */
  untilBegun: kebab.optional(),
};
