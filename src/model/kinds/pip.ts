import { z } from 'zod';
import { stepBase } from '../step-base.ts';
import { valueOf } from '../value.ts';
import { sha256 } from './download.ts';

const which = {
  /** The Python whose packages they are: that of the system, or with `venv` that of the environment. */
  python: z.enum(['python2', 'python3']).default('python3'),
  /** The virtual environment that they are in. */
  venv: valueOf.path.optional(),
};

interface Which {
  readonly python: 'python2' | 'python3';
  readonly venv?: unknown;
}

/** `venv` makes environments of Python 3 alone. */
function isPossible({ python, venv }: Which): boolean {
  return venv === undefined || python === 'python3';
}

const impossible = {
  error: 'must not be given for python2',
  path: ['venv'],
  params: { mend: 'take it out, or take `python` out' },
};

/** A package, at any version or at one. */
const requirement = z.union([
  valueOf.name,
  z.strictObject({ name: valueOf.name, version: valueOf.version }),
]);

/** Python packages that pip looks after. */
export const pipKinds = [
  z
    .strictObject({
      kind: z.literal('pip.absent'),
      ...stepBase,
      ...which,
      packages: valueOf.names,
    })
    .refine(isPossible, impossible),
  z
    .strictObject({
      kind: z.literal('pip.installed'),
      ...stepBase,
      ...which,
      /** Names, or `{ name, version }`: `5` is also satisfied by 5.0, and by no other version. */
      packages: z.array(requirement).min(1, 'must name a package'),
    })
    .refine(isPossible, impossible),
  z.strictObject({
    kind: z.literal('pip.itself'),
    ...stepBase,
    /** The script that installs pip, made for the Python that will run it. */
    url: valueOf.url,
    sha256: sha256.optional(),
    /** An older pip does not do. */
    minimum: valueOf.version.optional(),
  }),
  z.strictObject({
    kind: z.literal('pip.venv'),
    ...stepBase,
    /** A directory that is not there yet, is empty, or is such an environment already. */
    path: valueOf.path,
  }),
] as const;
