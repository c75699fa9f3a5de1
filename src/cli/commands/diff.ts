import { existsSync, statSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { allChanges, compareProcedures, type Procedures } from '../../diff/procedures.ts';
import { FORMATS, render, type Rendering } from '../../diff/render.ts';
import { buildAll } from '../build.ts';
import { chooseSteps } from '../choose.ts';
import { findSteps } from '../load.ts';
import { byProcedure, inFolder, isCompared, ofBuilt } from '../procedures.ts';
import { baseOf, filesAt, isRevision } from '../revision.ts';
import { complain, EXIT, print, progress, UserError, wantsColour } from '../ui.ts';

interface Options {
  readonly steps: string;
  readonly out: string;
  readonly format: Rendering['format'];
  readonly failOn?: 'risk';
}

/** What would be committed: the steps compiled, or the scripts that are there without any. */
async function current({ steps, out }: Options): Promise<Procedures> {
  if (existsSync(steps) && findSteps(steps).length > 0) {
    const shownProgress = progress();
    try {
      shownProgress.say('compiling');
      return ofBuilt(await buildAll(await chooseSteps(steps, [])));
    } finally {
      shownProgress.end();
    }
  }
  if (existsSync(out)) return inFolder(out);
  throw new UserError(
    `${steps}, ${out}: there is no such folder\n  run this where the folder steps is, or name it with --steps`,
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What is compared with: how it is called, and its procedures. `folder`: it can be nothing else. */
function sideOf(old: string | undefined, folder: boolean, out: string): [string, Procedures] {
  if (old !== undefined && (folder || (isFolder(old) && !isRevision(old)))) {
    return [old, inFolder(old)];
  }
  const base = baseOf(old);
  const before = byProcedure(filesAt(base, out, isCompared));
  if (before.size === 0) complain(`${base.name} has no scripts in ${out}: all are new`);
  return [base.name, before];
}

async function run(old: string | undefined, now: string | undefined, options: Options) {
  const { format, out, failOn } = options;
  const [base, before] = sideOf(old, now !== undefined, out);
  const after = now === undefined ? await current(options) : inFolder(now);
  const difference = compareProcedures(before, after);
  print(render(difference, { format, base, colour: wantsColour() }));
  const changes = allChanges(difference);
  const telling = failOn === 'risk' ? changes.filter(({ risks }) => risks.length > 0) : changes;
  process.exitCode = telling.length > 0 ? EXIT.differs : EXIT.done;
}

/** `stepwright diff`: what changed, in terms of steps. */
export function register(program: Command): void {
  program
    .command('diff')
    .description('tell what changed in the compiled procedures, step by step, with its risks')
    .argument(
      '[base]',
      'a git revision (default: the merge base with the main branch), or a folder of compiled scripts',
    )
    .argument('[folder]', 'with two folders of compiled scripts: the newer one')
    .addOption(
      new Option('--format <format>', 'how it is told').choices(FORMATS).default('terminal'),
    )
    .addOption(
      new Option('--fail-on <what>', 'exit with 1 only where there is one').choices(['risk']),
    )
    .option('--out <dir>', 'where the scripts are', 'dist-scripts')
    .option('--steps <dir>', 'the folder of procedures', 'steps')
    .addHelpText('after', '\nExit status: 0 nothing changed, 1 something did, 2 wrong use.')
    .action(run);
}
