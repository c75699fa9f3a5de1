import { expect } from 'vitest';
import { script } from './application.ts';
import type { Guest } from './guest.ts';

/** The rows and the view, by their checksum. */
export function data(guest: Guest): string {
  guest.bash('for i in {1..60}; do pg_isready -q && break; sleep 1; done');
  return guest.bash(
    `runuser -u postgres -- psql -XAtc "select count(*), md5(string_agg(id || item, ',' order by id)) from orders union all select count(*), max(item) from recent" shop`,
  );
}

/** Everything below / that a run may not change, a line a file. */
export function metadata(guest: Guest): string[] {
  const aside = [
    '/var/log',
    '/var/lib/stepwright',
    '/var/lib/postgresql',
    '/var/lib/systemd',
    '/var/lib/app',
    '/root/.cache',
    '/tmp',
    '/var/tmp',
  ];
  const prune = aside.map((path) => `-path ${path}`).join(' -o ');
  return guest
    .bash(`find / -xdev \\( ${prune} \\) -prune -o -printf '%p %m %U:%G %s %T@ %l\\n' | sort`)
    .split('\n');
}

export function bootId(guest: Guest): string {
  return guest.bash('cat /proc/sys/kernel/random/boot_id');
}

/** A second run of a script says that there is nothing to do, and does nothing. */
export function expectNoChange(guest: Guest, name: string, status: number): void {
  const before = metadata(guest);
  const again = script(guest, name);
  expect(again).toMatchObject({ status });
  expect(again.output).toMatch(/\b0 changed/);
  const after = new Set(metadata(guest));
  expect(before.filter((line) => !after.has(line))).toEqual([]);
}

/** The sources speak of `suite` alone, as they were written: a line each, or a stanza. */
function expectSources(guest: Guest, suite: string): void {
  const stanzas = guest.run('cat', '/etc/apt/sources.list.d/debian.sources');
  const [text, suites] =
    stanzas.status === 0
      ? [stanzas.output, /^Suites: (.*)$/gm]
      : [
          guest.bash('cat /etc/apt/sources.list'),
          /^deb \S+ (\S+) main non-free non-free-firmware # as installed$/gm,
        ];
  expect([...text.matchAll(suites)].map((match) => match[1]).toSorted()).toEqual([
    suite,
    `${suite}-security`,
    `${suite}-updates`,
  ]);
}

/** The clusters that run are `main` on its port and `others`, each of `version`. */
function expectClusters(guest: Guest, version: string, others: readonly string[]): void {
  const lines = guest.bash('pg_lsclusters -h').replace(/ +/g, ' ').split('\n');
  expect(lines[0]).toMatch(new RegExp(`^${version} main 5432 online \\S+ \\S+ \\S+$`));
  const found = lines.map((line) => line.split(' ').toSpliced(2, 1).slice(0, 3).join(' '));
  expect(found).toEqual(['main', ...others].map((name) => `${version} ${name} online`));
}

/** No copy of a library is left where the loader looks last, nor a note of one, nor is one remembered. */
function expectNoCopies(guest: Guest): void {
  expect(guest.bash('ls -d /var/lib/stepwright/.libraries /usr/lib/.stepwright 2>&1 || :')).toMatch(
    /^(ls: cannot access .*\n?){2}$/,
  );
  const unowned =
    'for file in /usr/lib/lib*.so*; do [[ ! -e $file ]] || dpkg-query -S "$file" "${file#/usr}" 2>/dev/null | grep -q . || echo "$file"; done';
  expect(guest.bash(unowned)).toBe('');
  expect(guest.bash("ldconfig -p | grep -E '=> (/usr)?/lib/lib' || :")).toBe('');
}

/** Triggers of partitions are as they were, and settings that were not taken over are kept. */
function expectTakenOver(guest: Guest): void {
  const states =
    "select tgrelid::regclass, tgenabled from pg_trigger where tgname = 'told' order by tgrelid::regclass::text";
  expect(guest.bash(`runuser -u postgres -- psql -XAtc "${states}" shop`)).toBe(
    'events|O\nevents_first|D\nevents_second|O',
  );
  expect(guest.bash('cat /var/lib/stepwright/*/settings/*-main/conf.d/shop.conf | sort -u')).toBe(
    "log_statement = 'ddl'",
  );
}

/**
 * The second part of Debian 11 to 12, after a first one that has ended: neither changes anything a second
 * time, and the second is refused before the reboot.
 */
export async function finishUpgrade(guest: Guest, rows: string): Promise<void> {
  expectNoChange(guest, 'pre-reboot.sh', 10);
  const boot = bootId(guest);
  expect(script(guest, 'post-reboot.sh').status).toBe(3);
  await guest.reboot();
  expect(bootId(guest)).not.toBe(boot);
  const after = script(guest, 'post-reboot.sh');
  expect([after.status, after.output]).toEqual([0, after.output]);
  expectUpgraded(guest, 'bookworm', '15', rows);
  expectNoChange(guest, 'post-reboot.sh', 0);
}

/** The server is one of `suite`, with clusters of `version`, and nothing is lost. */
export function expectUpgraded(
  guest: Guest,
  suite: string,
  version: string,
  rows: string,
  others: readonly string[] = [],
): void {
  expect(guest.bash('. /etc/os-release; echo "$VERSION_CODENAME"')).toBe(suite);
  expect(guest.run('systemctl', 'is-system-running').output.trim()).toBe('running');
  expect(guest.bash('systemctl is-active app.service')).toBe('active');
  expect(data(guest)).toBe(rows);
  expectClusters(guest, version, others);
  expectTakenOver(guest);
  expect(guest.bash('dpkg --audit')).toBe('');
  expect(guest.bash('apt-get -s dist-upgrade')).toMatch(/^0 upgraded, 0 newly/m);
  expect(guest.bash('tail -n 1 /etc/login.defs')).toBe('# kept by the administrator');
  expect(guest.bash('cat /etc/mine.conf')).toBe('mine');
  expect(guest.bash('tail -n 1 /etc/nanorc')).toBe('# set here');
  // What removed packages had left is not purged.
  const removed = `dpkg-query -W -f '\${db:Status-Abbrev} \${Package}\\n' | grep '^rc' | sort`;
  expect(guest.bash(`comm -23 /root/removed <(${removed})`)).toBe('');
  expect(guest.bash('cat /etc/apt/sources.list.d/other.list')).toMatch(/^#/m);
  expectSources(guest, suite);
  expect(guest.bash('ls /etc/systemd/system | grep stepwright || :')).toBe('');
  expectNoCopies(guest);
  expect(guest.run('flock', '-n', '/run/stepwright.lock', 'true')).toMatchObject({ status: 0 });
  expect(guest.bash('systemctl is-active apt-daily.timer apt-daily-upgrade.timer')).toBe(
    'active\nactive',
  );
}
