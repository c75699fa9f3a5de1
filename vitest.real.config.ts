import { defineConfig } from 'vitest/config';

/** Upgrades of real Debian systems in containers: root, mmdebstrap and systemd-nspawn are needed. */
export default defineConfig({
  test: {
    include: [
      process.env['REAL'] === 'all'
        ? 'test/real/**/*.real.ts'
        : 'test/real/debian-11-to-12.real.ts',
    ],
    testTimeout: 1_800_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
