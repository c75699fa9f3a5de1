import type { Procedure } from '../model/procedure.ts';
import { checksums, manifest, type OutputFile } from './manifest.ts';
import { partsOf } from './parts.ts';
import { partScript } from './script.ts';
import { validate } from './validate.ts';

/** A compiled procedure. */
export interface Compiled {
  readonly procedure: Procedure;
  /** The scripts, in the order in which they are run. */
  readonly scripts: readonly OutputFile[];
  /** Every file: the scripts, `manifest.json` and `SHA256SUMS`. */
  readonly files: readonly OutputFile[];
}

/**
 * Compiles `input`, the default export of step file `file`. The same input gives the same bytes.
 * @throws ProcedureError with everything that is wrong with the procedure.
 */
export async function compile(file: string, input: unknown): Promise<Compiled> {
  const procedure = validate(file, input);
  const parts = partsOf(procedure.steps);
  const names = parts.map((part) => part.file);
  const scripts = await Promise.all(
    parts.map(async (part) => ({
      name: part.file,
      text: await partScript(procedure, part, names),
    })),
  );
  const described = manifest(procedure, parts, scripts);
  return {
    procedure,
    scripts,
    files: [...scripts, described, checksums([...scripts, described])],
  };
}
