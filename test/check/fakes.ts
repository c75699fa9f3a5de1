import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder for the test that runs; it is gone when that has ended. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes an executable file. Returns its path. */
export function program(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/**
 * A program that answers like ShellCheck `version` with one finding at every call, and notes each
 * call in `log`.
 */
export function fakeShellCheck(path: string, version: string, log: string): string {
  return program(
    path,
    `#!/bin/sh
echo "$* opts=$SHELLCHECK_OPTS" >>'${log}'
if [ "$1" = --version ]; then
  printf 'ShellCheck - shell script analysis tool\\nversion: %s\\n' '${version}'
  exit 0
fi
cat >/dev/null
printf '%s' '{"comments":[{"file":"-","line":1,"endLine":1,"column":2,"endColumn":3,"level":"info","code":9999,"message":"found","fix":null}]}'
exit 1
`,
  );
}
