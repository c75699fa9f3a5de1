import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { HostModel } from '../simulate/define.ts';
import { namespaces } from '../simulate/root/entering.ts';
import { modelProblems, withToldErrors } from './checked-model.ts';
import { besideSteps, loadDefault, shown, type StepFile } from './load.ts';
import { didYouMean, UserError, UserErrors } from './ui.ts';

/** The model beside a procedure: `host.ts` in its folder, or `NAME.host.ts` beside its file. */
export function modelFile(source: StepFile): string {
  const file = besideSteps(source, 'host.ts');
  if (existsSync(file)) return file;
  throw new UserError(
    `${shown(file)}: there is no such file\n  it says which servers the procedure is tried on: export default defineHost({ … })`,
  );
}

/**
 * The model in `file`; what its functions throw is told as a mistake of theirs.
 * @throws UserError when it cannot be loaded, or is none.
 */
export async function loadModel(file: string): Promise<HostModel> {
  const model = await loadDefault(file);
  const problems = modelProblems(shown(file), model);
  if (problems.length > 0) throw new UserErrors(problems);
  return withToldErrors(shown(file), model as HostModel);
}

/** Namespaces can be had: as root, or as a user with a range of ids of their own. */
export function demandNamespaces(): void {
  const probe = spawnSync('unshare', [...namespaces(), 'true'], { encoding: 'utf8' });
  if (process.platform === 'linux' && probe.status === 0) return;
  const said = probe.error?.message ?? probe.stderr.trim();
  throw new UserError(
    `the simulated host needs Linux, and namespaces of its own: ${said === '' ? process.platform : said}\n` +
      '  run it as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, and a line for you in /etc/subuid)',
  );
}

/** The start states that are `wanted`, all of them by default. @throws UserError */
export function chooseStates(model: HostModel, wanted: readonly string[] | undefined): string[] {
  const known = Object.keys(model.states);
  const unknown = (wanted ?? []).filter((name) => !known.includes(name));
  if (unknown.length === 0) return [...(wanted ?? known)];
  const told = unknown.map(
    (name) => `no start state ${JSON.stringify(name)}${didYouMean(name, known)}`,
  );
  throw new UserError(`${told.join('\n')}\n  there are: ${known.join(', ')}`);
}
