import { z } from 'zod';
import { carriedSchema, type Carried } from '../carried.ts';
import { stepBase } from '../step-base.ts';
import { isReference, prose, valueOf, type Reference, type TextValue } from '../value.ts';

/** A carried value of type `T`, where a step learns it. */
type Learnt<T extends 'lines' | 'identifier'> = Carried & Reference<T>;

function learnt<T extends 'lines' | 'identifier'>(type: T, what: string) {
  return carriedSchema.refine((value) => value.type === type, {
    error: `must be ${what}`,
    params: { mend: `declare it with \`carried.${type}('name', …)\`` },
  }) as unknown as z.ZodType<Learnt<T>, Learnt<T>>;
}

/** What podman puts before a name that docker gives without a registry. */
const prefix: z.ZodDefault<z.ZodType<TextValue, TextValue>> = valueOf.text.default('docker.io/');

/** Where images have to be: in the one, in the other, or in either of them. */
const storage = z.enum(['docker', 'podman', 'docker-or-podman']);

/** A yes/no parameter. */
const wanted = z.custom<Reference<'boolean'>>(
  (value) => isReference(value) && value.type === 'boolean',
  {
    error: 'must be a yes/no parameter',
    params: { mend: 'write `when: someBooleanParameter`' },
  },
);

/** Options that ask whether every image of a list is in a storage. */
export const presence = {
  /** The list that `containers.inventoried` has learnt. */
  images: valueOf.lines,
  storage,
  prefix,
};

/** Container images, which must not be lost when the storage that holds them is replaced. */
export const containersKinds = [
  z.strictObject({
    kind: z.literal('containers.inventoried'),
    ...stepBase,
    /**
     * The list that is learnt: names with their tags, `who/image:tag`. An image that is neither in
     * docker nor in the database any more leaves it, but not once docker was replaced or podman has
     * one of them. A later inventory learns the same list anew where this step has it as its `until`.
     */
    into: learnt('lines', 'a carried list'),
    /** Only images that have this label (docker's filter: `key` or `key=value`). */
    label: valueOf.text.optional(),
    prefix,
    /** A database that names images too. Each that it names has to be there, or the step fails. */
    expected: z
      .strictObject({
        /** Its name; PostgreSQL lets root in. */
        database: valueOf.name,
        /** SQL that prints one name a row; it can only read. A name without a tag means `latest`. */
        query: valueOf.text,
        /** A second list: of those that the database names alone, where no others are migrated. */
        into: learnt('lines', 'a carried list').optional(),
        /** SQL that prints the images that are not whole yet: as long as there is one, the step fails. */
        pending: z
          .strictObject({
            query: valueOf.text,
            /** How to have none, and what it needs for that: "start it again, and wait until …". */
            remedy: prose,
          })
          .optional(),
      })
      .optional(),
    /**
     * Where the images are to go later on: there has to be room for them now, where `saved` is (unless
     * `when` says no) and where podman keeps its own.
     */
    room: z
      .strictObject({
        /** The directory of `containers.saved`. */
        saved: valueOf.path,
        /** Whether that step is wanted. */
        when: wanted.optional(),
      })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('containers.driverRecorded'),
    ...stepBase,
    /** The name of docker's storage driver, `unknown` where docker is gone. */
    into: learnt('identifier', 'a carried identifier'),
  }),
  z.strictObject({
    kind: z.literal('containers.saved'),
    ...stepBase,
    images: presence.images,
    /** The directory; one file an image, and beside it its size, name and digest. */
    to: valueOf.path,
  }),
  z.strictObject({
    kind: z.literal('containers.present'),
    ...stepBase,
    ...presence,
    /** The directory of `containers.saved`: what is missing is loaded from there. */
    from: valueOf.path.optional(),
    /**
     * docker's unit: it is started where docker does not answer. Where it does not start, what was saved
     * is loaded into podman, if podman will do.
     */
    unit: valueOf.name.optional(),
    /** What `containers.driverRecorded` has learnt, to tell the way out where images are missing. */
    driver: valueOf.name.optional(),
  }),
] as const;
