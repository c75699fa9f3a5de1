import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stepwrightIn, type Ended } from '../support/command-line.ts';

const step = (id: string, unit: string): string =>
  `service.started({ id: '${id}', why: 'it is needed', unit: '${unit}' }),\n`;

function stepFile(id: string, steps: string, more = ''): string {
  return `import { procedure, service } from 'stepwright';
${more}export default procedure({
  id: '${id}', title: 'T', summary: 'S.',
  from: { release: 'bookworm', name: 'Debian 12' }, to: { release: 'bookworm', name: 'Debian 12' },
  steps: [
${steps}],
});
`;
}

let folder: string;
const run = (...words: string[]): Ended => stepwrightIn(folder, words);
const write = (name: string, text: string): void => {
  const path = join(folder, 'steps', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepwright-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a procedure that is named twice, by whatever name, is compiled once', () => {
  write('more/one.ts', stepFile('one', step('a', 'nginx')));
  symlinkSync(join(folder, 'steps/more/one.ts'), join(folder, 'linked.ts'));
  const names = ['one', 'one', 'more/one', 'steps/more/one.ts', join(folder, 'linked.ts')];
  const { status, stdout, stderr } = run('compile', '--no-lint', ...names);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('1 procedure, 3 files written');
});

test('a file that cannot be loaded is told with advice that can be followed', () => {
  write('one.ts', "import { procedure } from 'stepwright';\nprocedure.nothing();\n");
  const { status, stderr } = run('compile');
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^steps\/one\.ts: it cannot be loaded: .*procedure\.nothing is not a function\n/,
  );
  expect(stderr).toContain('\n  mend that in the file, or in one that it imports\n');
  expect(stderr).toContain('\n  at steps/one.ts:2\n');
  // It needs a TypeScript, and refuses a file by its name beside a tsconfig.json.
  expect(stderr).not.toContain('tsc');
});

test.each([
  ['`root=${dir}`', 'parameter dir'],
  ["path(dir, 'x') + '/y'", 'what has parameter dir in it'],
])('a parameter in plain text is told with its place: %s', (line, what) => {
  write(
    'one.ts',
    `import { parameter, path } from 'stepwright';
const dir = parameter.path('dir', { default: '/srv', help: 'a folder' });
export const again = path(dir, 'again');
export default ${line};
`,
  );
  expect(run('compile')).toMatchObject({
    status: 2,
    stderr: `steps/one.ts: it cannot be loaded: ${what} stands in plain text, where it has no value yet: write text\`…\` or path(…), or give it in \`values\` of the step
  at steps/one.ts:4
  mend that in the file, or in one that it imports
`,
  });
});

const list = (id: string, other: string): string =>
  `import { service } from 'stepwright';\nimport { ${other} } from './${other}.ts';
export const ${id} = [${step(id, id)} ${other}];\n`;

test('files that import each other are told as such', () => {
  write('one/a.ts', list('a', 'b'));
  write('one/b.ts', list('b', 'a'));
  write('one/index.ts', stepFile('one', 'a,', "import { a } from './a.ts';\n"));
  const { status, stderr } = run('compile');
  expect(status).toBe(2);
  expect(stderr).toContain('do two files import each other?');
  expect(stderr).toMatch(/\n {2}at steps\/one\/\w+\.ts:\d+\n/);
});

const taken = (text: string): string[] =>
  text.split('\n').filter((line) => line.includes('its id is that of an earlier step'));

describe('an id that is taken', () => {
  test('is shown where it stands again, however often', () => {
    const steps = [step('a', 'one'), step('b', 'two'), step('a', 'three'), step('a', 'four')];
    write('a.ts', stepFile('a', steps.join('')));
    expect(taken(run('compile').stderr)).toEqual([
      'steps/a.ts:8: step a: its id is that of an earlier step',
      'steps/a.ts:9: step a: its id is that of an earlier step',
    ]);
  });

  test('is shown at each place, where files share it', () => {
    const part = `import { service } from 'stepwright';\nexport const more = [\n${step('a', 'x')}];\n`;
    write('one/more.ts', part);
    write(
      'one/index.ts',
      stepFile('one', `${step('a', 'y')}...more,`, "import { more } from './more.ts';\n"),
    );
    expect(taken(run('compile').stderr)).toEqual([
      'steps/one/index.ts:7 or steps/one/more.ts:3: step a: its id is that of an earlier step',
    ]);
  });
});

describe('the line of a step', () => {
  test('is that of the step that is meant, where two have its id', () => {
    const wrong = step('a', 'nginx').replace('it is needed', '');
    write('a.ts', stepFile('a', step('a', 'one') + step('b', 'two') + wrong));
    expect(
      run('compile')
        .stderr.split('\n')
        .filter((line) => !line.startsWith(' ')),
    ).toEqual([
      'steps/a.ts:8: step a: `why` must not be empty',
      'steps/a.ts:8: step a: its id is that of an earlier step',
      '',
    ]);
  });

  test('is told of a step whose id is wrong', () => {
    write('a.ts', stepFile('a', step('a', 'one') + step('B_b(', 'two')));
    expect(run('compile').stderr).toContain('steps/a.ts:7: step B_b(: `id` must be lower-case');
  });
});
