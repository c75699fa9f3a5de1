import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { script, server, SETTINGS } from './application.ts';
import type { Guest } from './guest.ts';
import { configured, goOn, killed, powerCut, stepDone, unpacked, worked } from './interruptions.ts';
import { bootId, data, expectNoChange, expectUpgraded, finishUpgrade } from './server.ts';
import { whyNot } from './why-not.ts';

const reason = await whyNot();
const FIRST = 'debian-11-to-12';
const SECOND = 'debian-12-to-13';
const BOTH = 'debian-11-to-13';

let guest: Guest;
afterEach(() => guest?.destroy());

/** What the journal of `procedure` has, line by line, read from outside: the guest may reboot meanwhile. */
function journal({ root }: Guest, procedure: string): string[][] {
  const file = join(root, 'var/lib/stepwright', procedure, 'journal');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text.split('\n').map((line) => line.split('\t'));
}

/** Waits until so many parts are finished, each in a boot of its own, whatever reboots in between. */
async function finished(machine: Guest, procedure: string, parts: number): Promise<void> {
  const boots = (): Set<string | undefined> => {
    const ends = journal(machine, procedure).filter(([, , , event]) => event === 'finished');
    return new Set(ends.map(([, boot]) => boot));
  };
  const end = Date.now() + 900_000;
  while (boots().size < parts && Date.now() < end) await sleep(500);
  expect(boots().size).toBe(parts);
}

/** Waits until `step` was begun. */
async function begun(machine: Guest, procedure: string, step: string): Promise<void> {
  const is = ([, , , event, id]: string[]): boolean => event === 'start' && id === step;
  const end = Date.now() + 600_000;
  while (!journal(machine, procedure).some(is) && Date.now() < end) await sleep(200);
}

describe.skipIf(reason !== undefined)('real servers', () => {
  test('Debian 11 becomes Debian 12, undisturbed', async () => {
    guest = await server('bullseye', FIRST);
    const rows = data(guest);
    const before = script(guest, 'pre-reboot.sh', ...SETTINGS);
    expect(before.output).toMatch(/changed +old-release-current/);
    expect(before.output).toContain('Reboot the machine now');
    expect(before.status).toBe(10);
    await finishUpgrade(guest, rows);
  });

  test.each(['unpacked', 'half-configured', 'half-installed'])(
    'what dpkg was killed over, and calls %s, is unpacked anew',
    async (state) => {
      guest = await server('bookworm', SECOND);
      expect(script(guest, 'pre-reboot.sh', ...SETTINGS, '--only', 'system-saved').status).toBe(0);
      const of = '/^Package: diffutils$/,/^$/';
      guest.bash(
        `sed -i '${of}s/^Status: .*/Status: install reinstreq ${state}/' /var/lib/dpkg/status`,
      );
      const { status, output } = script(guest, 'pre-reboot.sh', '--only', 'packages-settled');
      expect([status, output]).toEqual([0, expect.stringMatching(/changed +packages-settled/)]);
      expect(guest.bash('dpkg --audit')).toBe('');
    },
  );

  test('the power fails four times', async () => {
    guest = await server('bullseye', FIRST);
    const rows = data(guest);
    await powerCut(guest, 'pre-reboot.sh', unpacked(FIRST, 'minimally-upgraded', 20));
    await powerCut(guest, 'pre-reboot.sh', unpacked(FIRST, 'distribution-upgraded', 20));
    await powerCut(guest, 'pre-reboot.sh', configured(FIRST, 'distribution-upgraded', 5));
    await powerCut(guest, 'pre-reboot.sh', 'pgrep -x pg_upgradeclust');
    const before = script(guest, 'pre-reboot.sh');
    expect([before.status, before.output]).toEqual([10, before.output]);
    await guest.reboot();
    expect(script(guest, 'post-reboot.sh')).toMatchObject({ status: 0 });
    expectUpgraded(guest, 'bookworm', '15', rows);
  });

  test('the power fails in an upgrade, and again while its packages are settled', async () => {
    guest = await server('bullseye', FIRST);
    const rows = data(guest);
    for (const count of [8, 10]) {
      await powerCut(guest, 'pre-reboot.sh', unpacked(FIRST, 'distribution-upgraded', count));
      // At once, with dpkg at work; and when what was half-way there is brought to its end.
      await powerCut(guest, 'pre-reboot.sh', 'pgrep -x dpkg');
      await powerCut(guest, 'pre-reboot.sh', worked(FIRST, 'packages-settled', 1));
    }
    await powerCut(guest, 'pre-reboot.sh', configured(FIRST, 'distribution-upgraded', 5));
    await powerCut(guest, 'pre-reboot.sh', configured(FIRST, 'packages-settled', 1));
    const before = script(guest, 'pre-reboot.sh');
    expect([before.status, before.output]).toEqual([10, before.output]);
    await guest.reboot();
    expect(script(guest, 'post-reboot.sh')).toMatchObject({ status: 0 });
    expectUpgraded(guest, 'bookworm', '15', rows);
  });

  test('killed at seven points', async () => {
    guest = await server('bullseye', FIRST);
    const rows = data(guest);
    const points = [
      stepDone(FIRST, 'system-saved'),
      stepDone(FIRST, 'suites-changed'),
      stepDone(FIRST, 'service-stopped'),
      unpacked(FIRST, 'minimally-upgraded', 10),
      configured(FIRST, 'distribution-upgraded', 10),
      'pgrep -x pg_restore',
      // The old cluster is about to be dropped.
      `[[ -e /var/lib/stepwright/${FIRST}/clusters/13-15-main/proved ]]`,
    ];
    for (const point of points) await killed(guest, 'pre-reboot.sh', point);
    const before = await goOn(guest, 'pre-reboot.sh');
    expect([before.status, before.output]).toEqual([10, before.output]);
    await guest.reboot();
    expect(script(guest, 'post-reboot.sh')).toMatchObject({ status: 0 });
    expectUpgraded(guest, 'bookworm', '15', rows);
  });

  test('the session drops in the dist-upgrade, which goes on, and can be followed', async () => {
    guest = await server('bullseye', FIRST);
    const rows = data(guest);
    const command = `bash /root/upgrade/pre-reboot.sh --yes ${SETTINGS.join(' ')}`;
    const session = guest.begin('script', '-qfec', command, '/dev/null');
    await guest.until(unpacked(FIRST, 'distribution-upgraded', 10));
    guest.bash('pkill -9 -x script');
    await session;
    const other = script(guest, 'pre-reboot.sh');
    expect(other.status).toBe(4);
    const follow = `tail -f /var/log/stepwright/${FIRST}.log`;
    expect(other.output).toContain(follow);
    // What comes after the last ten lines, that is.
    expect(guest.bash(`timeout 20 ${follow} | tail -n +11`)).toMatch(/^(Unpacking|Setting up) /m);
    await guest.until(`grep -q $'finished\\t-' /var/lib/stepwright/${FIRST}/journal`);
    await guest.reboot();
    expect(script(guest, 'post-reboot.sh')).toMatchObject({ status: 0 });
    expectUpgraded(guest, 'bookworm', '15', rows);
  });

  test('Debian 12 becomes Debian 13, with two clusters, and a power cut within the second', async () => {
    guest = await server('bookworm', SECOND);
    const psql = 'runuser -u postgres -- psql -XqAt --cluster';
    guest.bash(
      `pg_createcluster 15 reports --start >/dev/null; ${psql} 15/reports -c 'create database sums'; ` +
        `${psql} 15/reports -c 'create table kept as select generate_series(1, 3000) as n' sums`,
    );
    const sums = (version: string): string =>
      guest.bash(`${psql} ${version}/reports -c 'select count(*), sum(n) from kept' sums`);
    const [rows, kept] = [data(guest), sums('15')];
    const settings = [...SETTINGS, '--set', 'clusters=main reports'];
    const place = `/var/lib/stepwright/${SECOND}/clusters/15-17-reports`;
    await powerCut(guest, 'pre-reboot.sh', `[[ -e ${place}/begun ]]`, settings);
    const before = script(guest, 'pre-reboot.sh', ...settings);
    expect([before.status, before.output]).toEqual([10, before.output]);
    expectNoChange(guest, 'pre-reboot.sh', 10);
    const boot = bootId(guest);
    await guest.reboot();
    expect(bootId(guest)).not.toBe(boot);
    const after = script(guest, 'post-reboot.sh');
    expect([after.status, after.output]).toEqual([0, after.output]);
    expectUpgraded(guest, 'trixie', '17', rows, ['reports']);
    expect(sums('17')).toBe(kept);
    expectNoChange(guest, 'post-reboot.sh', 0);
  });

  test('Debian 11 becomes Debian 13, cut off again and again on its way from 12 to 13', async () => {
    guest = await server('bullseye', BOTH);
    const rows = data(guest);
    const first = script(guest, 'pre-reboot.sh', ...SETTINGS);
    expect([first.status, first.output]).toEqual([10, first.output]);
    expectNoChange(guest, 'pre-reboot.sh', 10);
    await guest.reboot();
    const middle = 'post-reboot-1.sh';
    await killed(guest, middle, stepDone(BOTH, 'to-12-obsolete-listed'));
    await killed(guest, middle, stepDone(BOTH, 'to-13-system-saved'));
    await powerCut(guest, middle, stepDone(BOTH, 'to-13-suites-changed'));
    await killed(guest, middle, unpacked(BOTH, 'to-13-minimally-upgraded', 10));
    // libssl3 is removed, and libssl3t64 not there yet: systemd starts by the copy alone.
    await powerCut(guest, middle, '[[ ! -e /usr/lib/x86_64-linux-gnu/libcrypto.so.3 ]]');
    await killed(guest, middle, configured(BOTH, 'to-13-distribution-upgraded', 10));
    await powerCut(guest, middle, 'pgrep -x pg_upgradeclust');
    const between = script(guest, middle);
    expect([between.status, between.output]).toEqual([10, between.output]);
    expectNoChange(guest, middle, 10);
    await guest.reboot();
    expect(script(guest, 'post-reboot-2.sh')).toMatchObject({ status: 0 });
    expectUpgraded(guest, 'trixie', '17', rows);
    expectNoChange(guest, 'post-reboot-2.sh', 0);
  });

  test('Debian 11 becomes Debian 13 with one command, though somebody reboots it on its way', async () => {
    guest = await server('bullseye', BOTH);
    const rows = data(guest);
    const command = ['bash', '/root/upgrade/pre-reboot.sh', '--yes', '--resume', ...SETTINGS];
    void guest.begin(...command);
    await begun(guest, BOTH, 'to-13-minimally-upgraded');
    await guest.until('pgrep -x dpkg');
    guest.run('systemctl', 'reboot');
    // The system is still starting while a part runs that ends with the next reboot.
    await finished(guest, BOTH, 3);
    await guest.until('! ls /etc/systemd/system | grep -q stepwright');
    await guest.until('[[ $(systemctl is-system-running) == running ]]');
    expectUpgraded(guest, 'trixie', '17', rows);
    const boots = new Set(journal(guest, BOTH).flatMap(([, boot]) => boot ?? []));
    // The one that nobody had planned is the fourth.
    expect(boots.size).toBe(4);
    expectNoChange(guest, 'post-reboot-2.sh', 0);
  });
});
