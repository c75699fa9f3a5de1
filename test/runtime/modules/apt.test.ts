import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { aptHost, aptPlaces } from '../../support/apt.ts';
import { runtimeOn, type Host } from '../../support/kinds.ts';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied, type Row } from '../../support/modules.ts';

function run(host: Host, body: string, more = {}) {
  return runtimeOn(host, `exec 7>/dev/null; set -eE; shopt -s inherit_errexit; ${body}`, {
    ...aptPlaces(host),
    ...more,
  });
}

/** A process that holds a lock on `file` as apt does, until the test is over. */
async function holderOf(file: string): Promise<number> {
  const code = `use Fcntl; open(my $f, "+>>", $ARGV[0]) or die;
    my $lock = pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0);
    fcntl($f, F_SETLK, $lock) or die; $| = 1; print "held\n"; sleep 60`;
  const child = spawn('perl', ['-e', code, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

describe('locks', () => {
  test('whoever holds one is waited for, with a limit, and named', async () => {
    const host = aptHost();
    const lock = host.write('lock', '');
    expect(run(host, 'wait_for_apt_locks').status).toBe(0);
    const pid = await holderOf(lock);
    const { status, output } = run(host, 'wait_for_apt_locks', { sw_apt_patience: '0' });
    expect(status).toBe(1);
    expect(output).toContain(`process ${pid} (perl) holds ${lock}`);
    expect(output).toContain('within 0 seconds');
  });

  test('a stop that is asked for meanwhile is heeded', async () => {
    const host = aptHost();
    await holderOf(host.write('lock', ''));
    const { status, output } = run(host, 'sw_stop=yes; wait_for_apt_locks; echo on');
    expect(status).toBe(143);
    expect(output).toMatch(/^waiting: .*\nstopped before: true\n$/);
  });

  test('it goes on when the lock is let go', async () => {
    const host = aptHost();
    const pid = await holderOf(host.write('lock', ''));
    const { status, output } = run(
      host,
      `sleep() { kill -9 ${pid}; command sleep 0.1; }; wait_for_apt_locks; echo through`,
    );
    expect({ status, through: output.includes('through') }).toEqual({ status: 0, through: true });
    expect(output).toContain('waiting: process');
  });

  test('a lock on another file, and an open file without a lock, are nothing', async () => {
    const host = aptHost();
    host.write('lock', '');
    await holderOf(host.write('other', ''));
    expect(run(host, `exec 5<${quote(host.path('lock'))}; wait_for_apt_locks`).status).toBe(0);
  });
});

const QUIET = `stop_apt_timers() { :; }; wait_for_apt_locks() { :; }
apt-get() { printf '<%s>' "$@"; echo; }; dpkg() { printf '<%s>' dpkg "$@"; echo; return "\${stuck:-0}"; }
packages_are_settled() { return "\${settled:-0}"; }
dpkg-query() { echo "ok a"; }
`;

test('nothing of apt can ask, and settings that were changed here stay unless that was said', () => {
  expectApplied(
    temporaryHost(),
    [
      [
        'apt_begin; echo "$DEBIAN_FRONTEND $DEBIAN_PRIORITY $UCF_FORCE_CONFFOLD ${UCF_FORCE_CONFFNEW:-none}"',
        0,
        'noninteractive critical 1 none\n',
      ],
      [
        'apt_begin conffiles=replace; echo "${UCF_FORCE_CONFFOLD:-none} $UCF_FORCE_CONFFNEW ${sw_dpkg_options[*]}"',
        0,
        'none 1 --refuse-confdef --refuse-confold --force-confnew\n',
      ],
      [
        'apt_begin conffiles=keep; echo "${sw_dpkg_options[*]}"',
        0,
        '--force-confdef --force-confold\n',
      ],
      [
        "apt_begin; run_apt install -- 'a b' | tail -n 1",
        0,
        expect.stringMatching(
          /^<--yes><-q>.*<APT::Get::Purge=false>.*<-oDpkg::Options::=--force-confdef><-oDpkg::Options::=--force-confold><install><--><a b>\n$/,
        ),
      ],
      // ucf does not bear both.
      ['export UCF_FORCE_CONFFNEW=1; apt_begin; echo "${UCF_FORCE_CONFFNEW-none}"', 0, 'none\n'],
      ...[
        ['conf_force_conffnew=YES', 'keep', 'fails'],
        ['  conf_force_conffnew="NO"', 'keep', 'fails'],
        ['#conf_force_conffnew=YES', 'keep', ''],
        ['conf_force_conffnew=""', 'keep', ''],
        ['conf_force_conffnew= # as it comes', 'keep', ''],
        ['conf_force_conffold=YES', 'keep', ''],
        ['conf_force_conffold=YES', 'replace', 'fails'],
        ['conf_force_conffnew=YES', 'replace', ''],
      ].map(([line, conffiles, ends]): Row => [
        `sw_ucf_settings=\${sw_state%/*}/ucf.conf; echo '${line}' >"$sw_ucf_settings"; apt_begin conffiles=${conffiles}; echo went on`,
        ends === '' ? 0 : 1,
        ends === ''
          ? 'went on\n'
          : expect.stringMatching(/^HOST\/ucf.conf sets conf_force_conff(new|old), and this step/),
      ]),
      ['wait_for_apt_locks() { return 1; }; apt_begin; echo went on', 1, ''],
      ['apt-get() { return 100; }; run_apt update; echo went on', 100, '+ apt-get update\n'],
    ],
    { before: QUIET },
  );
});

const answers = (text: string): string =>
  `apt-config() { [[ "$*" == 'shell sw_apt_archives Dir::Cache::Archives/d' ]] && ${text}; }; sw_require_apt; echo "$sw_apt_archives|\${sw_apt_locks[3]}"`;

test('before anything is begun, apt is asked where it keeps what it fetches, and ucf what it is told', () => {
  const as_ever = '/var/cache/apt/archives|/var/cache/apt/archives/lock\n';
  expectAnswers(
    temporaryHost(),
    [
      [
        answers(`printf "%s\\n" "sw_apt_archives='/big/a \\$(x)/'"`),
        0,
        '/big/a $(x)|/big/a $(x)/lock\n',
      ],
      [answers('return 1'), 0, as_ever],
      [answers(':'), 0, as_ever],
      [
        `sw_ucf_settings=\${sw_state%/*}/ucf.conf; echo conf_force_conffnew=YES >"$sw_ucf_settings"; ${answers(':')}`,
        0,
        expect.stringContaining('sets conf_force_conffnew: packages would fail'),
      ],
    ],
    { before: 'sw_refuse() { echo "$1"; }\n' },
  );
});

const told = (text: string): string => `${text} | grep -v '^+'`;

test('what an interrupted dpkg has left is brought to its end', () => {
  expectApplied(
    temporaryHost(),
    [
      ['settle_packages', 0, ''],
      [
        told('settled=1; settle_packages'),
        0,
        '<dpkg><--configure><--pending>\n<--fix-broken><install>\n<dpkg><--configure><--pending>\n',
      ],
      // Of those alone that dpkg calls so; apt gets them anew where that is said, and not without.
      [
        told(
          `settled=1; dpkg-query() { printf 'ok a x\\nreinstreq b:i386 b_1\\nhold-reinstreq d d_1\\nreinstreq c c_1\\n'; }; settle_packages`,
        ),
        0,
        '<dpkg><--configure><--pending>\n<--fix-broken><install><--reinstall><--><b:i386><c>\n<dpkg><--configure><--pending>\n',
      ],
      // Others lack something.
      [
        told(
          `settled=1; dpkg-query() { echo reinstreq b b_1; }; apt-get() { [[ $1 != -s ]] || return 100; printf '<%s>' "$@"; echo; }; settle_packages`,
        ),
        0,
        '<dpkg><--configure><--pending>\n<--fix-broken><install>\n<dpkg><--configure><--pending>\n',
      ],
      // apt has it.
      [
        told(
          `sw_apt_archives=\${sw_state%/*}/a; mkdir "$sw_apt_archives"; : >"$sw_apt_archives/b_1%3a2_all.deb"; dpkg-query() { printf 'reinstreq b b_1:2_all.deb\\nreinstreq c c_3_all.deb\\n'; }; sw_unpack_anew`,
        ),
        0,
        '<dpkg><--unpack><--><HOST/a/b_1%3a2_all.deb>\n',
      ],
      ['settled=1; dpkg-query() { return 2; }; settle_packages; echo went on', 2],
      [
        'settled=1; dpkg() { ((++times > 1)); }; times=0; settle_packages | tail -n 2',
        0,
        '<--fix-broken><install>\n+ dpkg --configure --pending\n',
      ],
      [
        'settled=2; apt-get() { return 100; }; settle_packages; echo went on',
        100,
        expect.not.stringContaining('went on'),
      ],
      [
        'settled=1 stuck=1; settle_packages; echo went on',
        1,
        expect.stringContaining('apt goes on with that\n'),
      ],
    ],
    { before: QUIET },
  );
});
