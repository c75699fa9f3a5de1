import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const FOLDER = new URL('../golden/', import.meta.url);

/**
 * Expects `text` to be what golden file `name` (below test/golden) holds.
 * Run with UPDATE_GOLDEN=1 it writes the file instead, for a review of the difference.
 */
export function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(name, FOLDER));
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text, `it differs from test/golden/${name}`).toBe(readFileSync(file, 'utf8'));
}
