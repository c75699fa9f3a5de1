import { readFileSync, realpathSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { quote } from '../../bash/quote.ts';
import { describe } from '../../docs/describe.ts';
import type { Library } from '../../docs/embed/content.ts';
import { fill, findRegions, markupOf, proceduresIn, type Target } from '../../docs/embed/fill.ts';
import type { Region } from '../../docs/embed/regions.ts';
import type { Problem } from '../../model/problem.ts';
import { buildAll } from '../build.ts';
import { writeTogether } from '../files.ts';
import { chooseSteps } from '../choose.ts';
import { tellDiffs } from '../tell-changes.ts';
import { typed } from '../typed.ts';
import { complain, EXIT, isSystemError, print, systemReason, UserErrors } from '../ui.ts';

interface Options {
  readonly steps: string;
  readonly check?: true;
}

/** A file that was read, and where it is written: a link stays one. */
interface Opened extends Target {
  readonly path: string;
  readonly mode: number;
  readonly regions: readonly Region[];
}

function decoded(file: string): string | Problem {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    if (isSystemError(error)) {
      return { where: file, what: systemReason(error), mend: 'name a file that can be read' };
    }
    if (!(error instanceof TypeError)) throw error;
    return { where: file, what: 'it is no UTF-8 text', mend: 'save it as UTF-8' };
  }
}

/** `file`, read, with its regions; the problems that it has go to `problems`. */
async function open(file: string, problems: Problem[]): Promise<Opened[]> {
  const markup = markupOf(file);
  if (markup === undefined) {
    const mend = 'name a file that ends in .md or .rst';
    problems.push({ where: file, what: 'its name does not say how it is written', mend });
    return [];
  }
  const text = decoded(file);
  if (typeof text !== 'string') {
    problems.push(text);
    return [];
  }
  const target = { file, text, markup };
  const found = await findRegions(target);
  problems.push(...found.problems);
  const path = realpathSync(file);
  return [{ ...target, path, mode: statSync(path).mode & 0o7777, regions: found.regions }];
}

async function openAll(files: readonly string[], problems: Problem[]): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const file of files) {
    for (const one of await open(file, problems)) {
      if (!opened.some(({ path }) => path === one.path)) opened.push(one);
    }
  }
  return opened;
}

/** The procedures that the regions ask for. */
async function libraryFor(opened: readonly Opened[], steps: string): Promise<Library> {
  const wanted = proceduresIn(opened.flatMap(({ regions }) => regions));
  if (wanted.size === 0) return { views: [], ids: [] };
  const built = await buildAll(await chooseSteps(steps, []));
  const asked = built.filter(({ procedure }) => wanted.has(procedure.id));
  return {
    views: await Promise.all(asked.map((item) => describe(item))),
    ids: built.map(({ procedure }) => procedure.id),
  };
}

interface Change extends Opened {
  readonly after: string;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `--check`: shows what differs. Returns the exit status. */
async function tellDifferences(changed: readonly Change[], steps: string): Promise<number> {
  await tellDiffs(
    changed.map(({ file, text, after }) => ({ path: file, before: text, text: after })),
  );
  if (changed.length === 0) return EXIT.done;
  const names = changed.map(({ file }) => quote(file));
  complain(
    `${count(changed.length, 'file')} out of date; \`${typed({ steps }, 'embed', ...names)}\` fills them`,
  );
  return EXIT.differs;
}

async function run(files: readonly string[], { steps, check }: Options): Promise<void> {
  const problems: Problem[] = [];
  const opened = await openAll(files, problems);
  const library = await libraryFor(opened, steps);
  const filled = opened.map((target): Change => {
    const { text, problems: found } = fill(target, target.regions, library);
    problems.push(...found);
    return { ...target, after: text };
  });
  if (problems.length > 0) throw new UserErrors(problems);
  const changed = filled.filter(({ text, after }) => text !== after);
  if (check === true) {
    process.exitCode = await tellDifferences(changed, steps);
    return;
  }
  writeTogether(
    changed.map(({ path, after, mode }) => ({ path, text: after, executable: false, mode })),
  );
  for (const { file } of changed) print(`changed  ${file}`);
  const regions = filled.reduce((sum, item) => sum + item.regions.length, 0);
  print(
    `${count(regions, 'region')} in ${count(filled.length, 'file')}, ${changed.length} written`,
  );
}

/** `stepwright embed`: fills marked regions of documents. */
export function register(program: Command): void {
  program
    .command('embed')
    .description('fill marked regions of Markdown and reStructuredText files')
    .argument('<file...>', 'the files; what stands outside of their markers is not touched')
    .option('--steps <dir>', 'the folder of procedures', 'steps')
    .option('--check', 'write nothing; show what is out of date, and exit with 1 if anything is')
    .addHelpText(
      'after',
      `
A region begins and ends with a line of its own, in Markdown

  <!-- stepwright:begin script walt-4-to-5/pre-reboot.sh -->
  <!-- stepwright:end -->

in reStructuredText

  .. stepwright:begin script walt-4-to-5/pre-reboot.sh

  .. stepwright:end

What can stand there:
  script PROCEDURE/FILE   a whole script
  step PROCEDURE/STEP     the bash of one step
  manual PROCEDURE/FILE   the commands of one part, for who goes by hand
  steps PROCEDURE/FILE    the steps of one part, a row each
  parameters PROCEDURE    the parameters, a row each
`,
    )
    .action(run);
}
