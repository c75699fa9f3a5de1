import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BUILDER, Guest, hasRootfs, NEVER_BOOTED } from './guest.ts';

/** Programs that a guest is made, booted and entered with. */
const PROGRAMS = ['mmdebstrap', 'systemd-nspawn', 'nsenter', 'unshare', 'mount', 'tar', 'ps'];
/** Kibibytes of memory that a guest's file system and its programs take at most. */
const MEMORY = 3_500_000;
/** What boot.sh does before the guest begins, and what a root file system lies on. */
const SPACES =
  'umount -R /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup && ' +
  'mount -t tmpfs -o mode=755 tmpfs /run && mkdir /sys/fs/cgroup/stepwright-trial && ' +
  'rmdir /sys/fs/cgroup/stepwright-trial';

function bash(...args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}`.trim() };
}

function lacksRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'only root can boot a container';
}

function lacksPrograms(): string | undefined {
  const missing = PROGRAMS.filter((name) => bash('-c', `command -v ${name}`).status !== 0);
  return missing.length === 0 ? undefined : `missing here: ${missing.join(', ')}`;
}

function lacksMemory(): string | undefined {
  const free = Number(/^MemAvailable: +(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
  return free >= MEMORY ? undefined : `a guest needs ${MEMORY / 1000} MB of memory`;
}

function lacksSpaces(): string | undefined {
  const tried = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', SPACES], {
    encoding: 'utf8',
  });
  return tried.status === 0
    ? undefined
    : `no mounts or no cgroups of one's own: ${tried.stderr.trim().split('\n').at(-1)}`;
}

/** A guest shares the network of the machine. */
function lacksPort(): string | undefined {
  const taken = bash('-c', 'exec 3<>/dev/tcp/127.0.0.1/5432').status === 0;
  return taken ? 'something listens on port 5432, which the guest needs' : undefined;
}

function lacksMirror(suite: string): string | undefined {
  const { status, output } = bash(BUILDER, suite);
  return status === 0 ? undefined : `no mirror has ${suite}: ${output.split('\n').at(-1)}`;
}

/** A guest that never comes to its first process is this machine's matter, any other failure its own. */
async function lacksBoot(suite: string): Promise<string | undefined> {
  const guest = new Guest(suite);
  try {
    await guest.boot();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith(NEVER_BOOTED)) throw error;
    return error.message;
  } finally {
    await guest.destroy();
  }
}

/**
 * Why no real Debian can be tried here; undefined when one can: a guest of `suite` was booted.
 * @throws Error when a guest began to boot and did not come up, or its file system cannot be made
 *   although the mirror has it
 */
export async function whyNot(suite = 'bullseye'): Promise<string | undefined> {
  const reason = lacksRoot() ?? lacksPrograms() ?? lacksMemory() ?? lacksSpaces() ?? lacksPort();
  if (reason !== undefined) return reason;
  return (hasRootfs(suite) ? undefined : lacksMirror(suite)) ?? (await lacksBoot(suite));
}
