import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { FormatError, formatScript } from '../../src/compile/format.ts';
import { RUNTIME_LINE } from '../../src/compile/script.ts';
import { procedure, shell } from '../../src/index.ts';
import { runtimeModules } from '../../src/compile/runtime.ts';

const SCRIPTS = fileURLToPath(new URL('../../dist-scripts/', import.meta.url));
const SHIPPED = readdirSync(SCRIPTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.sh'))
  .toSorted();

// Only what stands above the runtime is formatted, which is the same as if all of it were.
describe('the layout of a whole script', () => {
  test.each(SHIPPED)('%s', async (name) => {
    const text = readFileSync(`${SCRIPTS}${name}`, 'utf8');
    expect(await formatScript(text)).toBe(text);
  });
});

test.each(runtimeModules().map((module) => [module.name, module.text] as const))(
  'module %s is formatted as it stands',
  async (_, text) => {
    expect(await formatScript(text)).toBe(`${text}\n`);
  },
);

test.each([
  ['echo a\necho "${port[shop.service]}"\n', 2],
  ['echo "${port[shop@1.service]}"\n', 1],
  ['echo "${m[a b]}"\n', 1],
  ['echo a\n\nlet x=1.5\n', 3],
])('%j, which bash can read, is told with its line', async (text, line) => {
  expect(spawnSync('bash', ['-n'], { input: text }).status).toBe(0);
  const error: unknown = await formatScript(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FormatError);
  expect(error).toMatchObject({ text, line, message: expect.not.stringContaining('script.sh') });
});

test('bash of a step is formatted, whatever the runtime behind it', async () => {
  const { scripts } = await compile(
    'x.ts',
    procedure({
      id: 'x',
      title: 'X',
      summary: 'S.',
      from: { release: 'bookworm', name: 'Debian 12' },
      to: { release: 'bookworm', name: 'Debian 12' },
      steps: [
        shell({
          id: 'made',
          title: 'it is made',
          why: 'it is due',
          check: 'if   test -e /srv/a;then\n      true\nelse false; fi',
          apply: 'run   touch /srv/a',
        }),
      ],
    }),
  );
  const text = scripts[0]?.text ?? '';
  expect(text).toContain('(\n  if test -e /srv/a; then\n    true\n  else false; fi\n)');
  expect(text.split(RUNTIME_LINE)).toHaveLength(2);
  expect(await formatScript(text)).toBe(text);
});
