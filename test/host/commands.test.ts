import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { armor } from '../../src/simulate/debian/keys.ts';
import { installServer, makeWorld, powerOn, preinstall } from '../../src/simulate/define.ts';
import type { Host } from '../../src/simulate/host.ts';
import { contentAt } from '../../src/simulate/postgres/clusters.ts';
import { answersAs, type Row } from '../support/rows.ts';

const KEY = { fingerprint: 'A'.repeat(40), user: 'Somebody' };
const world = makeWorld({
  releases: ['stretch', 'buster'],
  packages: {
    stretch: [
      { name: 'initramfs-tools', version: '0.130', commands: ['/usr/sbin/update-initramfs'] },
    ],
  },
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
  host = installServer(world, 'stretch');
  preinstall(host, [{ name: 'initramfs-tools', version: '0.130' }]);
  powerOn(host);
  host.state.units['broken.service'] = {
    enabled: false,
    active: 'inactive',
    fails: 'it is broken',
  };
  contentAt(host, '/var/lib/postgresql/9.6/main')?.roles.push('root');
});
afterAll(() => host.dispose());

function logged(wanted: string) {
  return host.calls.find(({ words }) => words.join(' ') === wanted);
}

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
  ["debconf-communicate x <<<'GET x/y'", 0, /^10 x\/y doesn't exist$/m],
  ["debconf-communicate x <<<'SET x/y a b' && debconf-show x", 0, /^\* x\/y: a b$/m],
  ['debconf-show', 1, /^Usage: debconf-show/m],
  ["debconf-set-selections -c <<<'x x/z string new'; debconf-show x", 0, /^\* x\/y: a b\n$/],
  ['debconf-set-selections --frobnicate', 1, /Unknown option: frobnicate/],
  ['debconf-set-selections /nowhere', 2, /No such file or directory/],
  ['apt-mark hold nothing-of-the-kind', 100, /Unable to locate package/],
  ['apt-mark hold sudo && apt-mark showhold', 0, /^sudo set on hold\.\nsudo\n$/],
  ['dpkg --get-selections sudo', 0, /^sudo +hold$/m],
  ["dpkg-query -W -f='${db:Status-Want}|${Essential}' sudo", 0, /^hold\|$/],
  ['apt-mark unhold sudo && apt-mark showhold', 0, /^Canceled hold on sudo\.\n$/],
  ['apt-mark auto sudo && apt-mark showauto sudo', 0, /^sudo\n?$/m],
  ['apt-mark manual sudo && apt-mark showauto sudo', 0, /^sudo set to manually installed\.\n$/],
  ["dpkg --set-selections <<<'sudo hold' && apt-mark showhold", 0, /^sudo$/m],
  ["dpkg --set-selections <<<'sudo install' && apt-mark showhold", 0, /^$/],
  ['apt-config dump APT::NeverAutoRemove', 0, /^apt::neverautoremove:: "\^firmware-linux\.\*";$/m],
  [
    'echo \'X::B "http://x";//"z";\nC { D { "1"; "2"; }; E "3"; };\' >/etc/apt/apt.conf.d/9; ' +
      'apt-config dump X C; rm /etc/apt/apt.conf.d/9',
    0,
    /^x::b "http:\/\/x";\nc::d:: "1";\nc::d:: "2";\nc::e "3";\n$/,
  ],
  ['apt-config frobnicate', 100, /Invalid operation/],
  ['apt-config -o Foo=bar shell V Foo', 0, /^V='bar'$/m],
  ['apt-config shell V APT::Install-Recommends/b', 0, /^V='true'$/m],
  [
    'apt-config -o APT::Install-Recommends=off shell V APT::Install-Recommends/b',
    0,
    /^V='false'$/m,
  ],
  ['apt-config -o Foo dump', 100, /must have an =<val>/],
  ['apt-cache show nothing-of-the-kind', 100, /No packages found/],
  ['apt-cache policy nothing-of-the-kind', 0, /^$/],
  ['apt-cache frobnicate', 100, /Invalid operation frobnicate/],
  ['apt-key add /etc/passwd', 2, /no valid OpenPGP data/],
  ['apt-key frobnicate', 1, /unknown command/],
  ['apt-get -y remove nothing-of-the-kind', 100, /Unable to locate package/],
  ['apt-get remove sudo', 1, /Do you want to continue\? \[Y\/n\] Abort\.$/m],
  ['apt-get -s remove sudo && dpkg -l sudo', 0, /^Remv sudo[\s\S]*^ii +sudo /m],
  ['runuser -u nobody -- apt-get -y remove sudo', 100, /Permission denied[\s\S]*Are you root/],
  ['dpkg --remove nothing-of-the-kind', 0, /warning: ignoring request to remove/],
  ['dpkg --configure nothing-of-the-kind', 1, /is not installed and no information/],
  ['dpkg --configure sudo', 1, /is already installed and configured/],
  ['dpkg --configure -a', 0, /^$/],
  ['dpkg -s nothing-of-the-kind', 1, /is not installed and no information/],
  ['dpkg -S /usr/lib/os-release', 0, /^base-files: \/usr\/lib\/os-release$/m],
  ['dpkg -S /nowhere', 1, /no path found matching pattern/],
  ['dpkg --compare-versions 1.0 gt 1.0', 1, /^$/],
  ['dpkg-query -W -f x --frobnicate', 2, /unknown option --frobnicate/],
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
  ['systemctl is-enabled ssh', 0, /^enabled$/m],
  ['systemctl disable --now ssh; systemctl is-enabled ssh', 1, /^disabled$/m],
  ['systemctl status ssh', 3, /Active: inactive/],
  ['systemctl status nothing', 4, /could not be found/],
  ['systemctl mask ssh; systemctl start ssh', 1, /Unit ssh\.service is masked/],
  ['systemctl enable ssh', 1, /is masked/],
  ['systemctl is-enabled ssh', 1, /^masked$/m],
  ['systemctl show -p LoadState,ActiveState ssh', 0, /^LoadState=masked\nActiveState=inactive\n$/],
  ['systemctl try-restart ssh; systemctl is-active ssh', 3, /^inactive$/m],
  ['systemctl reload ssh', 1, /Unit ssh\.service is masked/],
  ['systemctl unmask ssh && systemctl reload ssh', 1, /^ssh\.service is not active, cannot reload/],
  ['systemctl reload nothing', 5, /Unit nothing\.service not found/],
  ['systemctl unmask ssh && systemctl enable --now ssh && systemctl is-active -q ssh', 0, /^$/],
  ['systemctl start', 1, /Too few arguments/],
  ['systemctl --frobnicate start ssh', 1, /unrecognized option '--frobnicate'/],
  ['systemctl reload ssh && systemctl is-active ssh', 0, /^active$/m],
  [
    'mkdir -p /etc/systemd/system && printf "[Service]\\nExecStart=/bin/true\\n" >/etc/systemd/system/own.service; systemctl reload own',
    1,
    /Job type reload is not applicable for unit own\.service/,
  ],
  ['rm /etc/systemd/system/own.service', 0, /^$/],
  ['systemctl is-failed ssh', 1, /^active$/m],
  ['systemctl is-system-running', 0, /^running$/m],
  ['systemctl cat nothing', 1, /No files found for nothing\.service/],
  ['systemctl list-unit-files ssh.service', 0, /^ssh\.service enabled$/m],
  ['systemctl --failed --plain --full --no-legend --no-pager', 0, /^$/],
  ['systemctl start broken', 1, /Job for broken\.service failed/],
  [
    'systemctl --failed --plain --full --no-legend --no-pager',
    0,
    /^broken\.service loaded failed failed broken\.service\n$/,
  ],
  ['systemctl list-units --state=failed', 0, /^broken\.service loaded failed failed .*\n$/],
  ['systemctl --state=running ssh.service', 1, /Unknown operation/],
  ['systemctl list-units --state=running ssh.service', 0, /^ssh\.service loaded active running/],
  ['systemctl reset-failed; systemctl --failed', 0, /^$/],
  ['systemctl list-timers', 0, /^apt-daily\.timer loaded active/m],
  ['reboot --frobnicate', 1, /unrecognized option/],
  ['journalctl --no-pager -n 20 -u ssh', 0, /^-- No entries --$/m],
  ['journalctl --vacuum-frobnicate=1', 1, /unrecognized option '--vacuum-frobnicate'/],
  ['journalctl frobnicate', 1, /Failed to add match 'frobnicate'/],
  // What starts the machine
  ['update-grub', 0, /^$/],
  ['update-grub --frobnicate', 1, /Unrecognized option `--frobnicate'/],
  ['grub-install --recheck /dev/sda', 0, /^$/],
  ['grub-install', 1, /install device isn't specified/],
  ['grub-install /dev/sda /dev/sdb', 1, /More than one install device/],
  ['grub-install --frobnicate /dev/sda', 64, /unrecognized option '--frobnicate'/],
  ['update-initramfs -u -k all', 0, /^$/],
  ['update-initramfs -k all', 1, /at least one of -c, -u, or -d/],
  ['update-initramfs -d', 1, /must specify a version/],
  ['update-initramfs -z', 1, /Illegal option -z/],
  // PostgreSQL
  ['pg_lsclusters -h', 0, /^9\.6 main +5432 online postgres/],
  ['pg_dropcluster 9.6 main', 1, /still running/],
  ['pg_dropcluster 9.6 other', 1, /specified cluster does not exist/],
  ['pg_ctlcluster 9.6 main start', 2, /already running/],
  ['pg_upgradecluster 9.6 main', 1, /already on version 9\.6/],
  ['pg_ctlcluster 11 main start', 1, /does not exist/],
  ['pg_ctlcluster 9.6 main status', 0, /^$/],
  ['pg_ctlcluster 9.6 main frobnicate', 1, /action must be one of/],
  ['pg_ctlcluster --frobnicate 9.6 main stop', 1, /Unknown option: frobnicate/],
  ['pg_ctlcluster 9.6 main stop && pg_ctlcluster 9.6 main stop', 2, /Cluster is not running/],
  ['pg_ctlcluster 9.6 main status', 3, /^$/],
  ['pg_isready', 2, /no response/],
  ['psql -XAtc "select 1" template1', 2, /could not connect to server/],
  ['pg_dump -Fc template1', 1, /connection to database failed/],
  ['vacuumdb --all', 2, /could not connect/],
  ['pg_lsclusters -h', 0, /^9\.6 main +5432 down +postgres/],
  ['pg_ctlcluster 9.6 main restart && pg_isready -q', 0, /^$/],
  ['pg_createcluster 11 main', 1, /no initdb program for version 11/],
  ['pg_createcluster 9.6 main', 1, /already exists/],
  [
    'pg_createcluster -p 5440 --start-conf manual 9.6 new && pg_lsclusters -h',
    0,
    /^9\.6 new +5440 down /m,
  ],
  ['pg_ctlcluster 9.6 new start && psql -XAt -p 5440 -c "select 1" template1', 2, /role "root"/],
  ['psql --cluster 9.6/none template1', 1, /Cluster specified does not exist/],
  ['pg_conftool -s 9.6 new show port', 0, /^5440$/m],
  ['pg_conftool 9.6 new show nothing', 1, /^nothing not found$/m],
  ['pg_conftool 9.6 none show port', 1, /does not exist/],
  ['pg_conftool 9.6 new frobnicate port', 1, /unknown action/],
  ['pg_dropcluster 9.6', 1, /^Usage: pg_dropcluster/m],
  ['pg_dropcluster --stop 9.6 new && pg_lsclusters -h', 0, /^9\.6 main [^\n]*\n$/],
  ['psql -XAtc "select 1" template1', 0, /^1$/m],
  ['psql -XAtc "select 1" template0', 2, /not currently accepting connections/],
  ['psql -U postgres -l', 2, /Peer authentication failed for user "postgres"/],
  ['psql --frobnicate', 1, /unrecognized option/],
  ['pg_restore --list /nowhere', 1, /could not open input file/],
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
  ['python -m pip install', 1, /at least one requirement/],
  ['python -m pip install nothing-of-the-kind', 1, /No matching distribution found/],
  ['python -m pip install --break-system-packages app', 2, /no such option/],
  ['python -m pip list --format freeze', 0, /^app==2$/m],
  ['python -m pip show nothing', 1, /^$/],
  ['python -m pip uninstall -y app; type -P app', 1, /Successfully uninstalled app/],
  ['python -m pip frobnicate', 1, /unknown command "frobnicate"/],
  // Disks
  ['df --output=avail -B 1048576 -- /', 0, /^50000$/m],
  ['df --output=frobnicate /', 1, /unknown/],
  ['lsblk -o PATH', 1, /unknown column: PATH/],
  ['findmnt -n -o SOURCE --target /boot', 0, /^\/dev\/sda1$/m],
  ['df /nowhere', 1, /No such file or directory/],
  ['df -B frobnicate /', 1, /invalid -B argument/],
  ['findmnt -n -o FROBNICATE /', 1, /unknown column/],
  ['findmnt /nowhere', 1, /^$/],
  ['lsblk /dev/nothing', 1, /not a block device/],
  ['lsblk -nso NAME,TYPE /dev/sda1', 0, /^sda1 part\nsda disk\n$/],
  ['getent passwd nobody nothing', 2, /^nobody:x:65534:/m],
  ['getent frobnicate x', 1, /^$/],
  ['uname --frobnicate', 1, /unrecognized option/],
  ['runuser -u nobody', 1, /no command was specified/],
  ['runuser -u nobody -- runuser -u root -- true', 1, /may not be used by non-root users/],
  ['sync /nothing', 1, /No such file or directory/],
  ['perl -MPOSIX=setsid -e \'print "perl\\n"\'', 0, /^perl$/m],
];

describe('commands answer as the real ones do', () => {
  answersAs(() => host, ROWS);

  test('every call is logged with its exact arguments, and whether it changed anything', () => {
    expect(logged('pg_lsclusters -h')).toMatchObject({ changing: false, real: false });
    expect(logged('systemctl stop ssh')).toMatchObject({ changing: true, status: 0 });
    expect(logged('pg_dropcluster 9.6 main')).toMatchObject({ changing: false, status: 1 });
  });
});

describe('what needs something that is not there', () => {
  const later = makeWorld({ releases: ['bookworm', 'trixie'] });
  const rows: readonly Row[] = [
    ['ldconfig -v', 1, /does not know: -v/],
    ['ldconfig -p', 0, /\tlibcrypto\.so\.3 .*=> \/lib\/x86_64-linux-gnu\/libcrypto\.so\.3$/m],
    ['dpkg -r libssl3', 1, /prevent removal of libssl3:\n systemd depends on libssl3\.|libsystemd/],
    ['ldd /sbin/init /bin/bash | grep :', 0, /^\/sbin\/init:\n\/bin\/bash:\n$/],
    ['ldd /gone /sbin/init', 1, /^ldd: \/gone: No such file[^]*libc\.so\.6/m],
    ['ldd /sbin/init', 0, /libcrypto\.so\.3 => \/lib\/x86_64-linux-gnu\/libcrypto\.so\.3 /],
    ['dpkg --force-depends -r libssl3; ldd /sbin/init', 0, /libcrypto\.so\.3 => not found/],
    ['apt-get -q update', 0, /^/],
    ['apt-get check', 100, /systemd : Depends: libssl3 but[^]*Try 'apt --fix-broken install'/],
    ['apt-get -s dist-upgrade', 100, /Unmet dependencies/],
    // The loader takes what lies last, and the cache what was there when it was made.
    ['echo 3.0 >/usr/lib/libcrypto.so.3; ldd /sbin/init', 0, / => \/lib\/libcrypto\.so\.3 /],
    ['ldconfig; apt-get -y --fix-broken install', 0, /Setting up libssl3 /],
    ['apt-get -s dist-upgrade -- python3-dev', 0, /^Inst python3-dev [^]*^Conf python3-dev /m],
    ['apt-get -s dist-upgrade nothing-of-the-kind', 100, /Unable to locate package nothing-of/],
    ['apt-get -s dist-upgrade sudo-', 0, /^Remv sudo |^Package 'sudo' is not installed/m],
    ['apt-get check; ldd /sbin/init', 0, / => \/lib\/x86_64-linux-gnu\/libcrypto\.so\.3 /],
    ['rm /usr/lib/libcrypto.so.3; dpkg --audit', 0, /^$/],
    [
      'rm /lib/x86_64-linux-gnu/libcrypto.so.3; apt-get -y install --reinstall systemd',
      100,
      /libcrypto\.so\.3[^]*exit status 127[^]*E: Sub-process \/usr\/bin\/dpkg returned an error code \(1\)/,
    ],
    ['dpkg --configure systemd', 1, /exit status 127$/m],
  ];
  let server: Host;
  beforeAll(() => {
    server = powerOn(installServer(later, 'bookworm'));
  });
  afterAll(() => server.dispose());
  answersAs(() => server, rows);
});
