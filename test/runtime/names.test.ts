import { expect, test } from 'vitest';
import { namesUsed } from '../../src/bash/expansions.ts';
import { runtimeFor, runtimeModules, type RuntimeModule } from '../../src/compile/runtime.ts';
import { carried, file, learn, parameter, shell } from '../../src/dsl/index.ts';
import { canMount, machineFor, UNATTENDED } from '../support/machine.ts';

/** What is a variable in these modules, and could be the name of a parameter as well. */
function namesIn(modules: readonly RuntimeModule[]): string[] {
  const names = modules.flatMap(({ text }) => {
    const locals = [...text.matchAll(/^\s*local (.*)$/gm)].flatMap(([, rest]) =>
      (rest ?? '').split(' ').map((word) => word.split('=')[0] ?? ''),
    );
    return [...locals, ...namesUsed(text).variables];
  });
  return [...new Set(names)]
    .filter((name) => /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name) && !name.startsWith('sw_'))
    .toSorted();
}

const NAMES = namesIn(runtimeModules());
/** Those of the modules that every script has: no other module looks after carried values. */
const CORE_NAMES = namesIn(runtimeFor('perform'));
const kebab = (name: string): string => name.replaceAll('_', '-');

/** Bash that writes each variable and its value to `file`. */
function written(names: readonly string[], to: string): string {
  return `{\n${names.map((name) => `printf '%s=%s\\n' ${name} "$${name}"`).join('\n')}\n} >${to}`;
}

function expected(names: readonly string[], value: (name: string) => string): string {
  return names.map((name) => `${name}=${value(name)}\n`).join('');
}

test('there are names to try', () => {
  expect(NAMES).toEqual(expect.arrayContaining(['name', 'file', 'line', 'text', 'value', 'part']));
});

test.runIf(canMount)('a parameter may be called like any variable of the runtime', async () => {
  const parameters = NAMES.map((name) =>
    parameter.identifier(kebab(name), { default: `default-${name}`, help: `help of ${name}` }),
  );
  const values = Object.fromEntries(
    parameters.map((item) => [item.name.replaceAll('-', '_'), item]),
  );
  const { run, read } = await machineFor({
    parameters,
    steps: [
      file.content({ id: 'lines-written', why: 'to see', path: '/run/lines', lines: parameters }),
      shell({
        id: 'values-written',
        title: 'the values are written',
        why: 'to see',
        values,
        check: `${written(NAMES, '/run/checked')}\n[[ -e /run/applied ]]`,
        apply: written(NAMES, '/run/applied'),
      }),
    ],
  });
  const isSet = (name: string): boolean => NAMES.indexOf(name) % 2 === 0;
  const value = (name: string): string => (isSet(name) ? `set-${name}` : `default-${name}`);
  const flags = NAMES.filter(isSet).flatMap((name) => ['--set', `${kebab(name)}=set-${name}`]);

  const help = run('upgrade.sh', ...flags, '--help').output;
  for (const name of NAMES) {
    expect(help).toContain(`\n  ${name}=${value(name)}\n      help of ${name}\n`);
  }
  const planned = run('upgrade.sh', ...flags, '--dry-run').output;
  for (const name of NAMES) expect(planned).toContain(`             | ${value(name)}\n`);

  expect(run('upgrade.sh', ...UNATTENDED, ...flags)).toMatchObject({ status: 0 });
  const wanted = expected(NAMES, value);
  expect(read('run/applied')).toBe(wanted);
  expect(read('run/checked')).toBe(wanted);
  expect(read('run/lines')).toBe(NAMES.map((name) => `${value(name)}\n`).join(''));
  const kept = read('lib/stepwright/tried/parameters');
  expect(kept).toBe(
    NAMES.filter(isSet)
      .map((name) => `${name}=set-${name}\n`)
      .join(''),
  );

  const again = run('upgrade.sh', ...UNATTENDED);
  expect(again).toMatchObject({ status: 0, output: expect.stringContaining('0 changed, 2 ok') });
  expect(read('run/checked')).toBe(wanted);
  expect(read('lib/stepwright/tried/parameters')).toBe(kept);
});

test.runIf(canMount)('so may a carried value', async () => {
  const items = CORE_NAMES.map((name) => carried.identifier(kebab(name), `what is ${name}`));
  const values = Object.fromEntries(items.map((item) => [item.name.replaceAll('-', '_'), item]));
  const { run, read } = await machineFor({
    steps: [
      ...items.map((item) =>
        learn({
          id: `know-${item.name}`,
          title: `${item.name} is known`,
          why: 'to see',
          into: item,
          from: `echo learnt-${item.name.replaceAll('-', '_')}`,
        }),
      ),
      shell({
        id: 'values-written',
        title: 'the values are written',
        why: 'to see',
        values,
        check: `${written(CORE_NAMES, '/run/checked')}\n[[ -e /run/applied ]]`,
        apply: written(CORE_NAMES, '/run/applied'),
      }),
    ],
  });
  const wanted = expected(CORE_NAMES, (name) => `learnt-${name}`);
  expect(run('upgrade.sh', ...UNATTENDED)).toMatchObject({ status: 0 });
  expect(read('run/applied')).toBe(wanted);
  expect(read('run/checked')).toBe(wanted);
  expect(run('upgrade.sh', ...UNATTENDED)).toMatchObject({
    status: 0,
    output: expect.stringContaining('0 changed'),
  });
  expect(read('run/checked')).toBe(wanted);
});
