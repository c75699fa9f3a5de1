import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

function source(path: string): string {
  return fileURLToPath(new URL(`./src/${path}`, import.meta.url));
}

export default defineConfig({
  resolve: {
    // Steps import the package by its name; tests run them against the sources.
    alias: [
      { find: /^stepwright\/simulate$/, replacement: source('simulate/index.ts') },
      { find: /^stepwright$/, replacement: source('index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/built.ts',
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Most tests wait for scripts more than they compute: one worker more than there are cores.
    maxWorkers: availableParallelism() + 1,
  },
});
