import { expect, test } from 'vitest';
import { openShellCheck } from '../../src/check/engine.ts';
import { runtimeModules } from '../../src/compile/runtime.ts';

// A variable that is a list in one module and a text in another shows only where both are.
test('all modules together are nothing to ShellCheck', { timeout: 180_000 }, async () => {
  const modules = runtimeModules();
  // One of them ends the shell: each is called in a branch of its own.
  const branches = modules.flatMap(({ defines }) =>
    defines.map((name) => `${name}) ${name} "$@" ;;`),
  );
  const called = ['case ${1:-} in', ...branches, 'esac'].join('\n');
  const text = ['#!/bin/bash', ...modules.map((module) => module.text), called, ''].join('\n\n');
  const engine = await openShellCheck();
  try {
    expect(await engine.check(text)).toEqual([]);
  } finally {
    await engine.close();
  }
});
