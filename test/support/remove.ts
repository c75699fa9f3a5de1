import { rmSync } from 'node:fs';

/**
 * Removes a folder of a test, which need not be there. What a killed script leaves behind may be
 * writing its last line into it: a folder found not empty is tried again for some seconds.
 *
 * @throws when it can still not be removed.
 */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
}
