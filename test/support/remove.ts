import { rmSync } from 'node:fs';

/** Milliseconds between two attempts, and how many there are. */
const [PAUSE, ATTEMPTS] = [20, 200];

/**
 * Removes a folder of a test, which need not be there. What a killed script leaves behind may be
 * writing its last file into it: a folder in which something came up is removed again, for some
 * seconds. Node's own retries would not look into it again.
 *
 * @throws when it can still not be removed.
 */
export function removeFolder(path: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' || attempt === ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
