import { Option, type Command } from 'commander';
import { buildAll, type Built } from '../build.ts';
import { checkBuilt, type Told } from '../check-built.ts';
import { chooseSteps } from '../choose.ts';
import { changedOf, compare, orphansIn, removeOrphans, write, type Comparison } from '../output.ts';
import { tellDiffs, tellFiles } from '../tell-changes.ts';
import { typed, type Folders } from '../typed.ts';
import { complain, EXIT, print, progress, UserError } from '../ui.ts';

interface Options {
  readonly out: string;
  readonly steps: string;
  readonly check?: true;
  readonly prune?: true;
  readonly json?: true;
  readonly shellcheck?: string;
  readonly lint: boolean;
}

function tellProblems(problems: readonly Told[]): void {
  if (problems.length === 0) return;
  throw new UserError(problems.map(({ text }) => text).join('\n'));
}

function asJson(compared: readonly Comparison[], orphans: readonly string[]): string {
  const files = compared.map(({ path, state, procedure }) => ({ procedure, path, state }));
  return JSON.stringify({ files, orphans }, undefined, 2);
}

function tellOrphans(orphans: readonly string[], pruned: boolean, folders: Folders): void {
  for (const path of orphans) {
    complain(
      pruned
        ? `${path}: removed, no procedure makes it`
        : `${path}: no procedure makes it; \`${typed(folders, 'compile', '--prune')}\` removes it`,
    );
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What `--check` has against the files, in words. */
function tellOutOfDate(changed: number, orphans: number, folders: Folders): void {
  if (changed > 0) {
    const [are, them] = changed === 1 ? ['is', 'it'] : ['are', 'them'];
    complain(
      `${counted(changed, 'file')} ${are} out of date; \`${typed(folders, 'compile')}\` writes ${them}`,
    );
  }
  if (orphans > 0) {
    const [are, them] = orphans === 1 ? ['is', 'it'] : ['are', 'them'];
    complain(
      `${counted(orphans, 'file')} ${are} of no procedure; \`${typed(folders, 'compile', '--prune')}\` removes ${them}`,
    );
  }
}

/** What came of it, in words. */
function tellWritten(compared: readonly Comparison[], built: readonly Built[]): void {
  const changed = changedOf(compared);
  tellFiles(changed);
  const same = compared.length - changed.length;
  const [procedures, files] = [counted(built.length, 'procedure'), counted(changed.length, 'file')];
  print(`${procedures}, ${files} written, ${same} as before`);
}

/** The procedures, compiled and without a finding. */
async function build(names: readonly string[], options: Options): Promise<Built[]> {
  const shownProgress = progress();
  try {
    shownProgress.say('compiling');
    const built = await buildAll(await chooseSteps(options.steps, names));
    if (options.lint) {
      shownProgress.say('checking with ShellCheck');
      tellProblems(await checkBuilt(built, options.out, options.shellcheck));
    }
    return built;
  } finally {
    shownProgress.end();
  }
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const { out, check = false, prune = false, json = false } = options;
  if (prune && names.length > 0) {
    throw new UserError(
      `--prune: what no procedure makes is known when all are compiled, and ${names.join(', ')} is named\n  leave out the name, or --prune`,
    );
  }
  const built = await build(names, options);
  const compared = compare(built, out);
  const orphans = names.length === 0 ? orphansIn(out, built) : [];
  const changed = changedOf(compared);
  const differs = changed.length > 0 || orphans.length > 0;
  if (check) process.exitCode = differs ? EXIT.differs : EXIT.done;
  else write(compared);
  const pruned = prune && !check;
  if (pruned) removeOrphans(orphans);
  if (json) {
    print(asJson(compared, orphans));
    return;
  }
  if (check) await tellDiffs(changed);
  else tellWritten(compared, built);
  tellOrphans(orphans, pruned, options);
  if (check) tellOutOfDate(changed.length, orphans.length, options);
}

/** `stepwright compile`: from steps to checked scripts. */
export function register(program: Command): void {
  program
    .command('compile')
    .description('compile procedures into scripts, and check these')
    .argument('[procedure...]', 'their names or files; all of them when there is none')
    .option('--out <dir>', 'where the scripts go', 'dist-scripts')
    .option('--steps <dir>', 'the folder of procedures', 'steps')
    .option('--check', 'write nothing; show what is out of date, and exit with 1 if anything is')
    .option('--prune', 'remove generated files that no procedure makes any more')
    .option('--no-lint', 'leave out ShellCheck and the check of the bash version')
    .option('--shellcheck <path>', 'the ShellCheck to use')
    .addOption(new Option('--json', 'for machines'))
    .action(run);
}
