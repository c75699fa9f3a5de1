import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runtimeFor } from '../../src/compile/runtime.ts';
import { readScript } from '../../src/diff/read.ts';
import { carried, learn, parameter, requires } from '../../src/index.ts';
import { own, rebooted, small, started, stopped } from '../support/procedures.ts';
import { filesOf } from './compiled.ts';

const dir = parameter.path('dir', { default: "/srv/it's", help: 'the folder' });
const names = parameter.identifiers('names', { default: 'a b', help: 'the ones' });
const note = carried.text('note', 'a note');

/** A step whose bash looks like what is around it. */
const hostile = own('hostile', {
  title: 'it is "$so" \\ `so`',
  why: "it's # file: needed",
  values: { dir, names },
  check: 'test -e "$dir" && test "${#names[@]}" -gt 0',
  apply:
    'run tee -- "$dir" <<\'END\'\n# stopped: another\n#   Why: no\nstopped__check() {\n  true\n}\n\n# file: a module\n\nEND\nrm() { run rm "$@"; }',
  undo: 'tar -x',
  needs: ['stopped'],
});
const input = small({
  parameters: [dir, names],
  requires: [
    requires.noPins(),
    requires.holds({ check: 'test -e /etc', refusal: 'no', remedy: 'yes', always: true }),
  ],
  steps: [
    stopped,
    hostile,
    learn({ id: 'noted', title: 'noted', why: 'x', into: note, from: 'uname -r' }),
    rebooted,
    started,
    own('told', { values: { note }, check: 'test -n "$note"' }),
  ],
});

describe('a compiled script, taken apart', async () => {
  const files = await filesOf(input);
  const first = readScript('pre-reboot.sh', files.get('pre-reboot.sh') ?? '');
  const second = readScript('post-reboot.sh', files.get('post-reboot.sh') ?? '');

  test('its steps, in order, each with its own comment and functions', () => {
    expect(first.steps.map(({ id }) => id)).toEqual(['stopped', 'hostile', 'noted', 'rebooted']);
    const [quiet, own1] = first.steps;
    expect(quiet?.comment).toBe(
      '# stopped: the service nginx is stopped\n#   Why: it must be quiet',
    );
    expect(quiet?.functions['check']).toBe('stopped__check() {\n  unit_is_stopped nginx\n}');
    expect(own1?.comment).toMatch(/^# hostile: it is .*\n# {3}Why: it's # file: needed$/);
    expect(own1?.options).toEqual(['needs=stopped']);
    expect(Object.keys(own1?.functions ?? {})).toEqual(['check', 'apply', 'plan', 'undo']);
    expect(own1?.functions['apply']).toContain('# file: a module');
    expect(first.steps[3]).toMatchObject({ comment: '', options: ['reboot'], functions: {} });
  });

  test('its declarations, by variable', () => {
    expect([...first.declarations.keys()]).toEqual(['dir', 'names', 'note']);
    expect(first.declarations.get('dir')).toMatch(
      /^dir=.*srv.*\nparameter dir path 'the folder'\n$/,
    );
    expect(first.declarations.get('names')).toMatch(/names_list=\(\)\n(?:other_)?parameter names /);
    expect([...second.declarations.keys()]).toEqual(['dir', 'names', 'note']);
  });

  test('its preflight, with the functions of requirements', () => {
    expect(first.preflight[0]).toBe("require_release bookworm 'Debian 12'");
    expect(first.preflight.at(-1)).toBe(
      'require_true requirement__holds no yes always\nrequirement__holds() {\n  test -e /etc\n}',
    );
  });

  test('its modules are those that it needs, each whole', () => {
    const text = files.get('pre-reboot.sh') ?? '';
    const wanted = runtimeFor(text.slice(0, text.indexOf('# ---- Below')));
    expect([...first.runtime.keys()]).toEqual(wanted.map(({ name }) => name));
    for (const module of wanted) {
      expect(first.runtime.get(module.name)).toBe(module.text);
    }
  });

  test('what is left is the frame, and no step is in it', () => {
    expect(first.frame).toMatch(/^#!\/bin\/bash\n/);
    expect(first.frame).toMatch(/main "\$@"/);
    expect(first.frame).not.toMatch(/stopped|hostile|noted|parameter|perform/);
    expect(first.frame).toBe(second.frame);
  });
});

test.each(['', 'echo', 'if then fi (', readFileSync(import.meta.filename, 'utf8')])(
  'text that is no such script has no steps',
  (text) => {
    const { steps, runtime, frame } = readScript('x.sh', text);
    expect(steps).toEqual([]);
    expect(runtime.size).toBe(0);
    expect(frame.trim() === '').toBe(text === '');
  },
);
