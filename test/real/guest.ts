import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { userCache } from '../../src/cli/files.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SCRIPTS = fileURLToPath(new URL('../../dist-scripts/', import.meta.url));
// Not in node_modules, which `npm ci` empties.
const CACHE = join(userCache(), 'stepwright', 'real');
const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LC_ALL=C.UTF-8',
  'TERM=dumb',
];

/** Makes root file systems, and tells whether there is a mirror for one. */
export const BUILDER = join(HERE, 'build-rootfs.sh');
/** How the message begins where not even the first process of a guest came up. */
export const NEVER_BOOTED = 'no guest boots here';
/** Seconds that a guest has for booting. */
const PATIENCE = 120;

/** What a command came to. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

function must(command: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
}

function rootfsFile(suite: string, packages: readonly string[] = []): string {
  const digest = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8);
  return join(CACHE, `${suite}${packages.length === 0 ? '' : `-${digest}`}.tar`);
}

/** Whether a root file system of `suite` alone was built before. */
export function hasRootfs(suite: string): boolean {
  return existsSync(rootfsFile(suite));
}

/** A root file system of `suite` with further packages, built once. */
function rootfs(suite: string, packages: readonly string[]): string {
  const file = rootfsFile(suite, packages);
  if (existsSync(file)) return file;
  mkdirSync(CACHE, { recursive: true });
  must('bash', BUILDER, suite, `${file}.part`, ...packages);
  must('mv', `${file}.part`, file);
  return file;
}

/** A real Debian in a container, with a systemd of its own. */
export class Guest {
  readonly #work: string;
  readonly root: string;
  #host: ChildProcess | undefined;
  /** What it has said on its console, the end of it. */
  #told = '';

  constructor(suite: string, packages: readonly string[] = []) {
    const file = rootfs(suite, packages);
    this.#work = mkdtempSync(join(tmpdir(), 'stepwright-real-'));
    this.root = join(this.#work, 'root');
    // A plain copy: usrmerge refuses an overlay.
    must('mount', '-t', 'tmpfs', '-o', 'size=6G,mode=755', 'tmpfs', this.#work);
    mkdirSync(this.root);
    must('tar', '-C', this.root, '-xpf', file, '--numeric-owner');
    for (const name of ['resolv.conf', 'hosts']) {
      cpSync(`/etc/${name}`, join(this.root, 'etc', name), { dereference: true });
    }
  }

  /** The process id of the guest's first process, seen from outside. */
  #leader(): string | undefined {
    const file = join(this.#work, 'pid');
    if (!existsSync(file)) return undefined;
    const parent = readFileSync(file, 'utf8').trim();
    const found = spawnSync('ps', ['-o', 'pid=', '--ppid', parent], { encoding: 'utf8' });
    return found.stdout.trim().split(/\s+/)[0] || undefined;
  }

  #entering(command: readonly string[]): string[] {
    const leader = this.#leader();
    if (leader === undefined) throw new Error('the guest does not run');
    const spaces = ['-m', '-u', '-i', '-n', '-p', '-C'];
    return ['-t', leader, ...spaces, '--', '/usr/bin/env', '-i', ...ENVIRONMENT, ...command];
  }

  /** Runs `command` inside. */
  run(...command: readonly string[]): Outcome {
    const found = spawnSync('nsenter', this.#entering(command), {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return { status: found.status, output: found.stdout + found.stderr };
  }

  /** What bash inside prints. @throws Error when it fails. */
  bash(script: string): string {
    const { status, output } = this.run('bash', '-c', `cd /; ${script}`);
    if (status !== 0) throw new Error(`status ${status}: ${script}\n${output}`);
    return output.trimEnd();
  }

  /** Begins `command` inside. */
  begin(...command: readonly string[]): Promise<Outcome> {
    const child = spawn('nsenter', this.#entering(command), { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += String(chunk)));
    }
    return new Promise((resolve) => {
      // nsenter ends as its command did, by a signal too.
      child.on('close', (status, signal) =>
        resolve({ status: signal === null ? status : 128 + constants.signals[signal], output }),
      );
    });
  }

  /** Waits until bash inside ends `script` with status 0. @throws Error after `seconds`. */
  async until(script: string, seconds = 240): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (this.run('bash', '-c', script).status !== 0) {
      if (Date.now() > end) throw new Error(`it never came to: ${script}`);
      await sleep(100);
    }
  }

  /**
   * Boots it.
   * @throws Error when it does not come up: its message begins with NEVER_BOOTED where nothing ever
   *   answered from within
   */
  async boot(): Promise<void> {
    this.#told = '';
    const host = spawn(join(HERE, 'boot.sh'), [this.root, join(this.#work, 'pid')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [host.stdout, host.stderr]) {
      stream.on(
        'data',
        (chunk: Buffer) => (this.#told = (this.#told + String(chunk)).slice(-4000)),
      );
    }
    this.#host = host;
    await this.#up(undefined);
  }

  #hostEnded(): boolean {
    return (
      this.#host === undefined || this.#host.exitCode !== null || this.#host.signalCode !== null
    );
  }

  /** Waits until systemd inside, in another process than `before`, has started what it starts. */
  async #up(before: string | undefined): Promise<void> {
    const end = Date.now() + PATIENCE * 1000;
    let state = '';
    while (Date.now() < end && !this.#hostEnded()) {
      const leader = this.#leader();
      if (leader !== undefined && leader !== before) {
        const { output } = this.run('systemctl', 'is-system-running');
        state =
          /^(?:initializing|starting|running|degraded|maintenance|stopping)$/m.exec(output)?.[0] ??
          state;
        if (state === 'running' || state === 'degraded') return;
      }
      await sleep(200);
    }
    if (state !== '') throw new Error(`the guest did not come up: it is ${state}`);
    const said = this.#told.trim().split('\n').at(-1) ?? '';
    throw new Error(`${NEVER_BOOTED}: ${said || `systemd does not answer within ${PATIENCE} s`}`);
  }

  async reboot(): Promise<void> {
    const before = this.#leader();
    this.run('systemctl', 'reboot');
    await this.#up(before);
  }

  /** Its processes are gone at once. */
  async #cut(): Promise<void> {
    if (this.#hostEnded()) return;
    const ended = new Promise((resolve) => this.#host?.once('exit', resolve));
    const file = join(this.#work, 'pid');
    const nspawn = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    for (const pid of [this.#leader(), nspawn, this.#host?.pid]) {
      try {
        if (pid) process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It ended with the one before.
      }
    }
    await ended;
    rmSync(file, { force: true });
  }

  /** The power fails, and comes back. */
  async powerCut(): Promise<void> {
    await this.#cut();
    await this.boot();
  }

  /** The scripts of `procedure`, and nothing else, are copied in. */
  copyScripts(procedure: string): void {
    const to = join(this.root, 'root/upgrade');
    mkdirSync(to, { recursive: true });
    cpSync(join(SCRIPTS, procedure), to, {
      recursive: true,
      filter: (name) => !name.endsWith('manifest.json'),
    });
  }

  async destroy(): Promise<void> {
    await this.#cut();
    must('umount', this.#work);
    rmSync(this.#work, { recursive: true });
  }
}
