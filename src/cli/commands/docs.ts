import type { Command } from 'commander';
import { describe } from '../../docs/describe.ts';
import { htmlPage } from '../../docs/html/page.ts';
import { markdownPage } from '../../docs/markdown-page.ts';
import { transcriptProblems } from '../../docs/transcript.ts';
import { buildAll, type Built } from '../build.ts';
import { chooseSteps } from '../choose.ts';
import { readIfThere, writeTogether } from '../files.ts';
import { besideSteps, shown } from '../load.ts';
import { changedOf, compare, write, type Comparison } from '../output.ts';
import { tellDiffs, tellFiles } from '../tell-changes.ts';
import { typed } from '../typed.ts';
import { complain, EXIT, print, UserErrors } from '../ui.ts';
import type { Problem } from '../../model/problem.ts';

interface Options {
  readonly out: string;
  readonly steps: string;
  readonly check?: true;
  readonly html?: true;
  readonly record?: string;
}

/** The copied run beside a procedure: `transcript.txt` in its folder, or `NAME.transcript.txt`. */
function transcriptFile({ source }: Built): string {
  return besideSteps(source, 'transcript.txt');
}

/** The page of `built`, in the place of its scripts. */
async function withPage(built: Built, html: boolean): Promise<Built> {
  const view = await describe(built, readIfThere(transcriptFile(built)));
  const file = html
    ? { name: 'index.html', text: htmlPage(view) }
    : { name: 'README.md', text: markdownPage(view) };
  return { ...built, files: [file] };
}

/** Copied runs that are none of the procedure as it is now. */
function staleTranscripts(built: readonly Built[]): Problem[] {
  return built.flatMap((item) => {
    const file = transcriptFile(item);
    const text = readIfThere(file);
    return text === undefined ? [] : transcriptProblems(shown(file), item.procedure, text);
  });
}

/** `--check`: shows what differs. Returns the exit status. */
async function tellDifferences(
  compared: readonly Comparison[],
  { html, ...folders }: Options,
): Promise<number> {
  const changed = changedOf(compared);
  await tellDiffs(changed);
  if (changed.length === 0) return EXIT.done;
  complain(
    `${changed.length} of ${compared.length} pages out of date; \`${typed(folders, 'docs', ...(html === true ? ['--html'] : []))}\` writes them`,
  );
  return EXIT.differs;
}

/** Runs the procedures on simulated servers, and keeps what that printed beside them. */
async function record(built: readonly Built[], state: string): Promise<void> {
  const { recordRun } = await import('../record.ts');
  const writings = [];
  for (const item of built) {
    const text = await recordRun(item, state);
    writings.push({ path: transcriptFile(item), text, executable: false });
  }
  writeTogether(writings);
  for (const { path } of writings) print(`recorded  ${shown(path)}`);
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const { steps, out, check = false, html = false } = options;
  const built = await buildAll(await chooseSteps(steps, names));
  if (options.record !== undefined) await record(built, options.record);
  const stale = staleTranscripts(built);
  if (stale.length > 0) throw new UserErrors(stale);
  const compared = compare(await Promise.all(built.map((item) => withPage(item, html))), out);
  if (check) {
    process.exitCode = await tellDifferences(compared, options);
    return;
  }
  write(compared);
  const changed = changedOf(compared);
  tellFiles(changed);
  print(`${changed.length} of ${compared.length} pages written`);
}

/** `stepwright docs`: a page for each procedure. */
export function register(program: Command): void {
  program
    .command('docs')
    .description('write a page for each procedure: what it does, how to run it, and by hand')
    .argument('[procedure...]', 'their names or files; all of them when there is none')
    .option('--out <dir>', 'where the pages go, a folder for each procedure', 'dist-scripts')
    .option('--steps <dir>', 'the folder of procedures', 'steps')
    .option('--check', 'write nothing; show what is out of date, and exit with 1 if anything is')
    .option('--html', 'write index.html, one file that needs nothing else, instead of README.md')
    .option(
      '--record <server>',
      'before, run the procedures on this simulated server, and keep what that prints for the page',
    )
    .action(run);
}
