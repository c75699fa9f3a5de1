import { describe, expect, test } from 'vitest';
import {
  canMount,
  ID,
  LOG,
  scriptsOf,
  serverOf,
  serverWith,
  STATE,
  touches,
  UNATTENDED,
} from '../support/runtime.ts';

/** Everything here runs whole scripts as root, in mounts of their own. */
describe.runIf(canMount)('a run', async () => {
  const three = await scriptsOf({ steps: [touches('one'), touches('two'), touches('three')] });

  test('prints one line a step and a summary, and writes a log and a journal', () => {
    const server = serverOf(three);
    server.write('run/two', '');
    const { status, stdout, stderr } = server.run();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.replaceAll(/\d+ s\b/g, 'N s')).toBe(
      [
        '[1/3] changed  one  one is there  (N s)',
        '[2/3] ok       two  two is there',
        '[3/3] changed  three  three is there  (N s)',
        '2 changed, 1 ok, 0 skipped, in N s',
        'A procedure: done.',
        '',
      ].join('\n'),
    );
    expect(server.events()).toEqual([
      'begin',
      'start one',
      'done one',
      'ok two',
      'start three',
      'done three',
      'finished',
    ]);
    const log = server.read(LOG).replaceAll(/^# \S+ \S+ /gm, '# ');
    expect(log).toContain('# --- one: one is there\n+ touch /run/one\n# [1/3] changed one  (');
    expect(log).toContain('# [2/3] ok two\n# --- three');
  });

  test('aligns its lines when there are ten steps', async () => {
    const ids = Array.from({ length: 10 }, (_, n) => `step-${n}`);
    const server = await serverWith({ steps: ids.map((id) => touches(id)) });
    const { stdout } = server.run();
    expect(stdout).toMatch(
      /^\[ 1\/10\] changed {2}step-0 .*\n(.*\n){8}\[10\/10\] changed {2}step-9 /,
    );
  });

  test('a second one changes nothing but its notes', () => {
    const server = serverOf(three);
    server.run();
    const before = server.snapshot();
    expect(server.run()).toMatchObject({ status: 0, stderr: '' });
    const after = server.snapshot();
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed).toEqual([`${STATE}/journal`, LOG, 'run/stepwright.lock']);
    expect(server.events().slice(-1)).toEqual(['begin']);
  });

  test('what nobody may read is read by root alone', () => {
    const server = serverOf(three);
    server.run([...UNATTENDED], { before: 'umask 000' });
    const modes = Object.entries(server.snapshot())
      .filter(([name]) => /^(lib\/stepwright|log\/stepwright\/.|run\/stepwright)/.test(name))
      .map(([name, about]) => `${about.split(' ')[0]?.slice(-3)} ${name}`);
    expect(modes).toEqual([
      '700 lib/stepwright',
      `700 ${STATE}`,
      `700 ${STATE}/carried`,
      `600 ${STATE}/journal`,
      `600 ${LOG}`,
      '600 run/stepwright.lock',
    ]);
  });
});

describe.runIf(canMount)('a failure', async () => {
  const failing = await scriptsOf({
    parameters: [],
    steps: [
      touches('one'),
      touches('two', {
        apply: `echo "said before" >&2
          run bash -c 'echo "the tool says why"; printf "\\033[31mred\\033[0m\\n"; exit 7' 'x y'
          run touch /run/two`,
        undo: 'remove /run/one',
      }),
      touches('three'),
    ],
  });

  test('stops the run and tells what helps', () => {
    const server = serverOf(failing);
    const { status, stdout, stderr } = server.run([...UNATTENDED, '--skip', 'three']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/\[2\/3\] failed {3}two {2}two is there\n$/);
    const command = `bash -c 'echo "the tool says why"; printf "\\033[31mred\\033[0m\\n"; exit 7' 'x y'`;
    expect(stderr).toBe(
      `
Step two failed: a command ended with status 7
  command: ${command}
  its last output:
    | said before
    | + ${command}
    | the tool says why
    |  [31mred [0m
  to take it back: remove /run/one

  the whole log: /var/log/stepwright/${ID}.log
  to go on, when the cause is mended: bash ${server.directory}/upgrade.sh --skip three --allow-ssh --yes
`,
    );
    expect(server.has('run/three')).toBe(false);
    expect(server.events().slice(-1)).toEqual(['failed two']);
    expect(server.read(LOG)).toContain('the tool says why\n');
  });

  test('is over when the cause is', () => {
    const server = serverOf(failing);
    server.run();
    server.write('run/two', '');
    expect(server.run()).toMatchObject({ status: 0 });
    expect(server.has('run/three')).toBe(true);
  });

  test.each([
    ['false', 'a command ended with status 1', '  command: false\n'],
    [
      'run no-such-command -x',
      'a command ended with status 127',
      '  command: no-such-command -x\n',
    ],
    ['[[ -e /nowhere ]]', 'a command ended with status 1', '  command: [[ -e /nowhere ]]\n'],
    ["run bash -c 'kill -9 $$'", 'a command was ended by signal KILL (status 137)', ''],
    ['x=$(false)', 'a command ended with status 1', ''],
    ['false | true', 'a command ended with status 1', ''],
    ['echo "$no_such"', 'a command ended with status 1', '    | '],
    ["fail 'no room' 'make some'", 'no room\n  make some\n', ''],
    ["echo seen; fail 'no room'", 'no room\n  its last output:\n    | seen\n', ''],
    [':', 'its commands ended without an error, and yet its check does not hold', ''],
  ])('of a step that does: %s', async (apply, reason, more) => {
    const server = await serverWith({ steps: [touches('one', { apply }), touches('two')] });
    const { status, stderr } = server.run();
    expect(status).toBe(1);
    expect(stderr).toContain(`\nStep one failed: ${reason}`);
    expect(stderr).toContain(more);
    expect(server.has('run/two')).toBe(false);
  });

  test('is also that a check could not tell', async () => {
    const check = 'echo "the answer was odd"; exit 5';
    const server = await serverWith({ steps: [touches('one', { check })] });
    const { status, stderr } = server.run();
    expect(status).toBe(1);
    expect(stderr).toContain('Step one failed: its check could not tell (status 5)\n');
    expect(stderr).toContain('    | the answer was odd\n');
    expect(server.has('run/one')).toBe(false);
  });

  test('shows the output of this step alone, and not more than the end of it', async () => {
    const server = await serverWith({
      steps: [
        touches('one', { apply: 'echo of-the-first; run touch /run/one' }),
        touches('two', { apply: 'printf "%s\\n" {1..100}; false' }),
      ],
    });
    const { stderr } = server.run();
    expect(stderr).not.toContain('of-the-first');
    expect(stderr).toContain('    | 81\n');
    expect(stderr).not.toContain('    | 80\n');
  });

  test('names sudo and the log where they were used', () => {
    const server = serverOf(failing);
    const args = [...UNATTENDED, '--log', "/var/log/it's a log"];
    const { stderr } = server.run(args, { env: { SUDO_USER: 'somebody' } });
    expect(stderr).toContain("the whole log: /var/log/it's a log\n");
    expect(stderr).toContain(
      `to go on, when the cause is mended: sudo bash ${server.directory}/upgrade.sh --log '/var/log/it'\\''s a log' --allow-ssh --yes\n`,
    );
  });
});
