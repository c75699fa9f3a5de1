import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { armor } from '../../src/simulate/debian/keys.ts';
import { installServer, makeWorld, powerOn } from '../../src/simulate/define.ts';
import type { Host } from '../../src/simulate/host.ts';
import { contentAt } from '../../src/simulate/postgres/clusters.ts';
import { runScript } from '../../src/simulate/run.ts';

const KEY = { fingerprint: 'A'.repeat(40), user: 'Somebody' };
const world = makeWorld({
  releases: ['stretch', 'buster'],
  pages: { 'https://x.example/key': armor(KEY), 'https://x.example/gone': { status: 410 } },
  python: {
    app: [
      { version: '5', requires: '>=3.7' },
      { version: '2', requires: '<3', commands: ['app'] },
    ],
  },
});

let host: Host;
beforeAll(() => {
  host = powerOn(installServer(world, 'stretch'));
  contentAt(host, '/var/lib/postgresql/9.6/main')?.roles.push('root');
});
afterAll(() => host.dispose());

function logged(wanted: string) {
  return host.calls.find(({ words }) => words.join(' ') === wanted);
}

/** A command line, the status that it ends with, and what it says. */
type Row = readonly [line: string, status: number, says: RegExp];

const ROWS: readonly Row[] = [
  // The root has what a Debian 9 server has, and nothing else.
  ['node --version', 127, /command not found/],
  ['docker ps', 127, /command not found/],
  ['mount -t tmpfs none /mnt', 127, /command not found/],
  ['cat /proc/sys/kernel/random/boot_id', 0, /^00000000-0000-4000-8000-000000000001/],
  ['uname -r', 0, /^4\.9\.0-19-amd64$/m],
  ['echo x >/proc/sysrq-trigger', 1, /Read-only|No such file/],
  // apt and dpkg
  ['apt-get -q update', 100, /404 +Not Found[\s\S]*does not have a Release file/],
  ['apt-get frobnicate', 100, /E: Invalid operation frobnicate/],
  ['apt-get --frobnicate update', 100, /not understood/],
  ['apt-get -y install nothing-of-the-kind', 100, /Unable to locate package nothing-of-the-kind/],
  ['apt-get install sudo', 0, /0 upgraded, 0 newly installed/],
  ['apt-get --allow-releaseinfo-change update', 100, /not understood/],
  ['apt-mark frobnicate', 100, /Invalid operation/],
  ['apt-cache policy base-files', 0, /Installed: 9\.9\+deb9u13\n {2}Candidate: 9\.9/],
  ["dpkg-query -W -f='${Status}' base-files", 0, /^install ok installed$/],
  ['dpkg-query -W nothing-of-the-kind', 1, /no packages found matching/],
  [
    "dpkg-query -W -f='${Status}|${Version}' debian-archive-keyring",
    0,
    /^install ok installed\|2017/,
  ],
  ['dpkg --compare-versions 1.0~rc1 lt 1.0', 0, /^$/],
  ['dpkg --print-architecture', 0, /^amd64$/m],
  ['dpkg --frobnicate', 2, /unknown option/],
  ['dpkg --audit', 0, /^$/],
  ["debconf-set-selections <<<'libc6 nothing'", 1, /Cannot parse line 1/],
  ["debconf-communicate grub-pc <<<'GET grub-pc/install_devices'", 0, /^0 \/dev\/sda$/m],
  // systemd
  ['systemctl is-active nothing', 3, /^inactive$/m],
  ['systemctl is-enabled nothing', 1, /No such file or directory/],
  ['systemctl start nothing', 5, /Unit nothing.service not found/],
  ['systemctl stop nothing', 5, /not loaded/],
  ['systemctl disable nothing', 1, /does not exist/],
  ['systemctl frobnicate ssh', 1, /Unknown operation/],
  ['systemctl show --property=LoadState --value -- nothing', 0, /^not-found$/m],
  [
    'systemctl is-active ssh && systemctl stop ssh && systemctl is-active ssh',
    3,
    /^active\ninactive$/m,
  ],
  // PostgreSQL
  ['pg_lsclusters -h', 0, /^9\.6 main +5432 online postgres/],
  ['pg_dropcluster 9.6 main', 1, /still running/],
  ['pg_dropcluster 9.6 other', 1, /specified cluster does not exist/],
  ['pg_ctlcluster 9.6 main start', 2, /already running/],
  ['pg_upgradecluster 9.6 main', 1, /already on version 9\.6/],
  ['pg_ctlcluster 11 main start', 1, /does not exist/],
  ['psql -XAtc "select 1" template1', 0, /^1$/m],
  ['psql -XAtc "select 1" nothing', 2, /database "nothing" does not exist/],
  ['psql -XAtc "select frobnicate(1)" template1', 1, /does not know this query/],
  ['runuser -u nobody -- psql -l', 2, /role "nobody" does not exist/],
  ['runuser -u nothing -- true', 1, /user nothing does not exist/],
  [
    'pg_dump -Fc template1 >/tmp/d; pg_restore --list /tmp/d >/dev/null && pg_restore --file=/dev/null /tmp/d',
    0,
    /^$/,
  ],
  ['head -c 45 /tmp/d >/tmp/e; pg_restore --file=/dev/null /tmp/e', 1, /end of file/],
  ['pg_restore --list /etc/passwd', 1, /valid archive/],
  // The web
  ['curl -fsSL -o /tmp/k https://x.example/key && wc -l </tmp/k', 0, /^4$/m],
  ['curl -fsSL https://x.example/gone', 22, /returned error: 410/],
  ['curl -fsSL --fail-with-body https://x.example/key', 2, /is unknown/],
  ['curl -fsSL --proto =https http://x.example/key', 1, /not supported or disabled/],
  ['curl -fsSL -o /nowhere/k https://x.example/key', 23, /Failed writing/],
  // GnuPG 2.1.18
  ['gpg --show-keys /tmp/k', 2, /invalid option "--show-keys"/],
  ['gpg --import-options show-only --import /tmp/k', 2, /invalid import options/],
  [
    'gpg --dry-run --with-colons --import-options import-show --import /tmp/k',
    0,
    /^fpr:{9}A{40}:$/m,
  ],
  ['gpg --with-colons --with-fingerprint /etc/passwd', 2, /no valid OpenPGP data/],
  // Python
  ['python -m pip uninstall -y nothing', 1, /not installed/],
  ['python -m pip --version', 0, /^pip 9\.0\.1 /],
  ['python3 -m pip --version', 1, /No module named pip/],
  ['python -m pip install app==5', 1, /No matching distribution found/],
  ['python -m pip install app && type -P app', 0, /\/usr\/local\/bin\/app/],
  ['python -m pip uninstall app', 2, /EOF when reading a line/],
  // Disks
  ['df --output=avail -B 1048576 -- /', 0, /^50000$/m],
  ['df --output=frobnicate /', 1, /unknown/],
  ['lsblk -o PATH', 1, /unknown column: PATH/],
  ['findmnt -n -o SOURCE --target /boot', 0, /^\/dev\/sda1$/m],
  ['sync /nothing', 1, /No such file or directory/],
  ['perl -MPOSIX=setsid -e \'print "perl\\n"\'', 0, /^perl$/m],
];

describe('commands answer as the real ones do', () => {
  const answers = new Map<string, { status: number; text: string }>();
  beforeAll(async () => {
    const lines = ROWS.map(
      ([line], index) =>
        `( ${line} ) >/tmp/answer 2>&1 </dev/null; printf '\\0%d\\0%d\\0' ${index} "$?"; cat /tmp/answer\n`,
    );
    host.files.write('/root/rows.sh', `cd /root\n${lines.join('')}`);
    const { stdout } = await runScript(host, '/root/rows.sh');
    const words = stdout.split('\0').slice(1);
    for (let at = 0; at + 2 < words.length + 1; at += 3) {
      const [line = ''] = ROWS[Number(words[at])] ?? [];
      answers.set(line, {
        status: Number(words[at + 1]),
        text: (words[at + 2] ?? '').replace(/^-?/, ''),
      });
    }
  });

  test.each(ROWS)('%s', (line, status, says) => {
    const answer = answers.get(line);
    expect(answer?.text).toMatch(says);
    expect(answer?.status).toBe(status);
  });

  test('every call is logged with its exact arguments, and whether it changed anything', () => {
    expect(logged('pg_lsclusters -h')).toMatchObject({ changing: false, real: false });
    expect(logged('systemctl stop ssh')).toMatchObject({ changing: true, status: 0 });
    expect(logged('pg_dropcluster 9.6 main')).toMatchObject({ changing: false, status: 1 });
  });
});
