import { describe, expect, test } from 'vitest';
import { reboot } from '../../src/dsl/index.ts';
import {
  canMount,
  ownRelease,
  scriptsOf,
  serverOf,
  STATE,
  touches,
  UNATTENDED,
  type Server,
} from '../support/runtime.ts';

const { release, name } = ownRelease();
const SINCE = 'these units have failed since the upgrade began';

/** A server on which systemd runs, and says that these units have failed. */
function systemdServer(scripts: Awaited<ReturnType<typeof scriptsOf>>, ...units: string[]): Server {
  const server = serverOf(scripts);
  server.stub('systemctl', 'echo "$1" >>/run/calls; [[ $1 != --failed ]] || cat /run/failed');
  server.write('run/systemd/system/x', '');
  fail(server, ...units);
  return server;
}

function fail(server: Server, ...units: string[]): void {
  server.write('run/failed', units.map((unit) => `${unit} loaded failed failed x\n`).join(''));
}

describe.runIf(canMount)('what came of the reboot', async () => {
  const compiled = await scriptsOf({
    steps: [
      touches('one'),
      reboot({ id: 'rebooted', why: 'it is tried', release, releaseName: name }),
      touches('two'),
    ],
  });
  // The machine's own sshd is none of a test's.
  const two = compiled.map(({ name: file, text }) => ({
    name: file,
    text: text.replace('sw_sshd=/usr/sbin/sshd', 'sw_sshd=/usr/local/sbin/sshd'),
  }));

  test('is told in units that have failed since the beginning', () => {
    const server = systemdServer(two, 'old.service');
    expect(server.run(['--dry-run']).status).toBe(0);
    expect(server.has('run/calls')).toBe(false);
    const first = server.run();
    expect(first).toMatchObject({ status: 10, output: expect.not.stringContaining(SINCE) });
    expect(server.read(`${STATE}/failed-units`)).toBe('old.service\n');
    // Another run of the first part knows that it is not the first.
    fail(server, 'old.service', 'new.service');
    expect(server.run().status).toBe(10);
    expect(server.read(`${STATE}/failed-units`)).toBe('old.service\n');
    server.reboot();
    const second = server.run(UNATTENDED, { script: 'post-reboot.sh' });
    expect(second.status, second.output).toBe(0);
    expect(second.stdout).toContain(
      `note: ${SINCE}: new.service: see systemctl status -- new.service\n`,
    );
    expect(server.read('run/calls')).toBe('--failed\n--failed\n');
  });

  test('is not waited for where sshd would not start: with --reboot the machine stays up', () => {
    const server = systemdServer(two);
    server.write('run/sshd/.keep', '');
    server.stub('sshd', 'echo "line 3: Bad option: X"; exit 255');
    for (const option of ['--reboot', '--resume']) {
      const { status, stderr } = server.run([...UNATTENDED, option]);
      expect(status).toBe(10);
      expect(stderr).toContain('after a reboot nobody can log in by SSH');
      expect(stderr).toContain('line 3: Bad option: X');
      expect(stderr).toContain('Not rebooted: nobody may get in after that, see above.');
    }
    expect(server.read('run/calls')).toBe('--failed\n');
    const { status, stdout, stderr } = server.run();
    expect(status).toBe(10);
    expect(stderr).toContain('nobody can log in by SSH');
    expect(stdout).toContain('Reboot the machine now (systemctl reboot).');
    server.stub('sshd', 'exit 0');
    expect(server.run([...UNATTENDED, '--reboot']).stdout).toContain('Rebooting.');
    expect(server.read('run/calls')).toBe('--failed\nreboot\n');
  });
});
