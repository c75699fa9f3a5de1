import { Option, type Command } from 'commander';
import { buildAll, type Built } from '../build.ts';
import { checkBuilt, type Told } from '../check-built.ts';
import { diffOf } from '../text-diff.ts';
import { chooseSteps } from '../load.ts';
import { compare, orphansIn, removeOrphans, write, type Comparison } from '../output.ts';
import { complain, EXIT, print, progress, UserError, wantsColour } from '../ui.ts';

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

function tellOrphans(orphans: readonly string[], pruned: boolean): void {
  for (const path of orphans) {
    complain(
      pruned
        ? `${path}: removed, no procedure makes it`
        : `${path}: no procedure makes it; \`stepwright compile --prune\` removes it`,
    );
  }
}

function tellWritten(compared: readonly Comparison[], built: readonly Built[]): void {
  const changed = compared.filter(({ state }) => state !== 'same');
  for (const { path, state } of changed)
    print(`${state === 'new' ? 'new    ' : 'changed'}  ${path}`);
  const same = compared.length - changed.length;
  print(`${built.length} procedures, ${changed.length} files written, ${same} as they were`);
}

/** `--check`: shows what differs. Returns the exit status. */
function tellDifferences(compared: readonly Comparison[], orphans: readonly string[]): number {
  const changed = compared.filter(({ state }) => state !== 'same');
  for (const { path, before, text } of changed) {
    print(diffOf(path, before ?? '', text, wantsColour()));
  }
  tellOrphans(orphans, false);
  if (changed.length === 0 && orphans.length === 0) return EXIT.done;
  complain(`${changed.length} files are out of date; \`npx stepwright compile\` writes them`);
  return EXIT.differs;
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const shownProgress = progress();
  try {
    shownProgress.say('compiling');
    const built = await buildAll(chooseSteps(options.steps, names));
    if (options.lint) {
      shownProgress.say('checking with ShellCheck');
      tellProblems(await checkBuilt(built, options.out, options.shellcheck));
    }
    shownProgress.end();
    const compared = compare(built, options.out);
    const orphans = names.length === 0 ? orphansIn(options.out, built) : [];
    if (options.check === true) {
      if (options.json === true) print(asJson(compared, orphans));
      const differs =
        options.json === true
          ? Number(compared.some(({ state }) => state !== 'same') || orphans.length > 0)
          : tellDifferences(compared, orphans);
      process.exitCode = differs;
      return;
    }
    write(compared);
    if (options.prune === true) removeOrphans(orphans);
    if (options.json === true) print(asJson(compared, orphans));
    else tellWritten(compared, built);
    if (options.json !== true) tellOrphans(orphans, options.prune === true);
  } finally {
    shownProgress.end();
  }
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
