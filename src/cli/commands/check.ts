import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { checkScripts, type Report, type Script } from '../../check/check-scripts.ts';
import { isBashVersion } from '../../check/constructs.ts';
import { cacheFolder } from '../files.ts';
import { orUserError, tellFindings, tellTools } from '../findings.ts';
import { EXIT, print, progress, systemMessage, UserError } from '../ui.ts';

interface Options {
  readonly bash: string;
  readonly shellcheck?: string;
  readonly json?: true;
}

/** Every one of `files`. @throws UserError with all that cannot be read. */
function readAll(files: readonly string[]): Script[] {
  const unread: string[] = [];
  const scripts = files.flatMap((name) => {
    try {
      return [{ name, text: readFileSync(name, 'utf8') }];
    } catch (error) {
      unread.push(systemMessage(Object.assign(error as NodeJS.ErrnoException, { path: name })));
      return [];
    }
  });
  if (unread.length > 0) throw new UserError(unread.join('\n'));
  return scripts;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function tell(report: Report): void {
  const findings = tellFindings(report);
  for (const line of findings) print(line);
  const what = findings.length === 0 ? 'no findings' : count(findings.length, 'finding');
  print(`${count(report.scripts.length, 'script')}, ${what}: ${tellTools(report)}`);
}

async function run(files: readonly string[], options: Options): Promise<void> {
  const { bash, shellcheck } = options;
  if (!isBashVersion(bash)) {
    throw new UserError(`--bash: ${JSON.stringify(bash)} is no version\n  write 4.4, or 5.2`);
  }
  const scripts = readAll(files);
  const shown = progress();
  shown.say(`checking ${scripts.length} scripts`);
  try {
    const report = await orUserError(
      checkScripts(scripts, {
        minimumBash: bash,
        shellcheckPath: shellcheck,
        cacheDir: cacheFolder(),
      }),
    );
    shown.end();
    if (options.json === true)
      print(JSON.stringify({ minimumBash: bash, ...report }, undefined, 2));
    else tell(report);
    const clean = report.scripts.every(({ findings }) => findings.length === 0);
    process.exitCode = clean ? EXIT.done : EXIT.differs;
  } finally {
    shown.end();
  }
}

/** `stepwright check`: any script against ShellCheck, bash's own parser and an oldest bash. */
export function register(program: Command): void {
  program
    .command('check')
    .description('check any bash scripts: ShellCheck, bash -n, and the bash that they need')
    .argument('<file...>', 'the scripts')
    .option('--bash <version>', 'the oldest bash that they have to run with', '4.4')
    .option('--shellcheck <path>', 'the ShellCheck to use')
    .option('--json', 'for machines')
    .action(run);
}
