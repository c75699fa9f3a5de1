import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compareFiles, type Files } from '../../src/diff/compare.ts';
import { readScript } from '../../src/diff/read.ts';

const FOLDER = fileURLToPath(new URL('../../dist-scripts', import.meta.url));

function filesIn(folder: string): Files {
  const names = readdirSync(folder).filter((name) => /\.sh$|^manifest\.json$/.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const names = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => !name.includes('.')) : [];

describe.each(names)('the scripts of %s', (name) => {
  const files = filesIn(join(FOLDER, name));
  const manifest = JSON.parse(files.get('manifest.json') ?? '') as {
    parts: { file: string; steps: { id: string; kind: string }[] }[];
  };

  test.each(manifest.parts.map(({ file, steps }) => [file, steps] as const))(
    '%s: every step is found, with its comment and its functions',
    (file, steps) => {
      const read = readScript(file, files.get(file) ?? '');
      expect(read.steps.map(({ id }) => id)).toEqual(steps.map(({ id }) => id));
      for (const [index, { id, comment, functions }] of read.steps.entries()) {
        if (steps[index]?.kind === 'reboot') continue;
        expect(comment).toMatch(new RegExp(`^# ${id}: .+\\n# {3}Why: .+$`));
        expect(functions).toHaveProperty('apply');
      }
      expect(read.frame.split('\n').length).toBeLessThan(40);
    },
  );

  test('no line can change without being told', { timeout: 1_500_000 }, () => {
    for (const [file, text] of files) {
      if (!file.endsWith('.sh')) continue;
      const lines = text.split('\n');
      // Every line is too slow: a parser reads the whole script each time.
      for (let at = 0; at < lines.length - 1; at += 97) {
        const without = lines.toSpliced(at, 1).join('\n');
        const changes = compareFiles(files, new Map([...files, [file, without]]));
        expect(changes.length, `${file}:${at + 1}: ${lines[at]}`).toBeGreaterThan(0);
      }
    }
  });
});
