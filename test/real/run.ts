import { spawnSync } from 'node:child_process';

// Runs the upgrades of real systems: the first of them, or with --all every one.
const options = process.argv.slice(2);
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '-c', 'vitest.real.config.ts', ...options.filter((word) => word !== '--all')],
  { stdio: 'inherit', env: { ...process.env, ...(options.includes('--all') && { REAL: 'all' }) } },
);
process.exitCode = status ?? 1;
