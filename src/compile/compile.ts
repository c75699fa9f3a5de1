import type { Procedure } from '../model/procedure.ts';
import { checksums, manifest, type OutputFile } from './manifest.ts';
import { partsOf } from './parts.ts';
import { formatScript } from './format.ts';
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

/** Brings bash into the layout of generated scripts; see `formatScript`. */
export type Format = (text: string) => Promise<string>;

/**
 * Compiles `input`, the default export of step file `file`. The same input gives the same bytes.
 * `format` may remember what `formatScript` answers, and nothing else.
 * @throws ProcedureError with everything that is wrong with the procedure.
 */
export async function compile(
  file: string,
  input: unknown,
  format: Format = formatScript,
): Promise<Compiled> {
  const procedure = validate(file, input);
  const parts = partsOf(procedure.steps);
  const names = parts.map((part) => part.file);
  const scripts = await Promise.all(
    parts.map(async (part) => {
      const { own, runtime } = partScript(procedure, part, names);
      return { name: part.file, text: `${await format(own)}\n${runtime}` };
    }),
  );
  const described = manifest(procedure, parts, scripts);
  return {
    procedure,
    scripts,
    files: [...scripts, described, checksums([...scripts, described])],
  };
}
