import { performance } from 'node:perf_hooks';
import { script, server, SETTINGS } from '../test/real/application.ts';
import type { Guest } from '../test/real/guest.ts';
import { whyNot } from '../test/real/why-not.ts';

// How long the service of a real Debian 11 server is down while it becomes one of Debian 12: by the
// scripts, and by hand in the order of a page that stops the service first. Both in one run.

const APT =
  'env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get -y -q -o Dpkg::Use-Pty=0 ' +
  '-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold';
const SAVE = [
  'mkdir -p /var/backups/by-hand',
  "dpkg --get-selections '*' >/var/backups/by-hand/selections",
  'tar -C / -czf /var/backups/by-hand/system.tar.gz etc var/lib/dpkg var/lib/apt/extended_states var/cache/debconf',
];
const CHANGE = [
  'rm -f /etc/apt/sources.list.d/other.list',
  "sed -i 's/bullseye/bookworm/g' /etc/apt/sources.list $(find /etc/apt/sources.list.d -name '*.list')",
  `${APT} update`,
];
const FETCH = [
  `${APT} --download-only dist-upgrade`,
  `${APT} --download-only install postgresql-15`,
];
const STOP = [
  'systemctl stop app.service',
  'runuser -u postgres -- pg_dump -Fc shop >/var/backups/by-hand/shop.dump',
];
const UPGRADE = [
  `${APT} upgrade --without-new-pkgs`,
  `${APT} dist-upgrade`,
  `${APT} install postgresql-15`,
  "! pg_lsclusters -h | grep -q '^15  *main' || pg_dropcluster --stop 15 main",
  'pg_upgradecluster -v 15 13 main',
  'pg_dropcluster 13 main',
];

function seconds(work: () => void): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1000;
}

function byHand(guest: Guest, commands: readonly string[]): number {
  return seconds(
    () => void guest.bash(`set -e; { ${commands.join('; ')}; } >/root/by-hand.log 2>&1`),
  );
}

/** From the stop of the service to its next start. */
function downtime(guest: Guest): number {
  const lines = guest.bash('cat /var/lib/app/times').split('\n');
  const stop = lines.findIndex((line) => line.startsWith('stop '));
  const [stopped, started] = [lines[stop], lines[stop + 1]].map((line) =>
    Number(line?.split(' ')[1]),
  );
  return (started ?? NaN) - (stopped ?? NaN);
}

interface Figures {
  /** Seconds until the reboot. */
  readonly wall: number;
  readonly down: number;
}

async function measured(upgrade: (guest: Guest) => number): Promise<Figures> {
  const guest = await server('bullseye', 'debian-11-to-12');
  try {
    const wall = upgrade(guest);
    await guest.reboot();
    await guest.until('systemctl is-active -q app.service');
    return { wall, down: downtime(guest) };
  } finally {
    await guest.destroy();
  }
}

function byScript(guest: Guest): number {
  return seconds(() => {
    const { status, output } = script(guest, 'pre-reboot.sh', ...SETTINGS);
    if (status !== 10) throw new Error(output);
  });
}

function told({ wall, down }: Figures): string {
  return `down for ${down.toFixed(1)} s, ${wall.toFixed(1)} s until the reboot`;
}

const reason = await whyNot();
if (reason !== undefined) {
  console.log(`Nothing is measured: ${reason}.`);
} else {
  const scripts = await measured(byScript);
  const sameOrder = await measured((guest) =>
    byHand(guest, [...SAVE, ...CHANGE, ...FETCH, ...STOP, ...UPGRADE]),
  );
  const pageOrder = await measured((guest) =>
    byHand(guest, ['mkdir -p /var/backups/by-hand', ...STOP, ...SAVE, ...CHANGE, ...UPGRADE]),
  );
  console.log(`the scripts:                          ${told(scripts)}`);
  console.log(`the same commands by hand:            ${told(sameOrder)}`);
  console.log(`by hand, service stopped first:       ${told(pageOrder)}`);
  console.log(
    `downtime, scripts to stopped first:   ${(scripts.down / pageOrder.down).toFixed(2)}`,
  );
  console.log(
    `wall time, scripts to same commands:  ${(scripts.wall / sameOrder.wall).toFixed(3)}`,
  );
}
