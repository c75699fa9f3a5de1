import { copyScripts, runPart, type Subject } from '../simulate/proofs/subject.ts';
import type { Built } from './build.ts';
import { chooseStates, demandNamespaces, loadModel, modelFile } from './host-model.ts';
import { UserError } from './ui.ts';

const PROMPT = 'root@server:~#';
/** The exit status of a part that another part comes after. */
const REBOOT = 10;

/** The command that `runPart` gives for the part `index` of `count`, as an administrator types it. */
function typed(file: string, index: number, count: number, args: readonly string[]): string {
  const options = ['--yes', ...(index === count - 1 ? [] : ['--reboot']), ...args];
  return `${PROMPT} bash ${[file, ...options].join(' ')}`;
}

/**
 * What a run of the procedure prints on the simulated server `name`, with the commands between it.
 * @throws UserError when there is no such server, or the run does not come to its end.
 */
export async function recordRun(built: Built, name: string): Promise<string> {
  demandNamespaces();
  const model = await loadModel(modelFile(built.source));
  chooseStates(model, [name]);
  const state = model.states[name];
  const subject: Subject = { id: built.procedure.id, scripts: built.scripts, model };
  if (state === undefined) throw new UserError(`no start state ${JSON.stringify(name)}`);
  const host = await state.make(model.world);
  const lines = [`# On a simulated server, whose times say nothing of yours: ${state.title}.`];
  try {
    copyScripts(host, subject.scripts);
    host.sync();
    for (const [index, { name: file }] of subject.scripts.entries()) {
      const { status, stdout, stderr } = await runPart(host, subject, index, state);
      if (status !== 0 && status !== REBOOT) {
        throw new UserError(
          `${file} ended with ${status} on the server ${name}, and that is nothing to show:\n${stdout}${stderr}`,
        );
      }
      lines.push(typed(file, index, subject.scripts.length, state.args ?? []), stdout.trimEnd());
      if (status === REBOOT) host.boot();
    }
  } finally {
    host.dispose();
  }
  return `${lines.join('\n')}\n`;
}
