import type { ChildProcess } from 'node:child_process';
import type { RunOptions } from '../run.ts';

/** The namespaces: as root the machine's own user ids; else ids of the caller's own. */
export function namespaces(): string[] {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user', '--map-auto'];
  return [...user, '--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
}

/** What is run for `script`. */
export function commandLine(script: string, options: RunOptions): string[] {
  const call = ['/bin/bash', script, ...(options.args ?? [])];
  return options.underSsh === true
    ? ['/.model/sshd', '-c', '"$@"; exit "$?"', 'sshd', ...call]
    : call;
}

/** The environment of an administrator's login. */
export const ENVIRONMENT = {
  HOME: '/root',
  LANG: 'C.UTF-8',
  LOGNAME: 'root',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  SHELL: '/bin/bash',
  TERM: 'dumb',
  USER: 'root',
};

/** What a child prints, and how it ends. */
export async function collect(
  child: ChildProcess,
): Promise<{ stdout: string; stderr: string; status: number }> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (data: string) => (text.stdout += data));
  child.stderr?.setEncoding('utf8').on('data', (data: string) => (text.stderr += data));
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 255));
  });
  return { ...text, status };
}
