import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openShellCheck } from '../../src/check/engine.ts';
import { namesIn, piecesOf } from '../../src/compile/pieces.ts';
import { runtimeModules, type RuntimeModule } from '../../src/compile/runtime.ts';

const MODULES = runtimeModules();

// A variable that is a list in one module and a text in another shows only where both are.
test('all modules together are nothing to ShellCheck', { timeout: 180_000 }, async () => {
  // One of them ends the shell: each is called in a branch of its own.
  const branches = MODULES.flatMap(({ defines }) =>
    defines.map((name) => `${name}) ${name} "$@" ;;`),
  );
  const called = ['case ${1:-} in', ...branches, 'esac'].join('\n');
  const text = ['#!/bin/bash', ...MODULES.map((module) => module.text), called, ''].join('\n\n');
  const engine = await openShellCheck();
  try {
    expect(await engine.check(text)).toEqual([]);
  } finally {
    await engine.close();
  }
});

/** The functions of `module` that a test which has `names` does not come to. */
function untried({ text, defines }: RuntimeModule, names: ReadonlySet<string>): string[] {
  const pieces = piecesOf(text).filter(({ type }) => type === 'function');
  const tried = new Set<string>();
  const pending = defines.filter((name) => names.has(name));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (tried.has(next)) continue;
    tried.add(next);
    const called = pieces.find((piece) => piece.defines.includes(next!));
    pending.push(...defines.filter((name) => namesIn(called?.text ?? '').has(name)));
  }
  return defines.filter((name) => !tried.has(name));
}

describe('each module of the runtime has tests of its own', () => {
  test('every file is a module', () => {
    const files = readdirSync(new URL('../../src/runtime/', import.meta.url));
    expect(files.map((file) => basename(file, '.sh')).toSorted()).toEqual(
      MODULES.map(({ name }) => name).toSorted(),
    );
  });

  test.each(MODULES.map((module) => [module.name, module] as const))(
    '%s: its functions are called by name, or by one of it that is',
    (name, module) => {
      const file = new URL(`modules/${name}.test.ts`, import.meta.url);
      expect(existsSync(file), `there is no test/runtime/modules/${name}.test.ts`).toBe(true);
      const code = readFileSync(file, 'utf8').replace(/^ *(\/\/|\/?\*).*$/gm, '');
      expect(untried(module, namesIn(code))).toEqual([]);
    },
  );
});
