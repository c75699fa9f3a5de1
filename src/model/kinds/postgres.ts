import { z } from 'zod';
import { stepBase } from '../step-base.ts';
import { valueOf } from '../value.ts';

/** The cluster's name, as pg_lsclusters lists it. */
const cluster = valueOf.name.default('main');

/** What a step is about: one cluster, or several that it looks after each in its turn. */
const oneOrSeveral = {
  /** The cluster's name, as pg_lsclusters lists it; `main` when `clusters` is not given either. */
  cluster: valueOf.name.optional(),
  /** In its place, the names of several. Each of the databases has to be in one of them. */
  clusters: valueOf.names.optional(),
};

interface OneOrSeveral {
  readonly cluster?: unknown;
  readonly clusters?: unknown;
}

function isDecided(step: OneOrSeveral): boolean {
  return step.cluster === undefined || step.clusters === undefined;
}

const undecided = {
  path: ['clusters'],
  error: 'must not be given together with `cluster`',
  params: { mend: 'name every cluster in `clusters`, or the only one in `cluster`' },
};

/** Whether both are known, and the second one is not above the first: "9.6" is below "13". */
function isBackwards(from: unknown, to: unknown): boolean {
  if (typeof from !== 'string' || typeof to !== 'string') return false;
  return from.localeCompare(to, 'en', { numeric: true }) >= 0;
}

/** PostgreSQL databases, and clusters as Debian's tools keep them. */
export const postgresKinds = [
  z.strictObject({
    kind: z.literal('postgres.dump'),
    ...stepBase,
    database: valueOf.name,
    /** The file. Its folder is made when it is missing; a file that is there is kept as FILE.~1~. */
    to: valueOf.path,
    /** The operating system user that dumps it, who needs no rights where the file lies. */
    as: valueOf.name.default('postgres'),
    /** The version of the cluster that has the database; without it, the machine's default cluster. */
    version: valueOf.version.optional(),
    cluster,
  }),
  z
    .strictObject({
      kind: z.literal('postgres.dumps'),
      ...stepBase,
      databases: valueOf.names,
      /**
       * The folder; each database has its file NAME.dump there, or CLUSTER/NAME.dump where `clusters`
       * are named. A file that is there is kept.
       */
      to: valueOf.path,
      /** The operating system user that dumps them, who needs no rights where the files lie. */
      as: valueOf.name.default('postgres'),
      /** The version of the cluster, or the clusters, that have the databases. */
      version: valueOf.version,
      ...oneOrSeveral,
    })
    .refine(isDecided, undecided),
  z
    .strictObject({
      kind: z.literal('postgres.upgraded'),
      ...stepBase,
      /** The version that the cluster, or each of the clusters, has, as Debian names it: "9.6", "13". */
      from: valueOf.version,
      /** The version that it gets. Its server package has to be installed by an earlier step. */
      to: valueOf.version,
      ...oneOrSeveral,
      /** Databases that have to be in the cluster in the end, whatever is found of the old one. */
      databases: valueOf.names.optional(),
      /** The old cluster stays, stopped, until the administrator drops it. */
      keepOld: z.boolean().default(false),
      /** The planner's figures are made anew, before the old cluster is dropped. */
      analyze: z.boolean().default(false),
    })
    .refine(isDecided, undecided)
    .refine(({ from, to }) => !isBackwards(from, to), {
      path: ['to'],
      error: 'must be a version above `from`',
      params: { mend: 'name the version that the cluster has in `from`, the newer one in `to`' },
    }),
  z
    .strictObject({
      kind: z.literal('postgres.answering'),
      ...stepBase,
      version: valueOf.version,
      ...oneOrSeveral,
      /** Databases that have to answer. */
      databases: valueOf.names.optional(),
    })
    .refine(isDecided, undecided),
] as const;
