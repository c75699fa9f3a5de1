import { performance } from 'node:perf_hooks';
import { script, server, SETTINGS } from '../test/real/application.ts';
import type { Guest } from '../test/real/guest.ts';
import { quote } from '../src/bash/quote.ts';
import { whyNot } from '../test/real/why-not.ts';

// How long the service of a real Debian 11 server is down while it becomes one of Debian 12: by the
// scripts, and by hand in the order of a page that stops the service first and fetches nothing before;
// once with the mirror as near as it is, and once at a rate of many a real server. With --overhead: how
// long the scripts take, to their own commands one after the other. With --larger: the same on a server
// with some hundreds of packages more. What is compared comes from one run.

/** Kilobytes a second, of the slower line. */
const RATE = 4000;
const NAME = 'debian-11-to-12';
/** What the larger server has besides: with all that they need, some 600 packages. */
const LARGER = [
  ...'build-essential cmake default-jdk-headless emacs-nox ffmpeg gdb ghostscript git'.split(' '),
  ...'imagemagick npm php-cli php-curl php-gd php-intl php-mbstring php-xml php-zip'.split(' '),
  ...'python3-django python3-lxml python3-pip python3-scipy python3-venv rsync ruby'.split(' '),
  ...'subversion vim'.split(' '),
];
const LOG = `/var/log/stepwright/${NAME}.log`;

const APT =
  'env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get -y -q -o Dpkg::Use-Pty=0 ' +
  '-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold';
const PAGE_ORDER = [
  'systemctl stop app.service',
  'mkdir -p /var/backups/by-hand',
  'runuser -u postgres -- pg_dump -Fc shop >/var/backups/by-hand/shop.dump',
  "dpkg --get-selections '*' >/var/backups/by-hand/selections",
  'tar -C / -czf /var/backups/by-hand/system.tar.gz etc var/lib/dpkg var/lib/apt/extended_states var/cache/debconf',
  'rm -f /etc/apt/sources.list.d/other.list',
  "sed -i 's/bullseye/bookworm/g' /etc/apt/sources.list $(find /etc/apt/sources.list.d -name '*.list')",
  `${APT} update`,
  `${APT} upgrade --without-new-pkgs`,
  `${APT} dist-upgrade`,
  `${APT} install postgresql-15`,
  "! pg_lsclusters -h | grep -q '^15  *main' || pg_dropcluster --stop 15 main",
  'pg_upgradecluster -v 15 13 main',
  'pg_dropcluster 13 main',
];

/** What the scripts do without a word in the log, and their commands need. */
const UNLOGGED = [
  'mkdir -p /var/backups/release-upgrade',
  'echo local all postgres peer >/run/stepwright-hba.conf',
];

/**
 * The commands that the scripts ran, as their log has them, for a shell to run one after the other.
 * What they wrote themselves comes with its content; what they looked at in the clusters is left out,
 * and so counts for the scripts.
 */
function commandsIn(guest: Guest): string[] {
  let answers: string[] = [];
  const ran = guest
    .bash(`cat ${LOG}`)
    .split('\n')
    .flatMap((line) => {
      const answer = /^answer: (.*)$/.exec(line)?.[1];
      if (answer !== undefined) answers.push(answer);
      const command = /^\+ (.*)$/.exec(line)?.[1];
      if (command === undefined || command.startsWith('list what ')) return [];
      const sql = /^(.*), in database (\S+) of cluster (\S+)$/.exec(command);
      if (sql !== null) return [sqlCommand(sql[1] ?? '', sql[2] ?? '', sql[3] ?? '')];
      const written = /^write (\S+)$/.exec(command)?.[1];
      if (written !== undefined) return rewritten(guest, written);
      const redirected = /^sw_output_to (\S+) (.*)$/.exec(command);
      if (redirected !== null) return [`${redirected[2]} >${redirected[1]}`];
      if (command !== 'debconf-set-selections') return [command];
      const told = answers;
      answers = [];
      return [`printf '%s\\n' ${told.map(quote).join(' ')} | debconf-set-selections`];
    });
  return [...UNLOGGED, ...ran];
}

/** The command that has `statement` carried out; names are as the log quotes them. */
function sqlCommand(statement: string, database: string, cluster: string): string {
  const words = ['--cluster', cluster, '--no-psqlrc', '--quiet', '--command', quote(statement)];
  return `runuser -u postgres -- psql ${words.join(' ')} ${database}`;
}

/**
 * The command that gives the file at `path` the content that it has on `guest`, if it still is there:
 * under that name, or under the one that it was moved to when it was whole.
 */
function rewritten(guest: Guest, path: string): string[] {
  const there = `${quote(path)} 2>/dev/null || cat ${quote(path.replace(/\.part$/, ''))}`;
  const { status, output } = guest.run('bash', '-c', `cat ${there}`);
  return status === 0 ? [`printf %s ${quote(output)} >${path}`] : [];
}

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
  const down = (started ?? NaN) - (stopped ?? NaN);
  if (Number.isNaN(down)) console.log(`the application noted: ${lines.join(', ')}`);
  return down;
}

interface Figures {
  /** Seconds until the reboot. */
  readonly wall: number;
  readonly down: number;
}

/** What `upgrade` takes on a server that fetches at `rate` kilobytes a second; 0 is without limit. */
async function measured(
  rate: number,
  upgrade: (guest: Guest) => number,
  packages: readonly string[] = [],
): Promise<Figures> {
  const guest = await server('bullseye', NAME, packages);
  try {
    guest.bash(`echo 'Acquire::http::Dl-Limit "${rate}";' >/etc/apt/apt.conf.d/90rate`);
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

function tell(name: string, { wall, down }: Figures): void {
  console.log(
    `${name.padEnd(60)} down for ${down.toFixed(1)} s, ${wall.toFixed(1)} s until the reboot`,
  );
}

/** What the scripts take, and the commands that they ran. */
async function byScripts(
  rate: number,
  packages: readonly string[] = [],
): Promise<[Figures, string[]]> {
  let commands: string[] = [];
  const figures = await measured(
    rate,
    (guest) => {
      const wall = byScript(guest);
      commands = commandsIn(guest);
      return wall;
    },
    packages,
  );
  return [figures, commands];
}

/** The scripts against the order of a page. */
async function tellDowntime(rate: number, line: string): Promise<void> {
  const [scripts] = await byScripts(rate);
  const pageOrder = await measured(rate, (guest) => byHand(guest, PAGE_ORDER));
  tell(`${line}: the scripts`, scripts);
  tell(`${line}: by hand, service stopped first`, pageOrder);
  console.log(`  downtime, scripts to by hand: ${(scripts.down / pageOrder.down).toFixed(2)}`);
}

/**
 * The scripts against their own commands, in turn, so many times. The same commands take a machine some
 * percent more or less from one round to the next: all rounds together count.
 */
async function tellOverhead(
  rate: number,
  line: string,
  rounds: number,
  packages: readonly string[] = [],
): Promise<void> {
  const walls = { scripts: 0, bare: 0 };
  let commands: string[] = [];
  const scripts = async (round: number) => {
    const [figures, ran] = await byScripts(rate, packages);
    commands = ran;
    walls.scripts += figures.wall;
    tell(`${line}, round ${round}: the scripts`, figures);
  };
  const bare = async (round: number) => {
    const figures = await measured(rate, (guest) => byHand(guest, commands), packages);
    walls.bare += figures.wall;
    tell(`${line}, round ${round}: their ${commands.length} commands`, figures);
  };
  for (let round = 1; round <= rounds; round += 1) {
    // What goes first may fetch what the mirror has then at hand for the other.
    for (const turn of round % 2 === 1 ? [scripts, bare] : [bare, scripts]) await turn(round);
  }
  console.log(`  wall time, scripts to their commands: ${(walls.scripts / walls.bare).toFixed(3)}`);
}

const FAR = `mirror at ${RATE} kB/s`;
const reason = await whyNot();
if (reason !== undefined) {
  console.log(`Nothing is measured: ${reason}.`);
} else if (process.argv.includes('--larger')) {
  await tellOverhead(0, 'larger server, mirror near by', 2, LARGER);
  await tellOverhead(RATE, `larger server, ${FAR}`, 2, LARGER);
} else if (process.argv.includes('--overhead')) {
  await tellOverhead(0, 'mirror near by', 5);
  await tellOverhead(RATE, FAR, 2);
} else {
  await tellDowntime(0, 'mirror near by');
  await tellDowntime(RATE, FAR);
}
