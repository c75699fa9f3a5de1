import type { CommandCall, Outcome } from '../command.ts';
import { Refusal } from '../command.ts';
import { gnuComplaints, parseOptions } from '../options.ts';
import { pathOf } from './pg-dump.ts';

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

/** tar that only lists or compares. */
function listsOnly(args: readonly string[]): boolean {
  return (
    args.some((word) => /^(--list|--diff|--compare|--test-label)$/.test(word)) ||
    /^-?[vzjJf]*t/.test(args[0] ?? '')
  );
}

/** A real program that can change files: it is noted, and runs. */
export async function realProgram(call: CommandCall): Promise<Outcome> {
  const reads =
    (call.name === 'sed' && !editsInPlace(call.args)) ||
    (call.name === 'tar' && listsOnly(call.args));
  const asks = call.args.some((word) => word === '--help' || word === '--version');
  if (!reads && !asks) await call.change();
  return { exec: [call.name, `/.model/bin/${call.name}`, ...call.args] };
}

/**
 * stat(1), as far as it is asked for a file's inode: the one that it went by in the host that this
 * one is a copy of. Everything else runs for real.
 */
export function statWithInode(call: CommandCall): Outcome {
  const parsed = parseOptions(
    call.args,
    { '-L --dereference': 'flag', '-c --format': 'value', '--printf': 'value' },
    gnuComplaints('stat'),
  );
  const format = parsed.value('format') ?? parsed.value('printf') ?? '';
  const [path = ''] = parsed.operands;
  if (parsed.operands.length !== 1)
    throw new Refusal(1, 'stat: the simulated host tells the inode of one file at a time');
  if (!call.host.files.exists(pathOf(call, path)))
    throw new Refusal(1, `stat: cannot stat '${path}': No such file or directory`);
  const filled = format.replaceAll('%i', String(call.host.inodeOf(pathOf(call, path))));
  const flags = parsed.has('dereference') ? ['-L'] : [];
  return { exec: ['stat', '/.model/bin/stat', ...flags, '-c', filled, '--', path] };
}
