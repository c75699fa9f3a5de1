import { CheckError, inOrder, LEVELS, type Finding, type Level } from './finding.ts';
import type { Cache } from './cache.ts';
import type { Program } from './places.ts';
import { runProgram } from './run.ts';

/** Bash, everything down to matters of style, nobody's configuration file. */
const ARGUMENTS = ['--norc', '--shell=bash', '--severity=style', '--format=json1', '-'];

/** The environment without what would change ShellCheck's answers. */
function environment(): NodeJS.ProcessEnv {
  const { SHELLCHECK_OPTS: _options, ...rest } = process.env;
  return { ...rest, LC_ALL: 'C.UTF-8' };
}

function isVersion(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9][0-9A-Za-z.+~-]*$/.test(value);
}

/**
 * The version that ShellCheck `program` says it has; asked once, then remembered for as long as the
 * file is the same. Nothing when it does not answer like a ShellCheck.
 */
export async function nativeVersion(program: Program, cache: Cache): Promise<string | undefined> {
  const question = ['shellcheck --version', program.identity];
  const known = cache.recall(question, isVersion);
  if (known !== undefined) return known;
  try {
    const { stdout } = await runProgram(program.path, ['--version'], { env: environment() });
    const found = /^version: (\S+)$/m.exec(stdout)?.[1];
    if (!isVersion(found)) return undefined;
    cache.keep(question, found);
    return found;
  } catch {
    return undefined;
  }
}

interface Comment extends Omit<Finding, 'code'> {
  readonly code: number;
}

function isComment(value: unknown): value is Comment {
  if (typeof value !== 'object' || value === null) return false;
  const found = value as Readonly<Record<string, unknown>>;
  const numbers = ['line', 'column', 'endLine', 'endColumn', 'code'];
  return (
    numbers.every((name) => typeof found[name] === 'number') &&
    typeof found['message'] === 'string' &&
    LEVELS.includes(found['level'] as Level)
  );
}

/** The findings in ShellCheck's own JSON. @throws CheckError when it is something else. */
export function readComments(json: string): Finding[] {
  const { comments } = JSON.parse(json) as { comments?: unknown };
  if (!Array.isArray(comments) || !comments.every(isComment)) {
    throw new CheckError('ShellCheck answered with something that is not its JSON');
  }
  const findings = comments.map(({ line, column, endLine, endColumn, level, code, message }) => ({
    line,
    column,
    endLine,
    endColumn,
    level,
    code: `SC${code}`,
    message,
  }));
  return inOrder(findings);
}

/** What ShellCheck `path` finds in `script`. @throws CheckError when it fails. */
export async function checkNative(path: string, script: string): Promise<Finding[]> {
  const { status, stdout, stderr } = await runProgram(path, ARGUMENTS, {
    input: script,
    env: environment(),
  });
  if (status !== 0 && status !== 1) {
    throw new CheckError(`${path} failed with status ${status}: ${stderr.trim() || 'no message'}`);
  }
  if (stdout.trim() === '') {
    // It ends so where it comes to something of bash that it does not know yet.
    const [said = ''] = stderr.trim().split('\n');
    throw new CheckError(
      `${path} cannot read it: ${said.slice(0, 120) || 'no message'}\n  write it in another way, or use a newer ShellCheck`,
    );
  }
  return readComments(stdout);
}
