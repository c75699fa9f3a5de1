import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Base } from './base.ts';

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'];

function octal(character: string): string {
  return `\\${(character.codePointAt(0) ?? 0).toString(8).padStart(3, '0')}`;
}

/** `path` as a field of a table of mounts. */
function field(path: string): string {
  return path.replace(/[\s\\]/g, octal);
}

/** What every root has: the way to the base, the loader, devices, and a place for `/proc`. */
export function laySkeleton(root: string, base: Base): void {
  for (const path of ['/.model', '/.boot', '/dev', '/proc', '/sys']) {
    mkdirSync(root + path, { recursive: true });
  }
  writeFileSync(`${root}/.address`, '');
  for (const name of DEVICES) writeFileSync(`${root}/dev/${name}`, '');
  for (const [index, name] of ['stdin', 'stdout', 'stderr'].entries()) {
    symlinkSync(`/proc/self/fd/${index}`, `${root}/dev/${name}`);
  }
  symlinkSync('/proc/self/fd', `${root}/dev/fd`);
  symlinkSync('/.model/tools', `${root}/bin`);
  for (const [path, name] of base.fixed) {
    mkdirSync(dirname(root + path), { recursive: true });
    symlinkSync(`/.model/lib/${name}`, root + path);
  }
}

/** What the kernel says of the machine, in files that are mounted over the real kernel's. */
export function writeBoot(
  root: string,
  boot: { readonly id: string; readonly kernel: string },
): void {
  writeFileSync(`${root}/.boot/boot_id`, `${boot.id}\n`);
  writeFileSync(`${root}/.boot/osrelease`, `${boot.kernel}\n`);
}

/**
 * The table of mounts of the host at `root`, in the form of fstab(5). `address`: the file that tells
 * its shims whom to ask; `readOnly`: folders that cannot be written to.
 */
export function mountTable(
  root: string,
  base: Base,
  address: string,
  readOnly: readonly string[] = [],
): string {
  const bind = (from: string, to: string, options = 'bind'): string =>
    `${field(from)} ${field(root + to)} none ${options} 0 0`;
  return [
    bind(base.folder, '/.model', 'bind,ro'),
    bind(address, '/.address', 'bind,ro'),
    ...DEVICES.map((name) => bind(`/dev/${name}`, `/dev/${name}`)),
    // Read-only: what root writes to /proc reaches the machine itself.
    `proc ${field(`${root}/proc`)} proc ro,nosuid,nodev,noexec 0 0`,
    bind(join(root, '.boot/boot_id'), '/proc/sys/kernel/random/boot_id'),
    bind(join(root, '.boot/osrelease'), '/proc/sys/kernel/osrelease'),
    ...readOnly.map((path) => bind(root + path, path, 'bind,ro')),
    '',
  ].join('\n');
}
