import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileCache, NO_CACHE, type Cache } from './cache.ts';
import { checkSyntax, findBash, type Bash } from './bash-syntax.ts';
import * as constructs from './constructs.ts';
import { openShellCheck, type Engine } from './engine.ts';
import { CheckError, inOrder, LEVELS, type Finding, type Level } from './finding.ts';
import { packageFolder } from './places.ts';
import { stepAt, type Belongs } from './step-at.ts';

/** A script to check. */
export interface Script {
  /** What it is called in the report: a path. */
  readonly name: string;
  readonly text: string;
}

/** How to check. */
export interface CheckOptions {
  /** The oldest bash that the scripts have to run with. */
  readonly minimumBash: BashVersion;
  /** The ShellCheck to use; the first that is found when there is none. */
  readonly shellcheckPath?: string | undefined;
  /** A folder that remembers what was found; nothing is remembered when there is none. */
  readonly cacheDir?: string | undefined;
}

/** A finding, and what it belongs to. */
export interface PlacedFinding extends Finding {
  readonly belongs: Belongs;
}

/** What was found in one script, in order. */
export interface ScriptReport {
  readonly name: string;
  readonly findings: readonly PlacedFinding[];
}

/** What was found in several scripts, and what looked for it. Plain data. */
export interface Report {
  readonly shellcheck: Pick<Engine, 'name' | 'version' | 'path' | 'from'>;
  /** The bash whose `-n` read the scripts, or why none did. */
  readonly bash: { readonly version: string; readonly path: string } | { readonly skipped: string };
  readonly scripts: readonly ScriptReport[];
}

type BashVersion = constructs.BashVersion;

let rules: readonly string[] | undefined;

/** What decides about our own findings: what was remembered under other rules does not count. */
function rulesInUse(): readonly string[] {
  if (rules !== undefined) return rules;
  const parser = packageFolder('unbash');
  rules = [
    // Raised by hand when what is looked for changes otherwise.
    '1',
    parser === undefined ? 'unknown' : readFileSync(join(parser, 'package.json'), 'utf8'),
    // The table of what came with which bash; the functions beside it are left out.
    JSON.stringify({ ...constructs }),
  ];
  return rules;
}

function isFinding(value: unknown): value is Finding {
  if (typeof value !== 'object' || value === null) return false;
  const found = value as Readonly<Record<string, unknown>>;
  return (
    ['line', 'column', 'endLine', 'endColumn'].every((name) => Number.isInteger(found[name])) &&
    ['code', 'message'].every((name) => typeof found[name] === 'string') &&
    LEVELS.includes(found['level'] as Level)
  );
}

function areFindings(value: unknown): value is Finding[] {
  return Array.isArray(value) && value.every(isFinding);
}

interface Tools {
  readonly engine: Engine;
  readonly bash: Bash | undefined;
  readonly minimumBash: BashVersion;
}

let loaded: Promise<typeof import('./own-findings.ts')> | undefined;

async function ownFindings(text: string, { bash, minimumBash }: Tools): Promise<Finding[]> {
  // Loaded when something is new: a check that finds everything remembered does without a parser.
  loaded ??= import('./own-findings.ts');
  const { newerFindings, syntaxFindings } = await loaded;
  const newer = newerFindings(text, minimumBash);
  return bash === undefined ? [...syntaxFindings(text), ...newer] : newer;
}

async function findIn({ name, text }: Script, tools: Tools): Promise<Finding[]> {
  const { engine, bash } = tools;
  const [own, found, syntax] = await Promise.all([
    ownFindings(text, tools),
    engine.check(text).catch((error: unknown) => error),
    bash === undefined ? [] : checkSyntax(bash, text),
  ]);
  if (Array.isArray(found)) return inOrder([...found, ...syntax, ...own] as Finding[]);
  // A bash that is too new is why, and says more.
  if (own.length > 0 && found instanceof CheckError) return inOrder([...syntax, ...own]);
  throw found instanceof CheckError ? new CheckError(`${name}: ${found.message}`) : found;
}

async function reportOf(script: Script, tools: Tools, cache: Cache): Promise<ScriptReport> {
  const { engine, bash, minimumBash } = tools;
  const tool = `${engine.name} ${engine.version}, ${bash?.identity ?? 'no bash'}`;
  const question = ['findings', ...rulesInUse(), tool, minimumBash, script.text];
  let findings = cache.recall(question, areFindings);
  if (findings === undefined) {
    findings = await findIn(script, tools);
    cache.keep(question, findings);
  }
  const placed = findings.map((finding) =>
    Object.assign({ belongs: stepAt(script.text, finding.line) }, finding),
  );
  return { name: script.name, findings: placed };
}

/**
 * Checks scripts with ShellCheck, `bash -n` and the table of what came with which bash, two scripts
 * at a time.
 * @throws CheckError when the ShellCheck that is asked for cannot be used, or one fails.
 */
export async function checkScripts(
  scripts: readonly Script[],
  options: CheckOptions,
): Promise<Report> {
  const { minimumBash, shellcheckPath, cacheDir } = options;
  const cache = cacheDir === undefined ? NO_CACHE : fileCache(cacheDir);
  const [engine, bash] = await Promise.all([
    openShellCheck({ path: shellcheckPath, cache }),
    findBash(cache),
  ]);
  try {
    const tools = { engine, bash, minimumBash };
    const { name, version, path, from } = engine;
    return {
      shellcheck: { name, version, path, from },
      bash:
        bash === undefined
          ? { skipped: 'there is no bash on the PATH; the syntax was read without it' }
          : { version: bash.version, path: bash.path },
      scripts: await Promise.all(scripts.map(async (script) => reportOf(script, tools, cache))),
    };
  } finally {
    await engine.close();
  }
}
