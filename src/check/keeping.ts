import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY = 24 * 60 * 60 * 1000;
/** How long stays what nobody asks for. */
const KEPT = 90 * DAY;

/** Milliseconds since `file` was written or touched; nothing when it is not there. */
function age(file: string): number | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? undefined : Date.now() - found.mtimeMs;
}

/** Notes that what is kept in `file` is in use; once a day is enough for that. */
export function noteUse(file: string): void {
  try {
    if ((age(file) ?? 0) > DAY) utimesSync(file, new Date(), new Date());
  } catch {
    // A folder that is not ours: what it keeps is as good.
  }
}

/**
 * Removes the files of `folder` whose names are of `names` and that nobody has used in 90 days. Looks
 * once a day, which the file `pruned` there notes. What cannot be removed stays.
 */
export function forgetUnused(folder: string, names: RegExp): void {
  try {
    const note = join(folder, 'pruned');
    if ((age(note) ?? DAY) < DAY) return;
    writeFileSync(note, '');
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (names.test(name) && (age(file) ?? 0) > KEPT) rmSync(file, { force: true });
    }
  } catch {
    // A disk that is full, or a folder that is not ours: the next one looks again.
  }
}
