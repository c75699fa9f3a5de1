import { describe, expect, test } from 'vitest';
import { reboot, service } from '../../src/dsl/index.ts';
import { canMount, ownRelease, serverWith, touches, UNATTENDED } from '../support/runtime.ts';

const { release, name } = ownRelease();

/** The steps' lines without their titles: `[1/2] ok       there`. */
function linesOf(output: string): string | undefined {
  return output.match(/^\[.*?\] \w+ +[\w-]+/gm)?.join('\n');
}

describe.runIf(canMount)('a dry run', () => {
  test('shows what is done, what would be, and what cannot be told yet', async () => {
    const server = await serverWith({
      steps: [
        touches('there'),
        service.stopped({ id: 'quiet', why: 'it is tried', unit: 'nginx' }),
        touches('after-quiet', { needs: ['quiet'] }),
        touches('odd', { check: 'echo "the answer was odd"; exit 5' }),
        touches('told', { check: undefined as never, once: true }),
        touches('unwanted'),
        reboot({ id: 'rebooted', why: 'it is tried', release, releaseName: name }),
        touches('next'),
      ],
    });
    server.stub('systemctl', 'echo "$1" >>/run/calls; echo ActiveState=active');
    server.write('run/there', '');
    const { status, stdout, stderr } = server.run(['--dry-run', '--skip', 'unwanted']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(
      `[1/7] ok       there  there is there
[2/7] would    quiet  the service nginx is stopped
           systemctl stop -- nginx
[3/7] unknown  after-quiet  after-quiet is there  (cannot tell until quiet has run)
           run touch /run/after-quiet
[4/7] unknown  odd  odd is there  (cannot tell until quiet has run)
           run touch /run/odd
[5/7] would    told  told is there
           run touch /run/told
[6/7] skipped  unwanted  unwanted is there  (--skip)
[7/7] would    rebooted  the machine is rebooted
Dry run: nothing was changed. Of 7 steps, 4 are still to be done.
`,
    );
    expect(server.read('run/calls')).toBe('show\n');
  });

  test('shows what a check says that cannot tell', async () => {
    const server = await serverWith({
      steps: [touches('odd', { check: 'echo "the answer was odd"; exit 5' })],
    });
    expect(server.run(['--dry-run']).stdout).toContain(
      '[1/1] unknown  odd  odd is there  (its check could not tell (status 5))\n           | the answer was odd\n',
    );
  });

  test('tells what the run then does', async () => {
    const server = await serverWith({
      steps: [
        service.stopped({ id: 'quiet', why: 'it is tried', unit: 'nginx' }),
        service.disabled({ id: 'off', why: 'it is tried', unit: 'nginx' }),
      ],
    });
    server.stub(
      'systemctl',
      `[[ $1 == show ]] || echo "systemctl $*" >>/run/calls
       [[ $1 != stop ]] || : >/run/stopped
       [[ $1 != disable ]] || : >/run/disabled
       if [[ -e /run/stopped ]]; then echo ActiveState=inactive; else echo ActiveState=active; fi
       if [[ -e /run/disabled ]]; then echo UnitFileState=disabled; else echo UnitFileState=enabled; fi`,
    );
    const told = server.run(['--dry-run']).stdout.match(/^ +systemctl .*$/gm) ?? [];
    expect(server.run([...UNATTENDED])).toMatchObject({ status: 0 });
    const done = server.read('run/calls').trimEnd().split('\n');
    expect(told.map((line) => line.trim())).toEqual(done);
  });

  test('tells that what it stops is started again', async () => {
    const server = await serverWith({
      steps: [
        touches('odd', { check: 'test ! -e /run/odd || exit 5', until: 'moved' }),
        service.stopped({ id: 'quiet', why: 'it is tried', unit: 'nginx', until: 'moved' }),
        touches('moved'),
        service.started({ id: 'back', why: 'it is tried', unit: 'nginx' }),
      ],
    });
    server.stub(
      'systemctl',
      `[[ $1 != stop ]] || : >/run/stopped
       [[ $1 != start ]] || rm -f /run/stopped
       if [[ -e /run/stopped ]]; then echo ActiveState=inactive; else echo ActiveState=active; fi`,
    );
    const told = `[1/4] ok       odd\n[2/4] would    quiet\n[3/4] would    moved\n[4/4] would    back`;
    expect(linesOf(server.run(['--dry-run']).stdout)).toBe(told);
    const without = told
      .replace('would    quiet', 'skipped  quiet')
      .replace('would    back', 'ok       back');
    expect(linesOf(server.run(['--dry-run', '--skip', 'quiet']).stdout)).toBe(without);
    expect(linesOf(server.run([...UNATTENDED]).stdout)).toBe(told.replaceAll('would  ', 'changed'));
    // Run again, nothing is stopped.
    expect(linesOf(server.run(['--dry-run']).stdout)).toBe(told.replaceAll('would', 'ok   '));
  });

  test('cannot tell whether what may be stopped is started again', async () => {
    const server = await serverWith({
      steps: [
        touches('first'),
        service.stopped({
          id: 'quiet',
          why: 'it is tried',
          unit: 'nginx',
          needs: ['first'],
          until: 'back',
        }),
        service.started({ id: 'back', why: 'it is tried', unit: 'nginx' }),
      ],
    });
    server.stub('systemctl', 'echo ActiveState=active');
    expect(server.run(['--dry-run']).stdout).toContain(
      '[3/3] unknown  back  the service nginx runs  (cannot tell until quiet has run)',
    );
  });
});
