import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const STEPS = fileURLToPath(new URL('../steps', import.meta.url));

/** Which folder of src may import from which others; ARCHITECTURE.md says why. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  dsl: ['model'],
  bash: [],
  compile: ['model', 'bash'],
  check: ['bash'],
  simulate: ['model', 'bash', 'compile'],
  docs: ['model', 'bash', 'compile'],
  diff: ['model', 'bash', 'compile'],
  cli: ['model', 'dsl', 'bash', 'compile', 'check', 'simulate', 'docs', 'diff'],
  'index.ts': ['dsl', 'model', 'simulate'],
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...found].map(([, plain, called]) => plain ?? called ?? '');
}

function areaOf(file: string): string {
  return relative(SRC, file).split('/')[0] ?? '';
}

describe('imports go one way', () => {
  test.each(filesBelow(SRC).map((file) => [relative(SRC, file), file]))('src/%s', (_, file) => {
    const from = areaOf(file);
    const wrong = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => areaOf(join(dirname(file), name)))
      .filter((to) => to !== from && !(ARROWS[from] ?? []).includes(to));
    expect(wrong).toEqual([]);
  });

  test.each(filesBelow(STEPS).map((file) => [relative(STEPS, file), file]))(
    'steps/%s uses the package alone',
    (_, file) => {
      const wrong = importsOf(file).filter(
        (name) => !['stepwright', 'stepwright/simulate'].includes(name) && !name.startsWith('.'),
      );
      const outside = importsOf(file).filter(
        (name) => name.startsWith('.') && join(dirname(file), name).startsWith(SRC),
      );
      expect([...wrong, ...outside]).toEqual([]);
    },
  );
});
