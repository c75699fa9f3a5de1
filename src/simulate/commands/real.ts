import type { CommandCall, Outcome } from '../command.ts';

/** Whether sed was told to edit in place; its script is no option, nor is what follows `-e`. */
function editsInPlace(args: readonly string[]): boolean {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') return false;
    if (word.startsWith('--in-place')) return true;
    const cluster = /^-[nrEsuz]*(.)/.exec(word)?.[1];
    if (cluster === 'i') return true;
    if (/^-[nrEsuz]*[ef]$/.test(word) || word === '--expression' || word === '--file') at += 1;
  }
  return false;
}

/** A real program that can change files: it is noted, and runs. */
export async function realProgram(call: CommandCall): Promise<Outcome> {
  const reads = call.name === 'sed' && !editsInPlace(call.args);
  const asks = call.args.some((word) => word === '--help' || word === '--version');
  if (!reads && !asks) await call.change();
  return { exec: [call.name, `/.model/bin/${call.name}`, ...call.args] };
}
