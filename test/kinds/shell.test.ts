import { describe, expect, test } from 'vitest';
import { fragmentProblems } from '../../src/compile/judge-fragments.ts';
import { judgedOf } from '../../src/compile/judged.ts';
import { carried, learn, parameter, path, shell } from '../../src/dsl/index.ts';
import { stepSchema } from '../../src/model/step.ts';
import { expectGoldenStep, stepOn, temporaryHost } from '../support/kinds.ts';

const dir = parameter.path('dir', { default: '/var/backups/walt', help: 'where backups go' });
const HOSTILE = `$(touch x) it's "quoted" * -x`;

describe('shell', () => {
  const saved = {
    id: 'selections-saved',
    title: 'the list of packages is saved',
    why: 'the way back needs it',
    undo: 'dpkg --set-selections reads the list',
    values: { dir, note: 'a note' },
    check: '[[ -s $dir/selections ]]',
    apply: `
      mkdir -p -- "$dir"
      printf '%s\\n' "$note" >"$dir/selections.part"
      run mv -- "$dir/selections.part" "$dir/selections"
    `,
  };
  const step = shell(saved);

  test('is its own bash, in a shell of its own', async () => {
    await expectGoldenStep(step);
    const host = temporaryHost();
    const on = stepOn(host, step, { dir: host.path(`backups/${HOSTILE}`) });
    const untouched = host.snapshot();
    expect(on.check().status).toBe(1);
    expect(on.plan()).toContain('mkdir -p -- "$dir"');
    expect(host.snapshot()).toEqual(untouched);
    expect(on.apply().status).toBe(0);
    expect(host.read(`backups/${HOSTILE}/selections`)).toBe('a note\n');
    expect(on.check().status).toBe(0);
  });

  test('a list is an array in it', async () => {
    const units = parameter.identifiers('units', { default: '', help: 'units to look at' });
    const host = temporaryHost();
    host.stub('look');
    const one = { id: 'looked-at', title: 'looked at', why: 'x', check: 'true' };
    const listed = shell({ ...one, values: { units }, apply: 'run look "${units[@]}"' });
    const on = stepOn(host, listed, { units: 'a b', units_list: ['a', 'b'] });
    expect(on.apply().status).toBe(0);
    expect(host.calls()).toEqual([{ name: 'look', args: ['a', 'b'] }]);
  });

  test.each([
    [{ dir: '/x', copy: dir }, false],
    [{ copy: dir, dir: '/x' }, false],
    [{ dir, copy: dir }, true],
    [{ dir: path(dir, 'x') }, true],
  ])('values that hide what another reads are refused: %o', (values, right) => {
    const given = { id: 'a', title: 'a', why: 'a', check: 'true', apply: ':', values };
    const steps = [stepSchema.parse(shell(given))];
    const problems = fragmentProblems('x.ts', judgedOf({ steps }, { steps, requires: [] }));
    const where = 'x.ts: step a';
    expect(problems).toMatchObject(right ? [] : [{ where, mend: 'give the value another name' }]);
  });

  test('stops at the first command that fails, and says which', () => {
    const host = temporaryHost();
    const on = stepOn(host, shell({ ...saved, apply: 'run false\nrun touch "$dir/after"' }), {
      dir: host.directory,
    });
    expect(on.apply().status).toBe(1);
    expect(on.failure()).toEqual(['1', 'false']);
    expect(Object.keys(host.snapshot())).not.toContain('after');
  });

  test('fails with a reason of its own', () => {
    const host = temporaryHost();
    const on = stepOn(host, shell({ ...saved, apply: "fail 'no room' 'make some'; run true" }));
    expect(on.apply()).toMatchObject({ status: 1, output: 'no room\nmake some\n' });
    expect(on.failure()).toEqual(['1', '', 'no room', 'make some']);
  });

  test('its check answers with the status of its last command', () => {
    const host = temporaryHost();
    for (const [check, status] of [
      ['true', 0],
      ['false', 1],
      ['exit 3', 3],
    ] as const) {
      const { id, title, why } = { id: 'x', title: 'x', why: 'x' };
      expect(stepOn(host, shell({ id, title, why, check, apply: ':' })).check().status).toBe(
        status,
      );
    }
  });

  test('what can be done once only has no check', async () => {
    const once = shell({
      id: 'told',
      title: 'the users are told',
      why: 'they would wonder',
      once: true,
      apply: 'run wall "The server goes down now."',
    });
    await expectGoldenStep(once, 'shell.once');
    const host = temporaryHost();
    host.stub('wall');
    expect(stepOn(host, once).check().status).toBe(1);
    expect(stepOn(host, once).apply().status).toBe(0);
    expect(host.calls()).toEqual([{ name: 'wall', args: ['The server goes down now.'] }]);
  });
});

describe('learn', () => {
  const driver = carried.identifier('storage-driver', "docker's storage driver");
  const known = {
    id: 'driver-known',
    title: 'the storage driver is known',
    why: 'images are lost when the new docker lacks it',
    into: driver,
    from: "docker info --format '{{.Driver}}'",
  };
  const step = learn(known);

  test('keeps what was printed, once', async () => {
    await expectGoldenStep(step);
    const host = temporaryHost();
    host.stub('docker', 'echo aufs');
    const on = stepOn(host, step);
    expect(on.check().status).toBe(1);
    expect(on.plan()).toContain('docker info --format');
    expect(host.calls()).toEqual([]);
    expect(on.apply().status).toBe(0);
    expect(host.calls()).toEqual([{ name: 'docker', args: ['info', '--format', '{{.Driver}}'] }]);
    expect(host.read('state/carried/storage_driver')).toBe('aufs\n');
    expect(on.check().status).toBe(0);
  });

  test.each(['echo "-x"', 'echo "two words"', ':', 'echo a; exit 1', 'echo a; echo b'])(
    'learns nothing from: %s',
    (body) => {
      const host = temporaryHost();
      host.stub('docker', body);
      const on = stepOn(host, step);
      expect(on.apply().status).not.toBe(0);
      expect(on.check().status).toBe(1);
    },
  );

  test('a list has an item for each line', async () => {
    const images = carried.lines('images', 'the images of docker');
    const listed = learn({ ...known, id: 'images-known', into: images, from: 'docker image ls' });
    await expectGoldenStep(listed, 'learn.lines');
    const host = temporaryHost();
    host.stub('docker', "printf '%s\\n' 'walt/a b:latest' '*' '$(touch x)'");
    expect(stepOn(host, listed).apply().status).toBe(0);
    expect(host.read('state/carried/images')).toBe('walt/a b:latest\n*\n$(touch x)\n');
    host.stub('docker');
    expect(stepOn(host, listed).apply().status).toBe(0);
    expect(host.read('state/carried/images')).toBe('');
    expect(stepOn(host, listed).check().status).toBe(0);
  });
});
