import { beforeAll, describe, expect, test } from 'vitest';
import { defineSubshell } from '../../src/bash/build.ts';
import { printScript } from '../../src/bash/print.ts';
import { withValues } from '../../src/compile/kinds/shell.ts';
import { lower } from '../../src/compile/lower.ts';
import { stepFunctions } from '../../src/compile/part-script.ts';
import { validate } from '../../src/compile/validate.ts';
import type { ProcedureInput } from '../../src/model/procedure.ts';
import type { Step } from '../../src/model/step.ts';
import { runScript, type Host } from '../../src/simulate/index.ts';
import { bookworm, bullseye } from '../../steps/_debian/releases.ts';
import { serverOf } from '../../steps/_debian/_host/servers.ts';
import { world } from '../../steps/_debian/_host/world.ts';
import elevenToThirteen from '../../steps/debian-11-to-13/index.ts';
import elevenToTwelve from '../../steps/debian-11-to-12/index.ts';
import twelveToThirteen from '../../steps/debian-12-to-13/index.ts';

function stepOf(input: ProcedureInput, id: string): Step {
  const step = validate('debian.ts', input).steps.find((each) => each.id === id);
  if (step === undefined) throw new Error(`there is no step ${id}`);
  return step;
}

/** The commands by hand of step `id`. */
function manual(input: ProcedureInput, id: string): string {
  return printScript(lower(stepOf(input, id)).manual);
}

/** The requirement of `input`'s own whose refusal matches. */
function ownOf(input: ProcedureInput, refusal: RegExp) {
  for (const item of validate('debian.ts', input).requires) {
    if (item.requires === 'shell' && refusal.test(item.refusal)) return item;
  }
  throw new Error(`nothing is refused so: ${String(refusal)}`);
}

/** Runs `text` on `host`; what it printed last, and its status. */
async function typed(host: Host, text: string): Promise<readonly [number, string]> {
  host.files.write('/root/typed.sh', `set -o pipefail\n${text}\n`);
  const { status, stdout } = await runScript(host, '/root/typed.sh');
  return [status ?? -1, stdout];
}

/** Asks the requirement, after `before`, under errexit as without it: both have to answer the same. */
async function asked(host: Host, input: ProcedureInput, refusal: RegExp, before: string) {
  const { values, check } = ownOf(input, refusal);
  const own = printScript([defineSubshell('asked', withValues(values, check))]);
  const bare = await typed(host, `${before}\n${own}\nasked || exit 1`);
  expect(await typed(host, `${before}\n${own}\nset -e\nasked`)).toEqual(bare);
  return bare;
}

/** Bash that writes `lines` to file `path`. */
function written(path: string, lines: readonly string[]): string {
  return `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >${path}`;
}

let old: Host;
let older: Host;
beforeAll(async () => {
  old = await serverOf(world, bookworm);
  older = await serverOf(world, bullseye);
});

describe('old names of time zones', () => {
  test.each([
    ['debian-12-to-13', twelveToThirteen, ''],
    ['debian-11-to-13', elevenToThirteen, 'to-13-'],
  ])('%s fetches their package, and installs it with the server', (_, input, prefix) => {
    expect(manual(input, `${prefix}packages-fetched`)).toContain('postgresql-17 tzdata-legacy ');
    expect(manual(input, `${prefix}postgresql-installed`)).toBe(
      'apt-get --yes install -- postgresql-17 tzdata-legacy\n',
    );
  });

  test('Debian 12 has none, and needs none', () => {
    expect(manual(elevenToTwelve, 'packages-fetched')).not.toContain('tzdata');
    expect(manual(elevenToThirteen, 'to-12-postgresql-installed')).not.toContain('tzdata');
  });
});

const KEPT = '/etc/sysctl.d/99-sysctl.conf-kept.conf';

describe('what /etc/sysctl.conf sets', () => {
  const step = stepOf(twelveToThirteen, 'sysctl-settings-kept');
  const functions = `run() { "$@"; }\n${printScript(stepFunctions(step))}`;
  const looks = (before: string) =>
    typed(old, `${before}\n${functions}\nsysctl_settings_kept__check || exit`);

  test.each([
    ['there is no such file', 'rm -f /etc/sysctl.conf', 0],
    ['it is empty', ': >/etc/sysctl.conf', 0],
    ['it sets nothing', "printf '%s\\n' '' ' # a=1' ';b=1' $'\\t' >/etc/sysctl.conf", 0],
    ['it sets something', "printf '%s\\n' '#' ' a=1' >/etc/sysctl.conf", 1],
    ['its last line has no end', "printf '%s' '-a=1' >/etc/sysctl.conf", 1],
  ])('%s', async (_, before, status) => {
    expect(await looks(`rm -rf /etc/sysctl.d\n${before}`)).toEqual([status, '']);
  });

  test('stands where it was read, and does so again after a change', async () => {
    const applied = `${functions}\nset -e\nsysctl_settings_kept__apply\nsysctl_settings_kept__check`;
    for (const setting of ['a=1', 'a=2']) {
      expect(await looks(`echo ${setting} >/etc/sysctl.conf`)).toEqual([1, '']);
      expect(await typed(old, applied)).toEqual([0, '']);
      expect(old.files.text(KEPT)).toBe(`${setting}\n`);
    }
    expect(await typed(old, `LC_ALL=C ls /etc/sysctl.d`)).toEqual([0, `${KEPT.slice(14)}\n`]);
  });

  test('comes right after the link of Debian 12, and before what came after that', () => {
    const names = ['99-local.conf', '99-sysctl.conf', KEPT.slice(14), '99-tuned.conf'];
    expect(names.toSorted()).toEqual(names);
  });
});

describe('names that systemd-resolved looks up', () => {
  const REFUSAL = /looked up by systemd-resolved/;
  const [RESOLV, RESOLVE] = ['/etc/resolv.conf', '/run/systemd/resolve'];
  const link = (to: string) =>
    `mkdir -p ${RESOLVE}; echo nameserver 192.0.2.1 >${RESOLVE}/resolv.conf; ln -sfn ${to} /etc/resolv.conf`;
  const plain = (...lines: string[]) => `rm -f /etc/resolv.conf; ${written(RESOLV, lines)}`;

  test.each([
    ['none are looked up', 'rm -f /etc/resolv.conf', 0, ''],
    ['a file', plain('search example', 'nameserver 192.0.2.1'), 0, ''],
    ['a file, and others besides', plain('nameserver 127.0.0.53', 'nameserver 192.0.2.1'), 0, ''],
    ['another link', link('/run/resolvconf/resolv.conf'), 0, ''],
    ['a link', link(`${RESOLVE}/stub-resolv.conf`), 1, `${RESOLVE}/stub-resolv.conf`],
    ['a relative link', link('../run/systemd/resolve/resolv.conf'), 1, `${RESOLVE}/resolv.conf`],
    [
      "a link to the package's own",
      link('/lib/systemd/resolv.conf'),
      1,
      '/usr/lib/systemd/resolv.conf',
    ],
    ['a file that names it', plain('nameserver 127.0.0.53'), 1, '/etc/resolv.conf'],
  ])('%s', async (_, before, status, found) => {
    expect(await asked(older, elevenToTwelve, REFUSAL, before)).toEqual([
      status,
      found === '' ? '' : `${found}\n`,
    ]);
  });

  test('are asked for without it after the remedy, as it is typed', async () => {
    const { remedy } = ownOf(elevenToThirteen, REFUSAL);
    const command = /cp --remove-destination [^;]+/.exec(remedy)?.[0] ?? 'false';
    const before = `${link(`${RESOLVE}/stub-resolv.conf`)}; ${command}`;
    expect(await asked(older, elevenToThirteen, REFUSAL, before)).toEqual([0, '']);
    expect(older.files.text('/etc/resolv.conf')).toBe('nameserver 192.0.2.1\n');
  });
});

describe('encrypted volumes', () => {
  const CRYPTTAB = '/etc/crypttab';
  const crypttab = (...lines: string[]) => written(CRYPTTAB, lines);
  const LEAN = `echo 'APT::Install-Recommends "false";' >/etc/apt/apt.conf.d/80lean`;

  test.each([
    ['none', `rm -f /etc/crypttab; ${LEAN}`, 0],
    ['comments alone', `${crypttab('# <target>', '')}; ${LEAN}`, 0],
    ['what is recommended comes', `${crypttab('a b')}; rm /etc/apt/apt.conf.d/80lean`, 0],
    ['what is recommended does not come', `${crypttab('a b none luks')}; ${LEAN}`, 1],
    ['an indented one', `${crypttab('# x', ' a b')}; ${LEAN}`, 1],
  ])('are unlocked by a package that is recommended: %s', async (_, before, status) => {
    for (const [host, input] of [
      [old, twelveToThirteen],
      [older, elevenToThirteen],
    ] as const)
      expect(await asked(host, input, /names encrypted volumes/, before)).toEqual([status, '']);
  });

  test('come along after the remedy, as it is typed', async () => {
    const { remedy } = ownOf(twelveToThirteen, /names encrypted volumes/);
    const command = /echo [^;]+;[^;]+/.exec(remedy)?.[0] ?? 'false';
    const before = `${crypttab('a b none luks')}; ${LEAN}; ${command}`;
    const found = await asked(old, twelveToThirteen, /names encrypted volumes/, before);
    expect(found).toEqual([0, '']);
  });

  test.each([
    ['luks', ['a b none luks', 'b c'], ''],
    ['all told', ['a b k plain,cipher=x,size=256,hash=y'], ''],
    ['new at each boot', ['a b /dev/urandom swap,plain'], ''],
    ['a comment', ['#a b k plain'], ''],
    ['some of them not', ['a b k plain', 'b c', 'c d k noauto,plain,hash=x', '# d', ''], 'a c'],
    // A hash would be taken of what is in the file, too.
    ['with a key in a file', ['a b /root/k plain,cipher=x', 'b c none plain,cipher=x'], 'b'],
    ['with a passphrase', ['a b - plain,cipher=x,hash=y', 'b c - plain,cipher=x'], 'b'],
    ['another option of that name', ['a b k plainly'], ''],
  ])('of type plain say how they are made: %s', async (_, lines, names) => {
    const found = await asked(old, twelveToThirteen, /of type plain/, crypttab(...lines));
    expect(found).toEqual(names === '' ? [0, ''] : [1, `${names}\n`]);
  });
});

describe('the kernel of the machine', () => {
  const REFUSAL = /kernel of this machine/;
  const asks = (installed: string, named: string) =>
    asked(
      old,
      twelveToThirteen,
      REFUSAL,
      `dpkg-query() { printf '%s\\n' ${installed}; }\nkernel_packages_list=(${named})`,
    );

  test.each([
    ['none', "'installed linux-image-6.1.0-1-amd64'", 'linux-image-amd64', ''],
    ['the one that is named', "'installed linux-image-amd64'", 'linux-image-amd64', ''],
    ['a removed one', "'config-files linux-image-cloud-amd64'", 'linux-image-amd64', ''],
    ['symbols', "'installed linux-image-amd64-dbg'", 'linux-image-amd64', ''],
    [
      'one of two that are named',
      "'installed linux-image-rt-amd64' 'installed linux-image-amd64'",
      'x linux-image-amd64',
      '',
    ],
    ['none named', "'installed linux-image-cloud-amd64'", '', ''],
    [
      'another one',
      "'installed linux-image-cloud-amd64'",
      'linux-image-amd64',
      'linux-image-cloud-amd64',
    ],
    ['one with a number', "'installed linux-image-686-pae'", 'x', 'linux-image-686-pae'],
    [
      'two others',
      "'installed linux-image-a' 'installed linux-image-b'",
      'x',
      String.raw`linux-image-a\ linux-image-b`,
    ],
  ])('%s', async (_, installed, named, found) => {
    expect(await asks(installed, named)).toEqual(found === '' ? [0, ''] : [1, `${found}\n`]);
  });

  test('is that of linux-image-amd64 on the usual server', async () => {
    const before = 'kernel_packages_list=(linux-image-amd64)';
    expect(await asked(old, twelveToThirteen, REFUSAL, before)).toEqual([0, '']);
  });
});

test('Debian 11 to 13 asks at its start for what both ways need', () => {
  const { requires } = validate('debian.ts', elevenToThirteen);
  const boot = requires.filter((item) => item.requires === 'space' && item.path === '/boot');
  expect(boot).toMatchObject([{ mebibytes: 450 }]);
  for (const refusal of [/systemd-resolved/, /names encrypted volumes/, /of type plain/])
    expect(ownOf(elevenToThirteen, refusal)).toBeDefined();
});
