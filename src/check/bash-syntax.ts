import { NO_CACHE, type Cache } from './cache.ts';
import { inOrder, type Finding } from './finding.ts';
import { programsOnPath, type Program } from './places.ts';
import { runProgram } from './run.ts';

/** The bash of this machine. */
export interface Bash extends Program {
  /** `5.2.15(1)-release` */
  readonly version: string;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** The first bash on the PATH that says its version, asked once for as long as its file is the same. */
export async function findBash(cache: Cache = NO_CACHE): Promise<Bash | undefined> {
  for (const program of programsOnPath('bash')) {
    const question = ['bash --version', program.identity];
    const known = cache.recall(question, isText);
    if (known !== undefined) return { ...program, version: known };
    try {
      const { stdout } = await runProgram(program.path, ['--version']);
      const version = /^GNU bash, version (\S+)/.exec(stdout)?.[1];
      if (version === undefined) continue;
      cache.keep(question, version);
      return { ...program, version };
    } catch {
      // It cannot be started: the next one may.
    }
  }
  return undefined;
}

/** What `bash -n` says of `script`; without running any of it. */
export async function checkSyntax({ path }: Bash, script: string): Promise<Finding[]> {
  // No file of the user's is read, and messages are in English.
  const { BASH_ENV: _file, ...env } = process.env;
  const { status, stderr } = await runProgram(path, ['-n'], {
    input: script,
    env: { ...env, LC_ALL: 'C.UTF-8' },
  });
  const findings = stderr.split('\n').flatMap((text) => {
    const found = /line (\d+): (.*)/.exec(text);
    // The second line of a message repeats the line of the script.
    if (found === null || /^`.*'$/.test(found[2] ?? '')) return [];
    const line = Number(found[1]);
    return [errorAt(line, 1, 'syntax', found[2] ?? '')];
  });
  if (findings.length === 0 && status !== 0) {
    return [errorAt(1, 1, 'syntax', stderr.trim() || `bash -n ended with status ${status}`)];
  }
  return inOrder(findings);
}

/** A mistake at a place that stops a script. */
export function errorAt(line: number, column: number, code: string, message: string): Finding {
  return { line, column, endLine: line, endColumn: column, level: 'error', code, message };
}
