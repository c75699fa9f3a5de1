import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What is below a directory: for each name, what it is, its mode, time of change and content. */
export type Snapshot = Readonly<Record<string, string>>;

function described(file: string): string {
  const { mode, uid, gid, mtimeNs } = lstatSync(file, { bigint: true });
  const kind = lstatSync(file);
  const about = `${mode.toString(8)} ${uid}:${gid}`;
  if (kind.isSymbolicLink()) return `${about} -> ${readlinkSync(file)}`;
  if (kind.isDirectory()) return about;
  return `${about} ${mtimeNs} ${readFileSync(file, 'latin1')}`;
}

/** Everything below `directory` but what is named in `without`, which are names right below it. */
export function snapshotOf(directory: string, without: readonly string[] = []): Snapshot {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    names
      .filter((name) => !without.includes(name.split('/')[0] ?? ''))
      .map((name) => [name, described(join(directory, name))]),
  );
}
