import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe as group, expect, test } from 'vitest';
import { namesUsed } from '../../src/bash/expansions.ts';
import { compile } from '../../src/compile/compile.ts';
import { runtimeModules } from '../../src/compile/runtime.ts';
import { partManual } from '../../src/docs/by-hand.ts';
import { describe } from '../../src/docs/describe.ts';
import { markdownPage } from '../../src/docs/markdown-page.ts';

const STEPS = fileURLToPath(new URL('../../steps', import.meta.url));
const names = (readdirSync(STEPS, { recursive: true }) as string[])
  .filter((path) => path.endsWith('/index.ts'))
  .map((path) => path.slice(0, -'/index.ts'.length));
const ofRuntime = new Set(runtimeModules().flatMap(({ defines }) => defines));

async function viewOf(name: string) {
  const { default: input } = (await import(`${STEPS}/${name}/index.ts`)) as { default: unknown };
  return describe(await compile(`steps/${name}/index.ts`, input));
}

group.each(names)('%s', (name) => {
  test('what is typed by hand is bash, and nothing that only a script has', async () => {
    const { procedure, parts } = await viewOf(name);
    for (const { part } of parts) {
      const manual = partManual(procedure, part);
      const { status, stderr } = spawnSync('bash', ['-n'], { input: manual, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const { commands } = namesUsed(manual);
      expect([...commands].filter((command) => ofRuntime.has(command))).toEqual([]);
    }
  });

  test('each step of the page is as its script has it', async () => {
    for (const { script, steps } of (await viewOf(name)).parts) {
      for (const { bash } of steps) expect(script).toContain(bash);
    }
  });

  test('what a further way requires is on the page', async () => {
    const view = await viewOf(name);
    for (const { file, part } of view.parts) {
      const { first, requires = [] } = part.after?.further ?? {};
      if (first === undefined) continue;
      const [, told = ''] = markdownPage(view).split(
        `Before it begins with \`${first}\`, \`${file}\` asks again`,
      );
      const suites = requires.find((item) => item.requires === 'known-suites');
      expect(told.split('\n\n')[1]).toContain(`\`${suites?.from}\` or \`${suites?.to}\`.`);
    }
  });

  test('every step and every parameter is on the page', async () => {
    const view = await viewOf(name);
    const page = markdownPage(view);
    for (const { id, why } of view.parts.flatMap(({ steps }) => steps)) {
      expect(page).toContain(`| \`${id}\` |`);
      expect(page).toContain(why.slice(0, 20));
    }
    for (const { help } of view.procedure.parameters) expect(page).toContain(help.slice(0, 20));
  });
});
