import { z } from 'zod';
import { kebab } from '../parameter.ts';
import { stepBase } from '../step-base.ts';
import { valueOf } from '../value.ts';

/** A component of an archive: "main". */
const component = z.string().regex(/^[a-z][a-z0-9./-]*$/, 'must be a component like "main"');

const host = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be a host like "download.example.org"');

/** What the packages may ask while they are upgraded, and what they are told. */
const answers = z.strictObject({
  /** "Upgrade the C library now?" */
  libcUpgrade: z.literal('yes'),
  /** "Restart services during package upgrades without asking?" */
  restartServices: z.literal('yes'),
  /** A setting was changed here and in the package: whose version is in use afterwards? */
  conffiles: z.enum(['keep', 'replace']),
  /** PostgreSQL's note about clusters of an old version: they are upgraded by steps of their own. */
  postgresqlNotice: z.literal('ignore'),
  /** Where grub puts its first stage, on machines that start from a disk's first sector. */
  grub: z.union([z.literal('boot-disk'), z.strictObject({ disk: valueOf.path })]),
});

/** The release whose packages are due: its codename. */
const suite = kebab;

const sources = [
  z.strictObject({
    kind: z.literal('apt.suites'),
    ...stepBase,
    /** The codename that the distribution's sources name before. */
    from: kebab,
    to: kebab,
    /**
     * Where the distribution's packages come from, when the sources' own address will not do; an
     * empty parameter leaves them where they are.
     */
    mirror: valueOf.maybeUrl.optional(),
    /** The same for security updates. */
    securityMirror: valueOf.maybeUrl.optional(),
    /** The suites are archived: their Release files are past their date. Signatures count. */
    archived: z.boolean().default(false),
    /** Components that others take the place of: `{ 'non-free': ['non-free', 'non-free-firmware'] }`. */
    components: z.record(component, z.array(component).min(1)).default({}),
  }),
  z.strictObject({
    kind: z.literal('apt.repository'),
    ...stepBase,
    /** The name of its list file and of its key, without what follows the point. */
    name: kebab,
    url: valueOf.url,
    /** A suite, or a directory that ends in "/". */
    suite: valueOf.text,
    /** None for a directory. */
    components: z.array(component).default([]),
    /** Those that it has packages for; all of the machine's when left out. */
    architectures: z.array(component).default([]),
    /** Where its key is to be had, as text or not. */
    key: valueOf.url,
    /** The keys that are expected there. Without them, whatever key is there is trusted. */
    fingerprints: z.array(valueOf.fingerprint).default([]),
  }),
  z.strictObject({
    kind: z.literal('apt.thirdPartyDisabled'),
    ...stepBase,
    /** Sources at these hosts stay. */
    hosts: z.array(host).default([]),
    /** Sources in list files of these names stay: those of the procedure's own repositories. */
    lists: z.array(kebab).default([]),
  }),
  z.strictObject({
    kind: z.literal('apt.indexes'),
    ...stepBase,
    suite,
    /** What will do, too: where the sources were changed by hand before the procedure does it. */
    orSuite: suite.optional(),
    /** They count for half a day only, and not when somebody else has fetched them. */
    recent: z.literal(true).optional(),
  }),
] as const;

const upgrades = [
  z.strictObject({
    kind: z.literal('apt.prefetched'),
    ...stepBase,
    suite,
    /** Packages that are installed later on, and are to be here as well. */
    packages: valueOf.names.optional(),
    /** Packages that the upgrade must not remove. */
    keep: valueOf.names.optional(),
  }),
  z.strictObject({ kind: z.literal('apt.minimalUpgrade'), ...stepBase, suite, answers }),
  z.strictObject({
    kind: z.literal('apt.distUpgraded'),
    ...stepBase,
    suite,
    /**
     * For an upgrade within the release, before its sources change to those of this later suite:
     * nothing is left to do, too, where packages come from there already.
     */
    orSuite: suite.optional(),
    answers,
    /** Packages that the upgrade must not remove. */
    keep: valueOf.names.optional(),
  }),
  z.strictObject({ kind: z.literal('apt.settled'), ...stepBase }),
] as const;

const packages = [
  z.strictObject({
    kind: z.literal('apt.installed'),
    ...stepBase,
    packages: valueOf.names,
    /** The suite that they come from, where it is not the release itself: "buster-backports". */
    suite: kebab.optional(),
    minimumVersion: valueOf.version.optional(),
    /** Whether recommended packages come along; as apt is set when left out. */
    recommends: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('apt.absent'),
    ...stepBase,
    packages: valueOf.names,
    /** Packages that must not go with them. */
    keep: valueOf.names.optional(),
  }),
  z.strictObject({
    kind: z.literal('apt.foreignListed'),
    ...stepBase,
    to: valueOf.path,
    /** The old release: as long as the distribution's sources have it alone, the list is kept up to date. */
    suite,
    /**
     * The list of `apt.obsoleteListed` of an earlier upgrade, where there was one: what it has left is
     * not foreign, unless it was installed anew since.
     */
    except: valueOf.path.optional(),
  }),
  z.strictObject({
    kind: z.literal('apt.obsoleteListed'),
    ...stepBase,
    to: valueOf.path,
    /** The list of `apt.foreignListed`: what is in it is left out. */
    foreign: valueOf.path.optional(),
  }),
  z.strictObject({
    kind: z.literal('apt.obsoletePurged'),
    ...stepBase,
    /** The list of `apt.foreignListed`: what is in it stays. */
    foreign: valueOf.path,
    keep: valueOf.names.optional(),
  }),
] as const;

/** Debian packages and where they come from. */
export const aptKinds = [...sources, ...upgrades, ...packages] as const;
