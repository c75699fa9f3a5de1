import { describe, expect, test } from 'vitest';
import { parameter, reboot } from '../../src/dsl/index.ts';
import {
  canMount,
  ownRelease,
  scriptsOf,
  serverOf,
  serverWith,
  touches,
  UNATTENDED,
  type Server,
} from '../support/runtime.ts';

const present = (server: Server, ...ids: string[]): string[] =>
  ids.filter((id) => server.has(`run/${id}`));

describe.runIf(canMount)('steps are chosen', async () => {
  const three = await scriptsOf({ steps: [touches('one'), touches('two'), touches('three')] });
  const twoParts = await scriptsOf({
    steps: [
      touches('one'),
      touches('two'),
      reboot({ id: 'rebooted', why: 'it is tried', ...release() }),
      touches('three'),
    ],
  });

  test('--only runs one step alone, and the part is not finished', () => {
    const server = serverOf(three);
    const { status, stdout } = server.run([...UNATTENDED, '--only', 'two']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\[2\/3\] changed {2}two .*\n1 changed, 0 ok, 0 skipped, in \d+ s\n/);
    expect(stdout).toContain('upgrade.sh is not finished. Still to be done: one three\n');
    expect(present(server, 'one', 'two', 'three')).toEqual(['two']);
    expect(server.events()).toEqual(['begin', 'start two', 'done two']);
  });

  test('--from begins there, and the part is finished only when the rest was done', () => {
    const server = serverOf(twoParts);
    const first = server.run([...UNATTENDED, '--from', 'two']);
    expect(first).toMatchObject({ status: 0 });
    expect(first.stdout).toContain('[1/3] skipped  one  one is there  (--from)\n');
    expect(first.stdout).toContain('pre-reboot.sh is not finished. Still to be done: one\n');
    expect(server.events()).not.toContain('finished');
    server.run([...UNATTENDED, '--only=one']);
    expect(server.run([...UNATTENDED, '--from=two'])).toMatchObject({ status: 10 });
    expect(server.events()).toContain('finished');
  });

  test('--skip leaves steps out, which counts as done', () => {
    const server = serverOf(twoParts);
    const { status, stdout } = server.run([...UNATTENDED, '--skip', 'one', '--skip=two']);
    expect(status).toBe(10);
    expect(stdout).toContain('[2/3] skipped  two  two is there  (--skip)\n');
    expect(stdout).toContain('0 changed, 0 ok, 2 skipped');
    expect(present(server, 'one', 'two')).toEqual([]);
    // The next run was not told so.
    expect(server.run()).toMatchObject({ status: 10 });
    expect(present(server, 'one', 'two')).toEqual(['one', 'two']);
  });

  test.each([
    [['--only', 'four'], "no such step: 'four' (see --list)"],
    [['--skip', "$(touch /run/x) 'y'"], `no such step: '$(touch /run/x) '\\''y'\\''' (see --list)`],
    [['--from', 'rebooted'], 'rebooted is the reboot at the end'],
    [['--only', 'one', '--skip', 'two'], '--only runs one step alone'],
    [['--from', ''], '--from needs the name of a step (see --list)'],
  ])('%j is wrong', (args, message) => {
    const server = serverOf(twoParts);
    const { status, stderr } = server.run([...UNATTENDED, ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(`pre-reboot.sh: ${message}`);
    expect(present(server, 'one', 'two', 'x')).toEqual([]);
  });

  test('by a parameter', async () => {
    const wanted = parameter.boolean('wanted', { default: 'no', help: 'whether two is wanted' });
    const way = parameter.choice('way', {
      default: 'b',
      choices: ['a', 'b', 'c until=three once '],
      help: 'which way',
    });
    const scripts = await scriptsOf({
      parameters: [wanted, way],
      steps: [
        touches('one', { when: { parameter: way, is: 'a' } }),
        touches('two', { when: wanted }),
        touches('three'),
      ],
    });
    const server = serverOf(scripts);
    const first = server.run();
    expect(first.stdout).toContain('[1/3] skipped  one  one is there  (not wanted)\n');
    expect(first.stdout).toContain('A procedure: done.\n');
    expect(present(server, 'one', 'two', 'three')).toEqual(['three']);
    server.run([...UNATTENDED, '--set', 'wanted=yes', '--set', 'way=a']);
    expect(present(server, 'one', 'two', 'three')).toEqual(['one', 'two', 'three']);
    // A choice is text, whatever options it looks like.
    const odd = serverOf(scripts);
    const { stdout } = odd.run([...UNATTENDED, '--set', 'way=c until=three once ']);
    expect(stdout).toContain('[1/3] skipped  one  one is there  (not wanted)\n');
  });

  test('until another one has ended the need for them', async () => {
    const server = await serverWith({
      steps: [
        touches('stopped', { until: 'upgraded', apply: 'run touch /run/stopped; echo x >>/run/n' }),
        touches('upgraded'),
        touches('started', { apply: 'run rm -f /run/stopped; run touch /run/started' }),
      ],
    });
    expect(server.run()).toMatchObject({ status: 0 });
    expect(present(server, 'stopped', 'upgraded', 'started')).toEqual(['upgraded', 'started']);
    const again = server.run();
    expect(again.stdout).toContain('0 changed, 3 ok');
    expect(present(server, 'stopped')).toEqual([]);
    // What the other one had brought about is gone, whatever the journal says: it is needed again.
    server.run([], { by: 'rm -f /run/upgraded; true' });
    const third = server.run();
    expect(third.stdout).toContain('2 changed, 1 ok');
    expect(server.read('run/n')).toBe('x\nx\n');
  });

  test('until another one has begun, however it went on', async () => {
    const asked = { untilBegun: 'changed', check: '[[ -e /run/asked && ! -e /run/half ]]' };
    const server = await serverWith({
      steps: [
        touches('asked', asked),
        touches('changed', {
          apply: 'run touch /run/half; kill -KILL "$$" "$BASHPID"; run touch /run/changed',
        }),
      ],
    });
    expect(server.run().status).not.toBe(0);
    expect(server.events()).toEqual(['begin', 'start asked', 'done asked', 'start changed']);
    const again = server.run();
    expect(again.stdout).toContain('[1/2] ok       asked');
    expect(present(server, 'half')).toEqual(['half']);
  });
});

function release() {
  const { release: codename, name } = ownRelease();
  return { release: codename, releaseName: name };
}

describe.runIf(canMount)('a step that can be done only once', async () => {
  const once = await scriptsOf({
    steps: [
      touches('before'),
      touches('told', {
        check: undefined as never,
        once: true,
        apply:
          'echo told >>/run/told; run touch /run/more; if [[ -e /run/slow ]]; then run sleep 3; fi',
      }),
      touches('after'),
    ],
  });

  test('is done once', () => {
    const server = serverOf(once);
    expect(server.run()).toMatchObject({ status: 0 });
    expect(server.run().stdout).toContain('0 changed, 3 ok');
    expect(server.run([...UNATTENDED, '--only', 'told']).stdout).toContain('0 changed, 1 ok');
    expect(server.read('run/told')).toBe('told\n');
  });

  test('is not done again by itself when a run was cut off within it', () => {
    const server = serverOf(once);
    server.run();
    const journal = server.read('lib/stepwright/tried/journal');
    server.write('lib/stepwright/tried/journal', journal.replace(/^.*\tdone\ttold\t\n/m, ''));
    const { status, stderr } = server.run();
    expect(status).toBe(3);
    expect(stderr).toContain('step told can be done only once, and a run was cut off');
    expect(stderr).toContain('if it is done: --skip told; if it is not: --from told');
    expect(server.run(['--dry-run'])).toMatchObject({ status: 3 });
    expect(server.run([...UNATTENDED, '--skip', 'told'])).toMatchObject({ status: 0 });
    expect(server.read('run/told')).toBe('told\n');
    expect(server.run()).toMatchObject({ status: 0 });
    expect(server.read('run/told')).toBe('told\n');
  });

  test('is done again when that is said', () => {
    const server = serverOf(once);
    server.run();
    const journal = server.read('lib/stepwright/tried/journal');
    server.write('lib/stepwright/tried/journal', journal.replace(/^.*\tdone\ttold\t\n/m, ''));
    expect(server.run([...UNATTENDED, '--from', 'told'])).toMatchObject({ status: 0 });
    expect(server.read('run/told')).toBe('told\ntold\n');
  });

  test('that fails is done again, and says so', async () => {
    const server = await serverWith({
      steps: [
        touches('told', {
          check: undefined as never,
          once: true,
          apply: 'echo told >>/run/told; [[ -e /run/mended ]]',
        }),
      ],
    });
    const { status, stderr } = server.run();
    expect(status).toBe(1);
    expect(stderr).toContain(
      '  the next run does it again from its beginning; to leave it out: --skip told\n',
    );
    server.write('run/mended', '');
    expect(server.run()).toMatchObject({ status: 0 });
    expect(server.read('run/told')).toBe('told\ntold\n');
  });
});
