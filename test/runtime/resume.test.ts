import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { quote } from '../../src/bash/quote.ts';
import { parameter, reboot } from '../../src/dsl/index.ts';
import {
  canMount,
  ID,
  ownRelease,
  scriptsOf,
  serverOf,
  STATE,
  touches,
  UNATTENDED,
  type Server,
} from '../support/runtime.ts';

const { release, name } = ownRelease();
const rebooted = (id: string) => reboot({ id, why: 'it is tried', release, releaseName: name });

/** What systemctl does with units here: `enable` makes the link that the unit's last line asks for. */
const SYSTEMCTL = `[[ $1 == --failed || $1 == is-system-running ]] || echo "$*" >>/run/calls
wants=/etc/systemd/system/multi-user.target.wants
case $1 in
  enable) mkdir -p $wants && ln -sf ../$2 $wants/$2 ;;
  is-system-running) if rm /run/shutting-down; then echo stopping; exit 1; else echo running; fi ;;
esac`;

const UNIT = (part: number): string => `units/stepwright-${ID}-${part}.service`;
const LINK = (part: number): string =>
  `units/multi-user.target.wants/stepwright-${ID}-${part}.service`;

function systemdServer(scripts: Awaited<ReturnType<typeof scriptsOf>>): Server {
  const server = serverOf(scripts);
  server.stub('systemctl', SYSTEMCTL);
  server.write('run/systemd/system/x', '');
  return server;
}

/** The lines of a unit that begin with `key=`. */
function lines(server: Server, part: number, key: string): string[] {
  return server
    .read(UNIT(part))
    .split('\n')
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));
}

/** Boots: whatever is enabled runs as systemd would run it. Returns what it printed, and its status. */
function boot(server: Server, part: number): { status: number | null; output: string } {
  server.reboot();
  if (!server.has(LINK(part))) return { status: null, output: 'nothing is enabled' };
  const [start = ''] = lines(server, part, 'ExecStart');
  const [after = ''] = lines(server, part, 'ExecStopPost');
  const by = `env -i PATH=/usr/local/sbin:/usr/bin:/bin bash -c ${quote(`${start} </dev/null; status=$?; export EXIT_STATUS=$status; ${after.replaceAll('$$', '$')}; exit $status`)} x`;
  const { status, output } = server.run([], { by });
  return { status, output };
}

describe.runIf(canMount)('--resume', async () => {
  const word = parameter.identifier('word', { default: 'x', help: 'a word' });
  const three = await scriptsOf({
    parameters: [word],
    steps: [
      touches('one'),
      rebooted('first'),
      touches('two', { values: { word }, apply: 'run touch "/run/two-$word" /run/two' }),
      rebooted('second'),
      touches('three', { apply: '[[ ! -e /run/bad ]]; run touch /run/three' }),
    ],
  });

  test('runs all parts by themselves, each after its reboot, and leaves nothing behind', () => {
    const server = systemdServer(three);
    const log = "/var/log/a log's $(touch pwned) %h";
    const flags = [...UNATTENDED, '--resume', '--set', 'word=y', '--log', log];
    const { status, output } = server.run(flags);
    expect(status, output).toBe(10);
    expect(output).toContain(
      'Rebooting. post-reboot-1.sh goes on by itself after that. Follow it then: tail',
    );
    expect(server.read('run/calls')).toBe(`enable stepwright-${ID}-2.service\nreboot\n`);
    expect(server.run(['--status']).stdout).toContain(
      `Unit stepwright-${ID}-2.service: at the next boot post-reboot-1.sh runs by itself`,
    );
    // The folder that the scripts were in may be emptied by the reboot.
    for (const script of server.scripts) server.write(script, '');

    const first = boot(server, 2);
    expect(first.status, first.output).toBe(10);
    expect(first.output).toContain(
      `The unit stepwright-${ID}-2.service has done its work, and is removed.\n`,
    );
    expect(server.has('run/two-y')).toBe(true);
    expect([server.has(UNIT(2)), server.has(LINK(2))]).toEqual([false, false]);
    expect([server.has(UNIT(3)), server.has(LINK(3))]).toEqual([true, true]);

    const second = boot(server, 3);
    expect(second.status, second.output).toBe(0);
    expect(second.output).toContain('A procedure: done.\n');
    expect(server.has('run/three')).toBe(true);
    expect([server.has(UNIT(3)), server.has(LINK(3))]).toEqual([false, false]);
    expect(boot(server, 3).output).toBe('nothing is enabled');
    expect(server.read("log/a log's $(touch pwned) %h")).toContain('post-reboot-2.sh');
  });

  test('a part that fails is not tried again, and says how to go on', () => {
    const server = systemdServer(three);
    server.run([...UNATTENDED, '--resume']);
    boot(server, 2);
    server.write('run/bad', '');
    const failed = boot(server, 3);
    expect(failed.status).toBe(1);
    expect(failed.output).toContain(
      `to go on, when the cause is mended: bash /var/lib/stepwright/${ID}/resume/post-reboot-2.sh --yes\n`,
    );
    expect(server.has(LINK(3))).toBe(false);
  });

  test('a part that a shutdown ends goes on at the next boot; one that somebody stops does not', () => {
    for (const shuttingDown of [true, false]) {
      const server = systemdServer(three);
      server.run([...UNATTENDED, '--resume']);
      server.stub(
        'touch',
        // As systemd tells the script, once; the step is let finish.
        `[[ -e /run/told ]] || kill -TERM "$(cut -f 1 </run/stepwright.lock)"
        ${shuttingDown ? '[[ -e /run/told ]] || : >/run/shutting-down' : ''}
        : >/run/told; /usr/bin/touch "$@"`,
      );
      const stopped = boot(server, 2);
      expect(stopped.status, stopped.output).toBe(143);
      expect([server.has(UNIT(2)), server.has(LINK(2))]).toEqual([shuttingDown, shuttingDown]);
      if (shuttingDown) expect(boot(server, 2)).toMatchObject({ status: 10 });
    }
  });

  test('a part that the power cuts off is tried at three boots, and no more', () => {
    const server = systemdServer(three);
    server.run([...UNATTENDED, '--resume']);
    server.stub(
      'touch',
      // The script first: it would tell of its step's shell, if that went before it.
      'kill -9 "$(cut -f 1 </run/stepwright.lock)" $PPID; exec sleep 0',
    );
    server.reboot();
    const [start = ''] = lines(server, 2, 'ExecStart');
    for (const _ of [1, 2, 3]) {
      expect(server.run([], { by: `${start} #` }).status).toBe(null);
      server.reboot();
    }
    const fourth = server.run([], { by: `${start} #` });
    expect(fourth.status).toBe(1);
    expect(fourth.output).toContain('It was cut off at 3 boots: go on by hand: bash ');
  });

  test('a part that was run by hand is not run again', () => {
    const server = systemdServer(three);
    server.run([...UNATTENDED, '--resume']);
    server.reboot();
    expect(server.run(undefined, { script: 'post-reboot-1.sh' })).toMatchObject({ status: 10 });
    expect(server.has(LINK(2))).toBe(false);
  });

  test('is refused where it cannot be', () => {
    const server = serverOf(three.slice(0, 2));
    const before = server.snapshot();
    const { status, stderr } = server.run([...UNATTENDED, '--resume']);
    expect(status).toBe(3);
    expect(stderr).toContain('--resume needs systemd, which does not run here');
    expect(stderr).toContain(
      `--resume needs post-reboot-2.sh of ${ID} beside this script, in /tmp/`,
    );
    expect(server.snapshot()).toEqual(before);
    const last = serverOf(three).run(['--resume'], { script: 'post-reboot-2.sh' });
    expect(last.status).toBe(2);
    expect(last.stderr).toContain("no such option: '--resume'");
  });

  test('a unit that cannot be installed keeps the machine from rebooting', () => {
    const server = systemdServer(three);
    server.stub('systemctl', 'echo "$*" >>/run/calls; [[ $1 != enable ]]');
    const { status, stderr } = server.run([...UNATTENDED, '--resume']);
    expect(status).toBe(10);
    expect(stderr).toContain(`The unit stepwright-${ID}-2.service could not be installed`);
    expect(stderr).toContain(
      `Not rebooted. Reboot by hand (systemctl reboot). Then run: bash ${server.directory}/post-reboot-1.sh`,
    );
    expect(server.read('run/calls')).not.toContain('reboot');
  });

  test('a disk that is full keeps it from starting', () => {
    const server = systemdServer(three);
    const before = `mount -t tmpfs -o size=40k x /var/lib && mkdir -p ${STATE.replace('lib', '/var/lib')}`;
    const { status, stderr } = server.run([...UNATTENDED, '--resume'], { before });
    expect(status).toBe(3);
    expect(stderr).toContain('cannot be written; nothing was changed');
    expect(server.has('run/one')).toBe(false);
  });

  test.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)(
    'systemd has nothing to say against the unit',
    () => {
      const server = systemdServer(three);
      server.run([...UNATTENDED, '--resume']);
      const path = `${server.directory}/${UNIT(2)}`;
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], {
        encoding: 'utf8',
      });
      expect(stderr.split('\n').filter((line) => line.includes('stepwright'))).toEqual([]);
    },
  );

  test('a procedure of one part has no such option', async () => {
    const [script] = await scriptsOf({ steps: [touches('one')] });
    expect(script?.text).not.toContain('--resume needs');
    expect(serverOf([script!]).run(['--help']).stdout).not.toContain('--resume');
    expect(serverOf(three).run(['--help']).stdout).toContain(
      '  --resume          reboot without asking, and run the next script by itself after that\n',
    );
  });
});
