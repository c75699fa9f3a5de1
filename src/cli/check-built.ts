import { join } from 'node:path';
import { checkScripts, type PlacedFinding, type Script } from '../check/check-scripts.ts';
import type { BashVersion } from '../check/constructs.ts';
import type { Built } from './build.ts';
import { cacheFolder } from './files.ts';
import { orUserError, tellFinding } from './findings.ts';

/** A finding as it is told to the user. */
export interface Told {
  readonly text: string;
}

/** The scripts of `built` by the oldest bash that they have to run with. */
function byBash(built: readonly Built[], out: string): Map<BashVersion, Script[]> {
  const groups = new Map<BashVersion, Script[]>();
  for (const { procedure, scripts } of built) {
    const named = scripts.map(({ name, text }) => ({ name: join(out, procedure.id, name), text }));
    groups.set(procedure.bash, [...(groups.get(procedure.bash) ?? []), ...named]);
  }
  return groups;
}

/** The finding and its line of the script, which was not written for its sake. */
function told({ name, text }: Script, finding: PlacedFinding): Told {
  const line = text.split('\n')[finding.line - 1] ?? '';
  return { text: `${tellFinding(name, finding)}\n  ${line.trim()}` };
}

/**
 * What ShellCheck, `bash -n` and the table of bash versions find in the scripts of `built`, which
 * would be written below `out`.
 * @throws UserError when the ShellCheck at `shellcheck` cannot be used.
 */
export async function checkBuilt(
  built: readonly Built[],
  out: string,
  shellcheck: string | undefined,
): Promise<Told[]> {
  const all: Told[] = [];
  for (const [minimumBash, scripts] of byBash(built, out)) {
    const options = { minimumBash, shellcheckPath: shellcheck, cacheDir: cacheFolder() };
    const report = await orUserError(checkScripts(scripts, options));
    for (const [index, { findings }] of report.scripts.entries()) {
      const script = scripts[index];
      if (script !== undefined) all.push(...findings.map((finding) => told(script, finding)));
    }
  }
  return all;
}
