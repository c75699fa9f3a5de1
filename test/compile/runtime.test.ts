import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { functionsDefined } from '../../src/bash/expansions.ts';
import { parseScript, syntaxFaults } from '../../src/bash/tree.ts';
import { compile } from '../../src/compile/compile.ts';
import { joined, piecesOf, type Piece } from '../../src/compile/pieces.ts';
import {
  runtimeFor,
  runtimeModules,
  WHOLE,
  type RuntimeModule,
} from '../../src/compile/runtime.ts';
import { bashNames, type BashNames } from '../support/bash-names.ts';

const modules = runtimeModules();
const functions = new Set(modules.flatMap(({ defines }) => defines));
/** Every script has these, whatever is in it. */
const core = new Set(runtimeFor('').flatMap(({ defines }) => defines));
const ofWholeModules = new Set(
  modules.flatMap(({ name, defines }) => (WHOLE.has(name) ? defines : [])),
);

const GOLDEN = new URL('../golden/kinds/', import.meta.url);
/** What scripts can be made of: the functions of a step of each kind, and each requirement. */
const THINGS: readonly (readonly [string, string])[] = [
  ...readdirSync(GOLDEN).map(
    (file) =>
      [file.replace('.approved.txt', ''), readFileSync(new URL(file, GOLDEN), 'utf8')] as const,
  ),
  ...[...functions]
    .filter((name) => name.startsWith('require_'))
    .map((name) => [name, name] as const),
];

const known = new Map<string, BashNames>();
function namesOf(text: string): BashNames {
  const found = known.get(text) ?? bashNames(text);
  known.set(text, found);
  return found;
}

const piecesIn = (chosen: readonly RuntimeModule[]): Piece[] =>
  chosen.flatMap(({ text }) => piecesOf(text));

/** The names that `pieces` refer to, all together. */
function all(pieces: readonly Piece[], which: 'words' | 'read' | 'set'): Set<string> {
  return new Set(pieces.flatMap(({ text }) => [...namesOf(text)[which]]));
}

test('every file of the runtime is a module of it', () => {
  const files = readdirSync(new URL('../../src/runtime/', import.meta.url));
  expect(files.toSorted()).toEqual(modules.map(({ name }) => `${name}.sh`).toSorted());
});

describe.each(modules.map((module) => [module.name, module] as const))(
  'module %s',
  (name, { text }) => {
    const pieces = piecesOf(text);

    test('is its pieces, and nothing else', () => {
      const file = readFileSync(new URL(`../../src/runtime/${name}.sh`, import.meta.url), 'utf8');
      expect(`${joined(pieces)}\n`).toBe(file);
      expect(pieces[0]).toMatchObject({ type: 'remark' });
      expect(pieces[0]?.text).toMatch(new RegExp(`^# ${name}: `));
    });

    test('has pieces that are bash by themselves, and define what they say', () => {
      for (const piece of pieces) {
        expect(syntaxFaults(parseScript(piece.text))).toEqual([]);
        const defined = functionsDefined(piece.text);
        expect(defined).toEqual(piece.type === 'function' ? piece.defines : []);
        if (piece.type === 'variables')
          expect([...namesOf(piece.text).set]).toEqual(expect.arrayContaining([...piece.defines]));
        if (piece.type === 'remark') expect(parseScript(piece.text).commands).toEqual([]);
      }
    });
  },
);

test('nothing is defined twice', () => {
  const defined = piecesIn(modules).flatMap(({ defines, text }) =>
    /^\w+\+=|^\w+\[/m.test(text) ? [] : defines,
  );
  expect(defined.filter((name, index) => defined.indexOf(name) !== index)).toEqual([]);
});

/**
 * Every command of the runtime whose name is computed. What stands there is always handed over by
 * its name, written out, or is a function of a step: so a script has it. A new one is to be thought
 * about before it is added here.
 */
const COMPUTED: readonly (readonly [string, string])[] = [
  // Hooks: functions that modules enter by name.
  ['hooks', '"$sw_hook"'],
  // A program.
  ['health', '"$sw_sshd"'],
  ['sources', '"$sw_judge"'],
  ['release', '"$1"'],
  // Programs.
  ['release', '"$sw_apt_helper"'],
  // sw_list_databases or sw_ask_contents.
  ['postgres', '"${3:-sw_list_databases}"'],
  ['dump', '"$sw_text"'],
  // What would keep a cluster from being copied.
  ['clusters', '"$demand"'],
  // A Python.
  ['halves', '"$2"'],
  ['pip', '"$1"'],
  // Functions of steps and of requirements, which stand above the runtime.
  ['program', '"$sw_check"'],
  // `steps`, or what shows the plan of one.
  ['state', '"$@"'],
  ['preflight', '"$1"'],
  ['steps', '"${1//-/_}__check"'],
  // sw_note or sw_note_safely.
  ['steps', '"$sw_noting"'],
  // Whatever a step runs: what is for its shell, and functions.
  ['apply', '"$@"'],
  ['apply', '"$@"'],
  // What finds somebody who is waited for.
  ['apply', '"$1"'],
  ['apply', '"$sw_function"'],
  ['plan', '"${sw_id//-/_}__check"'],
  ['report', '"$sw_advice"'],
];

test('commands whose names are computed are those that are known', () => {
  const found = modules.flatMap(({ name, text }) =>
    namesOf(text).computed.map((word) => [name, word] as const),
  );
  expect(found).toEqual(COMPUTED);
});

describe.each(THINGS)('a script that has nothing but %s', (_, text) => {
  const runtime = piecesIn(runtimeFor(text));
  const pieces = [...runtime, ...piecesOf(text)];
  const defined = new Set(pieces.flatMap(({ defines }) => defines));
  const words = new Set([...all(pieces, 'words'), text]);

  test('has every function that it comes to, and no other', () => {
    expect([...words].filter((word) => functions.has(word) && !defined.has(word))).toEqual([]);
    const spare = [...defined].filter((name) => functions.has(name) && !core.has(name));
    expect(spare.filter((name) => !words.has(name) && !ofWholeModules.has(name))).toEqual([]);
  });

  test('reads nothing that it does not set, and keeps nothing that it does not read', () => {
    const [read, set] = [all(pieces, 'read'), all(pieces, 'set')];
    expect([...read].filter((name) => name.startsWith('sw_') && !set.has(name))).toEqual([]);
    // Capitals are the environment's; a step reads parameters, too.
    const local = [...all(runtime, 'read')].filter((name) => /^[a-z]/.test(name));
    expect(local.filter((name) => !set.has(name))).toEqual([]);
    expect([...set].filter((name) => name.startsWith('sw_') && !read.has(name))).toEqual([]);
  });
});

const STEPS = fileURLToPath(new URL('../../steps', import.meta.url));
const shipped = readdirSync(STEPS).filter((name) => existsSync(`${STEPS}/${name}/index.ts`));

describe.each(shipped)('the scripts of %s', async (name) => {
  const { default: input } = (await import(`${STEPS}/${name}/index.ts`)) as { default: unknown };
  // The layout does not matter here, and takes most of the time.
  const { scripts } = await compile(`steps/${name}/index.ts`, input, async (text) => text);
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-runtime-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(scripts.map(({ name: file, text }) => [file, text] as const))(
    '%s has what it calls, and calls what it has',
    (_, text) => {
      const [words, defined] = [namesOf(text).words, new Set(functionsDefined(text))];
      expect([...words].filter((word) => functions.has(word) && !defined.has(word))).toEqual([]);
      const spare = [...defined].filter((each) => functions.has(each) && !words.has(each));
      expect(spare.filter((each) => !core.has(each) && !ofWholeModules.has(each))).toEqual([]);
    },
  );

  // Nothing outside of this machine is asked for anything.
  const nowhere = 'http://127.0.0.1:1';
  const env = { ...process.env, http_proxy: nowhere, https_proxy: nowhere };
  const modes = ['--help', '--version', '--list', '--check', '--dry-run', '--status'];
  test.each(
    scripts.flatMap(({ name: file, text }) => modes.map((mode) => [file, mode, text] as const)),
  )('%s %s meets nothing that is not there', (file, mode, text) => {
    writeFileSync(join(folder, file), text);
    const { status, stderr } = spawnSync('bash', [join(folder, file), mode], {
      encoding: 'utf8',
      env,
    });
    expect(stderr).not.toMatch(/: line \d+: /);
    // This machine is not of the release, or another user runs the test.
    const refused = /^--(check|dry-run|status)$/.test(mode) ? [0, 3] : [0];
    expect(refused).toContain(status);
  });
});
