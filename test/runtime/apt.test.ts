import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { quote } from '../../src/bash/quote.ts';
import { aptHost, aptPlaces } from '../support/apt.ts';
import { runtimeOn, type Host } from '../support/kinds.ts';

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

function hostWithTimers(): Host {
  const host = aptHost();
  host.stub('systemctl', SYSTEMCTL);
  host.write('timers/apt-daily.timer', '');
  return host;
}

function hostWithGrub(known = '0 '): Host {
  const host = aptHost();
  host.write('dpkg', 'ii |grub-pc|amd64|2\n');
  host.stub('debconf-communicate', `echo ${quote(known)}`);
  host.stub('findmnt', 'echo "/dev/mapper/vg-root[/@root]"');
  host.stub(
    'lsblk',
    'printf "%s\\n" "disk /dev/nosuch-b" "lvm /dev/mapper/vg-root" "raid1 /dev/md0" "disk /dev/nosuch-a" "part /dev/x1"',
  );
  return host;
}

const answers = (host: Host, grub: string) => {
  const outcome = run(host, `apt_begin; answer_questions ${quote(`grub=${grub}`)}`);
  let said = '';
  try {
    said = host.read('answers');
  } catch {
    // Nothing was answered.
  }
  return { ...outcome, said };
};

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

/** A systemctl whose timers run when there is a file of their name below "timers". */
const SYSTEMCTL = `
verb=$1; shift
for unit; do
  case $verb,$unit in
    *,--*) ;;
    is-active,*) [[ -e $host/timers/$unit ]] || exit 3 ;;
    stop,*) rm -- "$host/timers/$unit" ;;
    start,*) : >"$host/timers/$unit" ;;
  esac
done`;

describe('timers', () => {
  test('those that run are noted, stopped, and started again at the end', () => {
    const host = hostWithTimers();
    expect(run(host, 'apt_begin').status).toBe(0);
    expect(host.calls('systemctl').at(-1)?.args).toEqual(['stop', 'apt-daily.timer']);
    expect(host.read('state/stopped-timers')).toBe('apt-daily.timer\n');
    host.write('timers/apt-daily-upgrade.timer', '');
    run(host, 'apt_begin');
    expect(host.read('state/stopped-timers')).toBe('apt-daily-upgrade.timer\napt-daily.timer\n');
    run(host, ': stop_apt_timers; sw_call_hooks end');
    expect(host.calls('systemctl').at(-1)?.args).toEqual([
      'start',
      'apt-daily-upgrade.timer',
      'apt-daily.timer',
    ]);
    expect(() => host.read('state/stopped-timers')).toThrow();
    host.forgetCalls();
    run(host, ': stop_apt_timers; sw_call_hooks end');
    expect(host.calls()).toEqual([]);
  });

  test('timers that do not start again stay noted, and are told', () => {
    const host = hostWithTimers();
    run(host, 'apt_begin');
    host.stub('systemctl', 'exit 1');
    const { status, output } = run(host, ': stop_apt_timers; sw_call_hooks end');
    expect(status).toBe(0);
    expect(output).toContain('these timers are still stopped: apt-daily.timer');
    expect(host.read('state/stopped-timers')).toBe('apt-daily.timer\n');
  });

  test('where systemd does not answer, nothing is stopped', () => {
    const host = hostWithTimers();
    host.stub('systemctl', 'exit 1');
    expect(run(host, 'apt_begin').status).toBe(0);
    expect(host.calls('systemctl').map(({ args }) => args[0])).toEqual(['is-active', 'is-active']);
  });
});

describe('grub', () => {
  test('every disk under /boot gets it', () => {
    const host = hostWithGrub();
    const { status, said } = answers(host, 'boot-disk');
    expect(status).toBe(0);
    expect(said).toBe(
      'grub-pc grub-pc/install_devices multiselect /dev/nosuch-a, /dev/nosuch-b\n' +
        'grub-pc grub-pc/install_devices_empty boolean false\n',
    );
    expect(host.calls('lsblk')[0]?.args.slice(-2)).toEqual(['--', '/dev/mapper/vg-root']);
  });

  test('an answer with a disk that is gone does not count', () => {
    expect(answers(hostWithGrub('0 /dev/gone'), 'boot-disk').said).toContain('/dev/nosuch-a');
  });

  test('without grub-pc nothing is answered', () => {
    const host = hostWithGrub();
    host.write('dpkg', 'rc |grub-pc|amd64|2\n');
    expect(answers(host, 'boot-disk')).toMatchObject({ status: 0, said: '' });
  });

  test.each([
    ['/dev/nosuch', 'there is no disk /dev/nosuch'],
    ['boot-disk', 'the disk that holds /boot was not found'],
  ])('grub=%s stops when there is no disk', (grub, message) => {
    const host = hostWithGrub();
    host.stub('findmnt', 'exit 1');
    const { status, output, said } = answers(host, grub);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(said).toBe('');
  });
});

test('settings that wait beside those in use are told once, after an upgrade', () => {
  const host = aptHost();
  host.stub('find', 'printf "%s\\n" "/etc/a b.dpkg-dist" /etc/c.ucf-old');
  expect(run(host, 'upgrade_packages() { :; }; sw_call_hooks summary').output).toBe('');
  host.write('state/upgraded-packages', '');
  const { output } = run(host, 'sw_call_hooks summary; : upgrade_packages');
  expect(output).toContain("compare '/etc/a b.dpkg-dist' with /etc/a b");
  expect(output).toContain("compare '/etc/c.ucf-old' with /etc/c");
  expect(run(host, 'sw_call_hooks summary; : upgrade_packages').output).toBe('');
});
