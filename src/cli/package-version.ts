import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The `package.json` of `name` as a file at `from` would find it. */
function packageJson(name: string, from: string): string | undefined {
  // Not resolved as a module: not every package lets its package.json be asked for.
  const folders = createRequire(from).resolve.paths(name) ?? [];
  return folders
    .map((folder) => join(folder, name, 'package.json'))
    .find((file) => existsSync(file));
}

/**
 * The name and version of an npm package, without loading it: the last of `chain`, each of which is
 * found from where the one before it really is.
 */
export function packageVersion(...chain: readonly string[]): string {
  let from = import.meta.url;
  for (const name of chain) {
    const file = packageJson(name, from);
    if (file === undefined) return `${name} unknown`;
    from = realpathSync(file);
  }
  const { version } = JSON.parse(readFileSync(from, 'utf8')) as { version: string };
  return `${chain.at(-1)} ${version}`;
}
