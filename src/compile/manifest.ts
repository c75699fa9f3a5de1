import { createHash } from 'node:crypto';
import type { Procedure } from '../model/procedure.ts';
import { lower } from './lower.ts';
import { inProse } from './lowered.ts';
import { titleOf } from './part-script.ts';
import type { Part } from './parts.ts';

/** A file of a compiled procedure, in the folder of that procedure. */
export interface OutputFile {
  readonly name: string;
  readonly text: string;
}

const digests = new Map<string, string>();

/** The SHA-256 digest of `text` as UTF-8, in hexadecimal; that of each text is made once. */
export function digest(text: string): string {
  const found = digests.get(text) ?? createHash('sha256').update(text, 'utf8').digest('hex');
  digests.set(text, found);
  return found;
}

/** `manifest.json`: what is in the folder, for machines. `schema` counts up with its shape. */
export function manifest(
  procedure: Procedure,
  parts: readonly Part[],
  scripts: readonly OutputFile[],
): OutputFile {
  const { id, title, from, to, architecture, bash, takes, parameters } = procedure;
  const content = {
    schema: 1,
    procedure: id,
    title,
    from,
    to,
    architecture,
    bash,
    ...(takes === undefined ? {} : { takes }),
    parameters: parameters.map(({ reference: _reference, ...rest }) => rest),
    parts: parts.map((part, index) => ({
      file: part.file,
      sha256: digest(scripts[index]?.text ?? ''),
      steps: part.steps.map((step) => ({
        id: step.id,
        kind: step.kind,
        title: inProse(titleOf(step, lower(step))),
      })),
    })),
  };
  return { name: 'manifest.json', text: `${JSON.stringify(content, undefined, 2)}\n` };
}

/** `SHA256SUMS`, for `sha256sum --check`. */
export function checksums(files: readonly OutputFile[]): OutputFile {
  const lines = files.map(({ name, text }) => `${digest(text)}  ${name}\n`);
  return { name: 'SHA256SUMS', text: lines.join('') };
}
