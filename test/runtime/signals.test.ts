import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { reboot } from '../../src/dsl/index.ts';
import {
  canMount,
  LOG,
  onTerminal,
  ownRelease,
  scriptsOf,
  serverOf,
  STATE,
  touches,
  UNATTENDED,
  until,
  watch,
  type Server,
} from '../support/runtime.ts';

/** A command that runs until it is released, and then says that it has ended by itself. */
const SLOW = `echo "slow speaks"
touch /run/began
while [[ ! -e /run/release ]]; do sleep 0.05; done
touch /run/ended`;

/** As apt does: what was ignored is heeded again. */
const HEEDING = `exec perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec @ARGV' -- bash -c "$(cat <<'END'
${SLOW}
END
)"`;

const { release, name } = ownRelease();

function slowServer(scripts: Awaited<ReturnType<typeof scriptsOf>>): Server {
  const server = serverOf(scripts);
  server.stub('slow', SLOW);
  return server;
}

/** A run on a terminal of its own. `keys` types into it. */
function terminal(server: Server, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const [program = '', ...words] = onTerminal(server.command(args));
  const child = spawn(program, words, {
    cwd: server.directory,
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '', ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ...watch(child), keys: (text: string) => child.stdin.write(text) };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  process.kill(child.pid ?? 0, signal);
}

/** Ends it, and everything that it has started. */
function killTree({ pid = 0 }: ChildProcess): void {
  const below = (parent: number): number[] => {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
    return children
      .split(' ')
      .filter(Boolean)
      .map(Number)
      .flatMap((found) => [found, ...below(found)]);
  };
  for (const found of [pid, ...below(pid)]) process.kill(found, 'SIGKILL');
}

describe.runIf(canMount)('a run under way', async () => {
  const scripts = await scriptsOf({
    steps: [
      touches('one', { apply: 'run slow; run touch /run/between; run touch /run/one' }),
      touches('two'),
    ],
  });

  test('keeps others from starting', async () => {
    const server = slowServer(scripts);
    const child = server.start();
    const { ended } = watch(child);
    await until(() => server.has('run/began'));
    for (const args of [[...UNATTENDED], ['--check'], ['--dry-run']]) {
      const { status, stderr } = server.run(args);
      expect(status).toBe(4);
      expect(stderr).toContain(
        'another run holds the lock /run/stepwright.lock; nothing was changed.',
      );
      expect(stderr).toContain(
        `It is ${server.directory}/upgrade.sh, process ${child.pid}. Follow it: tail -f /var/log/`,
      );
    }
    expect(server.run(['--status']).stdout).toMatch(
      / {2}start {5}one [\s\S]*\nA run holds the lock now/,
    );
    server.write('run/release', '');
    expect(await ended).toBe(0);
    expect(server.run()).toMatchObject({ status: 0 });
  });

  test('that is killed lets its command end, and the next run wait for that', async () => {
    const server = slowServer(scripts);
    const child = server.start();
    await until(() => server.has('run/began'));
    kill(child, 'SIGKILL');
    await watch(child).ended;
    const { status, stderr } = server.run();
    expect(status).toBe(4);
    expect(stderr).toContain('It was killed, and the command that it ran still runs.');
    server.write('run/release', '');
    await until(() => server.has('run/ended'));
    await until(() => server.run(['--check']).status === 0);
    expect(server.has('run/between')).toBe(false);
    expect(server.read(LOG)).toContain('stopped before: touch /run/between\n');
    expect(server.run()).toMatchObject({ status: 0 });
    expect(server.has('run/two')).toBe(true);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGQUIT', 130],
  ] as const)('%s stops it between two commands', async (signal, status) => {
    const server = slowServer(scripts);
    const child = server.start();
    const { ended, output } = watch(child);
    await until(() => server.has('run/began'));
    kill(child, signal);
    await until(() => output().includes('stopping as soon as the command that runs now has ended'));
    server.write('run/release', '');
    expect(await ended).toBe(status);
    expect(server.has('run/ended')).toBe(true);
    expect(server.has('run/between')).toBe(false);
    expect(output()).toContain('[1/2] stopped  one  one is there  (on request)\n');
    expect(output()).toContain('Stopped on request, between two commands.\n');
    expect(output()).toContain(`to go on: bash ${server.directory}/upgrade.sh --allow-ssh --yes\n`);
    expect(server.events().slice(-1)).toEqual(['stopped one']);
    expect(server.run()).toMatchObject({ status: 0 });
  });

  test('that is killed with all of its group lets its command end, too', async () => {
    const server = slowServer(scripts);
    const child = server.start();
    await until(() => server.has('run/began'));
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await watch(child).ended;
    expect(server.run()).toMatchObject({ status: 4 });
    server.write('run/release', '');
    await until(() => server.has('run/ended'));
    await until(() => server.run(['--check']).status === 0);
    expect(server.has('run/between')).toBe(false);
    expect(server.run()).toMatchObject({ status: 0 });
  });

  test('does not mind a hang-up', async () => {
    const server = slowServer(scripts);
    const child = server.start();
    const { ended } = watch(child);
    await until(() => server.has('run/began'));
    process.kill(-(child.pid ?? 0), 'SIGHUP');
    server.write('run/release', '');
    expect(await ended).toBe(0);
    expect(server.events().slice(-1)).toEqual(['finished']);
  });

  test('whose command is ended from outside has failed', async () => {
    const server = slowServer(scripts);
    server.stub('slow', `echo "$$" >/run/pid\n${SLOW}`);
    const child = server.start();
    const { ended, output } = watch(child);
    await until(() => server.has('run/began'));
    process.kill(Number(server.read('run/pid')), 'SIGTERM');
    expect(await ended).toBe(1);
    expect(output()).toContain(
      'Step one failed: a command was ended by signal TERM (status 143)\n',
    );
  });
});

describe.runIf(canMount)('a step that can be done only once', async () => {
  const scripts = await scriptsOf({
    steps: [
      touches('told', {
        check: undefined as never,
        once: true,
        apply: 'run slow; run touch /run/told',
      }),
      touches('two'),
    ],
  });

  test('is done to its end before a stop', async () => {
    const server = slowServer(scripts);
    const child = server.start();
    const { ended, output } = watch(child);
    await until(() => server.has('run/began'));
    kill(child, 'SIGTERM');
    await until(() => output().includes('stopping as soon as step told has ended'));
    server.write('run/release', '');
    expect(await ended).toBe(143);
    expect(server.has('run/told')).toBe(true);
    expect(server.has('run/two')).toBe(false);
    expect(server.run().stdout).toContain('[1/2] ok       told');
  });

  test('is done to its end, and noted, when the script is killed', async () => {
    const server = slowServer(scripts);
    const child = server.start();
    await until(() => server.has('run/began'));
    kill(child, 'SIGKILL');
    server.write('run/release', '');
    await until(() => server.events().includes('done told'));
    await until(() => server.run().status === 0);
    expect(server.has('run/two')).toBe(true);
  });

  test('that was cut off with everything else is not done again', async () => {
    const server = slowServer(scripts);
    const child = server.start();
    const { ended } = watch(child);
    await until(() => server.has('run/began'));
    killTree(child);
    await ended;
    expect(server.run()).toMatchObject({ status: 3 });
  });
});

describe.runIf(canMount)('on a terminal', async () => {
  const scripts = await scriptsOf({
    steps: [
      touches('one', { apply: 'run slow; run touch /run/between; run touch /run/one' }),
      touches('two'),
      reboot({ id: 'rebooted', why: 'it is tried', release, releaseName: name }),
      touches('three'),
    ],
  });

  test('a run asks, shows what its commands print, and asks for the reboot', async () => {
    const server = slowServer(scripts);
    server.stub('systemctl', 'echo "$*" >>/run/calls');
    const { output, ended, keys } = terminal(server, ['--allow-ssh']);
    await until(() => output().includes('3 steps. Go on? [y/N] '));
    expect(server.has(STATE)).toBe(false);
    keys('y\n');
    await until(() => output().includes('\u001b[2mslow speaks\u001b[0m'));
    expect(output()).toContain('\u001b[2mone is there …\u001b[0m\r\n');
    expect(output()).toContain('\u001b[2m+ slow\u001b[0m\r\n');
    server.write('run/release', '');
    await until(() => output().includes('Reboot now? [y/N] '));
    keys('y\n');
    expect(await ended).toBe(10);
    expect(output()).toContain(
      '[1/3] \u001b[33mchanged \u001b[0m \u001b[1mone\u001b[0m  one is there',
    );
    expect(output()).toContain(`Rebooting. Then run: bash ${server.directory}/post-reboot.sh\r\n`);
    expect(server.read('run/calls')).toBe('reboot\n');
  });

  test('Ctrl-C at the last question is no', async () => {
    const server = slowServer(scripts);
    server.stub('systemctl', 'echo "$*" >>/run/calls');
    server.write('run/release', '');
    const { output, ended, keys } = terminal(server, [...UNATTENDED]);
    await until(() => output().includes('Reboot now? [y/N] '));
    keys('\u0003');
    expect(await ended).toBe(10);
    expect(output()).toContain(
      `Reboot the machine now (systemctl reboot). Then run: bash ${server.directory}/post-reboot.sh\r\n`,
    );
    expect(server.has('run/calls')).toBe(false);
  });

  test('no is no', async () => {
    const server = slowServer(scripts);
    const { output, ended, keys } = terminal(server, ['--allow-ssh']);
    await until(() => output().includes('Go on? [y/N] '));
    keys('\n');
    expect(await ended).toBe(3);
    expect(output()).toContain('Nothing was changed.\r\n');
    expect(server.has(STATE)).toBe(false);
  });

  test.each([
    ['a command', SLOW],
    ['one that heeds it, whatever was ignored', HEEDING],
  ])('Ctrl-C does not reach %s', async (_, slow) => {
    const server = slowServer(scripts);
    server.stub('slow', slow);
    const { output, ended, keys } = terminal(server, [...UNATTENDED]);
    await until(() => server.has('run/began'));
    keys('\u0003');
    await until(() => output().includes('SIGINT: stopping as soon as'));
    keys('\u0003');
    server.write('run/release', '');
    expect(await ended).toBe(130);
    expect(server.has('run/ended')).toBe(true);
    expect(server.has('run/between')).toBe(false);
  });

  test('Ctrl-C while a check is asked changes nothing', async () => {
    const checked = touches('one', { check: 'touch /run/asked; sleep 9; [[ -e /run/one ]]' });
    const server = serverOf(await scriptsOf({ steps: [checked] }));
    const { output, ended, keys } = terminal(server, [...UNATTENDED]);
    await until(() => server.has('run/asked'));
    keys('\u0003');
    expect(await ended).toBe(130);
    expect(output()).toContain('on request');
    expect(server.events()).toEqual(['begin', 'stopped one']);
  });

  test('a terminal that is gone does not stop it', async () => {
    const server = slowServer(scripts);
    const { child } = terminal(server, [...UNATTENDED]);
    await until(() => server.has('run/began'));
    kill(child, 'SIGKILL');
    server.write('run/release', '');
    await until(() => server.has(`${STATE}/journal`) && server.events().includes('finished'));
    await until(() => server.run(['--check']).status === 0);
    expect(server.read(LOG)).toContain('2 changed, 0 ok, 0 skipped');
    expect(server.has('run/two')).toBe(true);
  });

  test.each([
    [['--color', 'never'], {}],
    [[], { NO_COLOR: '1' }],
    [[], { TERM: 'dumb' }],
  ])('colours are left out when that is said: %j %j', async (more, env) => {
    const server = slowServer(scripts);
    server.write('run/release', '');
    const { output, ended } = terminal(server, [...UNATTENDED, '--only', 'one', ...more], env);
    expect(await ended).toBe(0);
    expect(output()).toContain('slow speaks');
    expect(output()).not.toContain('\u001b');
  });
});

describe.runIf(canMount)('a script whose shell ends where it should not', async () => {
  const [script] = await scriptsOf({ steps: [touches('one')] });

  test('says so, and how to go on', () => {
    const { name: file = '', text = '' } = script ?? {};
    const server = serverOf([
      {
        name: file,
        text: text.replace('one__check() {', 'one__check() {\n  exit 7'),
      },
    ]);
    const { stderr } = server.run();
    expect(stderr).toContain(
      'upgrade.sh ended in the middle of step one; this is a fault of the script.',
    );
    expect(stderr).toContain('  to go on: bash ');
  });
});
