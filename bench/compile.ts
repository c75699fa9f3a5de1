import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { medianOf, tell } from './measure.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CLI = join(ROOT, 'dist/cli/main.js');

function folder(): { path: string; env: NodeJS.ProcessEnv; forget: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'stepwright-bench-'));
  // A node_modules without a package list, so that the cache is the one below XDG_CACHE_HOME.
  const cache = join(path, 'cache');
  return {
    path,
    env: { XDG_CACHE_HOME: cache },
    forget: () => rmSync(cache, { recursive: true, force: true }),
  };
}

function synthetic(steps: number): string {
  return `import { file, procedure, service, shell } from 'stepwright';
const many = Array.from({ length: ${steps} }, (_, n) =>
  n % 3 === 0
    ? file.content({ id: \`file-\${n}\`, why: 'it is read', path: \`/etc/made/\${n}\`, lines: [\`n=\${n}\`] })
    : n % 3 === 1
      ? service.started({ id: \`unit-\${n}\`, why: 'it is needed', unit: \`unit-\${n}\` })
      : shell({ id: \`own-\${n}\`, title: \`thing \${n} is so\`, why: 'it is', check: \`test -e "/srv/\${n}"\`, apply: \`run touch "/srv/\${n}"\` }),
);
export default procedure({
  id: 'synthetic', title: 'Synthetic', summary: 'Many steps.',
  from: { release: 'bookworm', name: 'Debian 12' }, to: { release: 'bookworm', name: 'Debian 12' },
  steps: many,
});
`;
}

interface Starts {
  /** With the packages of others that every compile needs. */
  readonly packages: number;
  /** With these and every module of our own that a compile loads. */
  readonly all: number;
}

/** Node's own start with imports of `names`, in milliseconds. */
function importing(...names: readonly string[]): number {
  const imports = `await Promise.all(${JSON.stringify(names)}.map((name) => import(name)))`;
  return medianOf(9, ['node', '--input-type=module', '-e', imports], { cwd: ROOT });
}

function starts(): Starts {
  const node = medianOf(9, ['node', '-e', '0']);
  const packages = importing('commander', 'zod', 'jiti');
  const own = ['index.js', 'cli/commands/compile.js'].map((path) => join(ROOT, 'dist', path));
  const all = importing('commander', 'zod', 'jiti', ...own);
  tell('node -e 0', node);
  tell('node, importing commander, zod and jiti', packages, { name: 'node -e 0', time: node });
  tell('node, importing all that a compile does', all, { name: 'node -e 0', time: node });
  return { packages, all };
}

/** Compiles of the shipped procedures. */
function shipped({ packages, all }: Starts): void {
  const { path, env, forget } = folder();
  const peer = { name: "node's start with packages", time: packages };
  const common = ['--steps', join(ROOT, 'steps'), '--out', join(path, 'out')];
  const run = (...more: string[]) =>
    ['node', CLI, 'compile', ...common, ...more] as [string, ...string[]];
  const where = { cwd: path, env };
  tell('all procedures, cold, unchecked', medianOf(3, run('--no-lint'), where, forget), peer);
  tell('all procedures, cold, checked', medianOf(1, run(), where, forget), peer);
  const warm = medianOf(7, run(), where);
  tell('all procedures, warm, checked', warm, peer);
  tell('all procedures, warm, checked', warm, { name: "node's start with imports", time: all });
  rmSync(path, { recursive: true });
}

/** Is it linear? Per step, against the 100-step compile. */
function scaling(start: number): void {
  let reference: number | undefined;
  for (const steps of [10, 100, 1000, 5000]) {
    const { path, env, forget } = folder();
    mkdirSync(join(path, 'steps'));
    symlinkSync(join(ROOT, 'node_modules'), join(path, 'modules'));
    writeFileSync(join(path, 'steps/synthetic.ts'), synthetic(steps));
    const command: [string, ...string[]] = ['node', CLI, 'compile', '--no-lint'];
    const time = medianOf(3, command, { cwd: path, env }, forget);
    const net = (time - start) / steps;
    if (steps === 100) reference = net;
    const peer =
      reference === undefined ? undefined : { name: '100 steps, per step', time: reference };
    tell(`${steps} steps, unchecked`, time);
    tell('  per step, less the start', net, peer);
    rmSync(path, { recursive: true });
  }
}

/** Prints how long compiles take. */
export function benchCompile(): void {
  const start = starts();
  shipped(start);
  scaling(start.packages);
}
