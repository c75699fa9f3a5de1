import { afterEach, describe, expect, test } from 'vitest';
import { script, server, SETTINGS } from './application.ts';
import type { Guest } from './guest.ts';
import { goOn, killed, stepDone, unpacked } from './interruptions.ts';
import { data, finishUpgrade } from './server.ts';
import { whyNot } from './why-not.ts';

const reason = await whyNot();
if (reason !== undefined) console.warn(`Nothing is tried on a real Debian: ${reason}.`);

let guest: Guest;
afterEach(() => guest?.destroy());

const PROCEDURE = 'debian-11-to-12';

describe.skipIf(reason !== undefined)('Debian 11 becomes Debian 12', () => {
  test('cut off between steps, in the dist-upgrade and in pg_upgradecluster', async () => {
    guest = await server('bullseye', 'debian-11-to-12');
    const rows = data(guest);
    guest.bash('apt-mark hold netbase');
    const refused = script(guest, 'pre-reboot.sh', ...SETTINGS);
    expect(refused).toMatchObject({ status: 3 });
    expect(refused.output).toContain('apt-mark unhold netbase');
    guest.bash('apt-mark unhold netbase');
    await killed(guest, 'pre-reboot.sh', stepDone(PROCEDURE, 'databases-saved'));
    await killed(guest, 'pre-reboot.sh', unpacked(PROCEDURE, 'distribution-upgraded', 20));
    await killed(guest, 'pre-reboot.sh', 'pgrep -x pg_upgradeclust');
    const before = await goOn(guest, 'pre-reboot.sh');
    expect([before.status, before.output]).toEqual([10, before.output]);
    await finishUpgrade(guest, rows);
  });
});
