import { describe, expect, test } from 'vitest';
import { carried, learn, reboot, shell } from '../../src/dsl/index.ts';
import {
  canMount,
  ID,
  LOG,
  ownRelease,
  scriptsOf,
  serverOf,
  serverWith,
  STATE,
  touches,
  UNATTENDED,
} from '../support/runtime.ts';

const { release, name } = ownRelease();
const rebooted = reboot({ id: 'rebooted', why: 'it is tried', release, releaseName: name });

describe.runIf(canMount)('a script refuses to start', async () => {
  const one = await scriptsOf({ steps: [touches('one')] });

  test('and tells every reason, each with its remedy, with nothing changed', async () => {
    const server = await serverWith({
      from: { release: 'stretch', name: 'Debian 9' },
      to: { release: 'buster', name: 'Debian 10' },
      architecture: 'armhf',
      requires: [
        { requires: 'command', command: 'no-such-command', package: 'no-such-package' },
        { requires: 'space', path: '/var/lib/x/y', mebibytes: 999_999_999, purpose: 'the dumps' },
        {
          requires: 'shell',
          check: 'false',
          refusal: 'the moon is not full',
          remedy: 'wait for it',
        },
      ],
      steps: [touches('one')],
    });
    const before = server.snapshot();
    const { status, stdout, stderr } = server.run([]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    const lines = stderr.split('\n');
    expect(lines[0]).toBe('upgrade.sh cannot start; nothing was changed.');
    const told = lines.filter((line) => line.startsWith('  - '));
    expect(told.map((line) => line.slice(4).split(' ').slice(0, 5).join(' '))).toEqual([
      'there is no terminal to',
      `this machine runs ${release}, and`,
      "this machine's architecture is amd64,",
      'the command no-such-command is missing',
      `/var/lib has ${/has (\d+) MiB/.exec(stderr)?.[1]} MiB free,`,
      'the moon is not full',
    ]);
    // Each with a line below it that says what to do.
    expect(lines.filter((line) => line.startsWith('    '))).toHaveLength(told.length);
    expect(stderr).toContain('for Debian 9 (stretch) or Debian 10 (buster)');
    expect(stderr).toContain('install it: apt-get install no-such-package');
    expect(server.snapshot()).toEqual(before);
  });

  test('without root', () => {
    const by = 'setpriv --reuid=65534 --regid=65534 --clear-groups bash';
    for (const mode of [[...UNATTENDED], ['--check'], ['--dry-run'], ['--status']]) {
      const server = serverOf(one);
      const { status, stderr } = server.run(mode, { before: `chmod 755 ${server.directory}`, by });
      expect(status, `${mode}`).toBe(3);
      expect(stderr).toContain('only root can do this');
      expect(stderr).toContain('run it with: sudo bash upgrade.sh');
      expect(server.run(['--list'], { by }).stdout).toBe('1  one  one is there\n');
    }
  });

  test.each([
    [
      'another procedure',
      'stepwright-journal 1 other\n',
      'is the journal of another procedure, other',
    ],
    [
      'a later version',
      `stepwright-journal 2 ${ID}\n`,
      'is the journal of another version of stepwright',
    ],
    ['garbage', '\0\u0001\u00ff\n', 'cannot be read as a journal'],
    ['nothing', '', 'cannot be read as a journal'],
  ])('with a journal that is of %s', (_, journal, message) => {
    const server = serverOf(one);
    server.write(`${STATE}/journal`, journal);
    const before = server.snapshot();
    for (const mode of [[...UNATTENDED], ['--check'], ['--dry-run'], ['--status']]) {
      const { status, stderr } = server.run(mode);
      expect(status, `${mode}`).toBe(3);
      expect(stderr).toContain(`/var/lib/stepwright/${ID}/journal ${message}`);
      expect(stderr).toContain('when it is of no use, move it away');
    }
    expect(server.snapshot()).toEqual(before);
  });

  test('with a journal that is a folder', () => {
    const server = serverOf(one);
    server.write(`${STATE}/journal/x`, '');
    expect(server.run()).toMatchObject({ status: 3 });
  });

  test.each([
    ['/var/lib', 'read-only', 'mount -o remount,bind,ro /var/lib', 'cannot be written'],
    ['/var/log', 'read-only', 'mount -o remount,bind,ro /var/log', 'cannot be written'],
    ['/run', 'read-only', 'mount -o remount,bind,ro /run', 'the lock /run/stepwright.lock cannot'],
  ])('where %s is %s', (path, _, before, message) => {
    const server = serverOf(one);
    const untouched = server.snapshot();
    const { status, stderr } = server.run([...UNATTENDED], { before });
    expect(status).toBe(3);
    expect(stderr).toContain(message);
    expect(stderr).toContain(path);
    expect(server.snapshot()).toEqual(untouched);
    expect(server.run()).toMatchObject({ status: 0 });
  });

  test.each(['/var/lib', '/var/log'])('where %s is full', (path) => {
    const server = serverOf(one);
    const full = `mount -t tmpfs -o size=4k,nr_inodes=3 x ${path}; echo x >${path}/x; rm -f ${path}/x; head -c 9000 /dev/zero >${path}/y 2>/dev/null; true`;
    const { status, stderr } = server.run([...UNATTENDED], { before: full });
    expect(status).toBe(3);
    expect(stderr).toContain(
      `upgrade.sh: /var/lib/stepwright/${ID} or /var/log/stepwright/${ID}.log cannot be written; nothing was changed.`,
    );
    expect(stderr).toContain('Is the disk full? See: df ');
    expect(server.has('run/one')).toBe(false);
  });

  test('with an older bash than it needs', async () => {
    const server = await serverWith({ bash: '5.3', steps: [touches('one')] });
    const { status, stderr } = server.run();
    // The one that runs here may be newer.
    if (status === 0) return;
    expect(status).toBe(3);
    expect(stderr).toMatch(/bash 5\.3 or later is needed, this is 5/);
  });
});

describe.runIf(canMount)('the next part refuses to start', async () => {
  const image = carried.text('image-name', 'the name of the image');
  const two = await scriptsOf({
    steps: [
      learn({ id: 'known', title: 'it is known', why: 'x', into: image, from: 'cat /run/name' }),
      rebooted,
      shell({
        id: 'used',
        title: 'it is used',
        why: 'x',
        values: { image },
        check: '[[ -e /run/used ]]',
        apply: 'printf %s "$image" >/run/used',
      }),
    ],
  });

  test('before the one before it, before the reboot, and without what that has learnt', () => {
    const server = serverOf(two);
    const value = `it's "an" $(touch /run/pwned) * image`;
    server.write('run/name', `${value}\n`);
    const next = { script: 'post-reboot.sh' };
    const early = server.run(undefined, next);
    expect(early).toMatchObject({ status: 3 });
    expect(early.stderr).toContain('pre-reboot.sh has not finished on this machine');
    expect(early.stderr).toContain('run it first: bash pre-reboot.sh');
    expect(server.run()).toMatchObject({ status: 10 });
    const same = server.run(undefined, next);
    expect(same).toMatchObject({ status: 3 });
    expect(same.stderr).toContain('the machine was not rebooted since pre-reboot.sh finished');
    server.reboot();
    const learnt = server.read(`${STATE}/carried/image_name`);
    server.write(`${STATE}/carried/image_name`, '');
    const without = server.run(undefined, next);
    expect(without).toMatchObject({ status: 3 });
    expect(without.stderr).toContain(
      'what pre-reboot.sh has learnt of image name is not in /var/lib',
    );
    server.write(`${STATE}/carried/image_name`, learnt);
    expect(server.run(undefined, next)).toMatchObject({ status: 0 });
    expect(server.read('run/used')).toBe(value);
    expect(server.has('run/pwned')).toBe(false);
    const behind = server.run();
    expect(behind).toMatchObject({ status: 0 });
    expect(behind.stdout).toContain(
      'has gone on past pre-reboot.sh on this machine: nothing is left',
    );
    expect(server.run(['--status']).stdout).toMatch(
      /pre-reboot\.sh: finished.*\n {2}post-reboot\.sh: finished/,
    );
  });

  test('and tells when it is of another build', () => {
    const server = serverOf(two);
    server.write('run/name', 'x\n');
    server.run();
    server.reboot();
    const next = { script: 'post-reboot.sh' };
    expect(server.run(['--check'], next).stdout).not.toContain('another build');
    server.write('post-reboot.sh', `${server.read('post-reboot.sh')}\n`);
    const { status, stdout } = server.run(undefined, next);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'note: this post-reboot.sh is of another build than pre-reboot.sh, which ran here before\n',
    );
  });

  test('a change after the reboot wants another one', () => {
    const server = serverOf(two);
    server.write('run/name', 'x\n');
    expect(server.run()).toMatchObject({ status: 10 });
    server.reboot();
    expect(server.run()).toMatchObject({ status: 0 });
    expect(server.run().stdout).toContain(
      `was rebooted already: go on with: bash ${server.directory}/post-reboot.sh`,
    );
    const again = server.run(undefined, { before: `rm /var/lib/stepwright/${ID}/carried/*` });
    expect(again).toMatchObject({ status: 10 });
    expect(server.run(undefined, { script: 'post-reboot.sh' })).toMatchObject({ status: 3 });
  });
});

describe.runIf(canMount)('notes of earlier runs', async () => {
  const two = await scriptsOf({ steps: [touches('one'), touches('one-more')] });

  test('a journal that was cut off within a line is mended, and nothing is misread', () => {
    const server = serverOf(two);
    server.run();
    const whole = server.read(`${STATE}/journal`);
    // Cut within the name of a step, where the rest of it is the name of another one.
    const cut = whole.slice(0, whole.indexOf('one-more') + 'one'.length);
    server.write(`${STATE}/journal`, cut.replace(/^.*\tdone\tone\t\n/m, ''), 0o600);
    expect(server.run(['--status']).stdout).toContain('  start     one  one');
    expect(server.run()).toMatchObject({ status: 0 });
    const lines = server.read(`${STATE}/journal`).split('\n');
    expect(lines.slice(1, -1).every((line) => line.split('\t').length === 6)).toBe(true);
  });

  test('lines that mean nothing are passed over', () => {
    const server = serverOf(two);
    const header = `stepwright-journal 1 ${ID}\n`;
    const odd = [
      '',
      '\t\t\t\t\t',
      'x\ty\tz[$(touch /run/pwned)]\tfinished\t-\t',
      '1\tb\t1\tdone\t@\t',
    ];
    server.write(`${STATE}/journal`, `${header}${odd.join('\n')}\n`, 0o600);
    expect(server.run()).toMatchObject({ status: 0, stderr: '' });
    expect(server.has('run/pwned')).toBe(false);
  });

  test('a disk that fills up stops the run before or after a step, and says so', () => {
    const server = serverOf(two);
    const small = `mount -t tmpfs -o size=64k x /var/lib && mkdir -p /var/lib/stepwright/${ID}`;
    // The journal ends with its page, so that its next line needs another one.
    const fill = `journal=/var/lib/stepwright/${ID}/journal
      size=$(stat -c %s $journal)
      printf '%*s\\n' "$((4095 - size % 4096))" '' >>$journal
      head -c 200000 /dev/zero >/var/lib/fill 2>/dev/null`;
    const stub = `if [[ $1 == /run/one ]]; then\n${fill}\nfi\nexec /usr/bin/touch "$@"`;
    server.stub('touch', stub);
    const { status, stderr } = server.run([...UNATTENDED], { before: small });
    expect(status).toBe(1);
    expect(stderr).toContain(
      `cannot be written (is the disk full? see: df /var/lib/stepwright/${ID})`,
    );
    expect(server.has('run/one-more')).toBe(false);
    expect(server.read(LOG)).toContain('+ touch /run/one\n');
  });
});
