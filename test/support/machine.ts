import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { procedure } from '../../src/dsl/index.ts';
import type { ProcedureOptions } from '../../src/dsl/procedure.ts';
import { removeFolder } from './remove.ts';

/** Whether this machine lets a test have mounts of its own: root can, outside of some containers. */
export const canMount =
  process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Directories of the machine that a run has for itself, and their names below the test's own. */
const MOUNTS = [
  ['lib', '/var/lib'],
  ['log', '/var/log'],
  ['run', '/run'],
  ['sbin', '/usr/local/sbin'],
  ['boot_id', '/proc/sys/kernel/random/boot_id'],
] as const;

/** Flags of a run that nobody watches. */
export const UNATTENDED = ['--yes', '--allow-ssh'] as const;

/**
 * This machine, with /var/lib, /var/log, /run, /usr/local/sbin and a boot id of the test's own,
 * and the whole scripts of a procedure.
 */
export interface Machine {
  /** Runs one of the scripts from its first line to its last. */
  run(script: string, ...args: readonly string[]): { status: number | null; output: string };
  /** What file `name` holds: `lib/x` is /var/lib/x, and so on. */
  read(name: string): string;
  /** Puts command `name` before all others: bash `body`. */
  stub(name: string, body: string): void;
  /** From here on the machine has rebooted. */
  reboot(): void;
}

/** The release that this machine runs. */
export function ownRelease(): { release: string; name: string } {
  const text = readFileSync('/etc/os-release', 'utf8');
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(text)?.[1] ?? 'unknown';
  return { release: codename, name: codename };
}

/** A machine for one test, with the compiled scripts of a procedure from its release to itself. */
export async function machineFor(
  options: Pick<ProcedureOptions, 'parameters' | 'steps'>,
): Promise<Machine> {
  const release = ownRelease();
  const about = { id: 'tried', title: 'A procedure', summary: 'It is tried.' };
  const { scripts } = await compile(
    'test.ts',
    procedure({ ...about, from: release, to: release, ...options }),
  );
  const directory = mkdtempSync(join(tmpdir(), 'stepwright-machine-'));
  onTestFinished(() => removeFolder(directory));
  const put = (name: string, content: string): void => {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  };
  for (const name of ['lib', 'log', 'run/lock', 'sbin']) {
    mkdirSync(join(directory, name), { recursive: true });
  }
  for (const { name, text } of scripts) put(name, text);
  let boot = 1;
  put('boot_id', `boot-${boot}\n`);
  const mounts = MOUNTS.map(([name, target]) => `mount --bind ${name} ${target}`).join(' && ');
  return {
    run: (script, ...args) => {
      const { status, stdout, stderr } = spawnSync(
        'unshare',
        ['--mount', 'bash', '-c', `${mounts} && exec bash "$@"`, 'bash', script, ...args],
        { cwd: directory, encoding: 'utf8', input: '' },
      );
      return { status, output: stdout + stderr };
    },
    read: (name) => readFileSync(join(directory, name), 'utf8'),
    stub: (name, body) => {
      put(join('sbin', name), `#!/bin/bash\n${body}\n`);
      chmodSync(join(directory, 'sbin', name), 0o755);
    },
    reboot: () => {
      boot += 1;
      put('boot_id', `boot-${boot}\n`);
    },
  };
}
