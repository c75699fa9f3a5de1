import { describe, expect, test } from 'vitest';
import { aptHost, aptPlaces } from '../../support/apt.ts';
import { runtimeOn, type Host } from '../../support/kinds.ts';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers, expectApplied } from '../../support/modules.ts';

function run(host: Host, body: string, more = {}) {
  return runtimeOn(host, `exec 7>/dev/null; set -eE; shopt -s inherit_errexit; ${body}`, {
    ...aptPlaces(host),
    ...more,
  });
}

/**
 * A systemctl whose timers run when there is a file of their name below "timers"; of several, one that
 * is active is enough for is-active.
 */
const SYSTEMCTL = `
verb=$1 status=0; shift
[[ $verb != is-active ]] || status=3
for unit; do
  case $verb,$unit in
    *,--*) ;;
    is-enabled,*) [[ ! -e $host/disabled/$unit ]] || { echo disabled; status=1; } ;;
    is-active,*) [[ ! -e $host/timers/$unit ]] || status=0 ;;
    stop,*) rm -- "$host/timers/$unit" ;;
    start,*) : >"$host/timers/$unit" ;;
  esac
done
exit "$status"`;

function hostWithTimers(): Host {
  const host = aptHost();
  host.stub('systemctl', SYSTEMCTL);
  host.write('timers/apt-daily.timer', '');
  return host;
}

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

  test('one that was disabled since a run was killed stays so', () => {
    const host = hostWithTimers();
    host.write('timers/apt-daily-upgrade.timer', '');
    run(host, 'apt_begin');
    host.write('disabled/apt-daily.timer', '');
    run(host, ': stop_apt_timers; sw_call_hooks end');
    expect(host.calls('systemctl').at(-1)?.args).toEqual(['start', 'apt-daily-upgrade.timer']);
    expect(() => host.read('state/stopped-timers')).toThrow();
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
    expect(host.calls('systemctl').map(({ args }) => args[0])).toEqual(['is-active']);
  });
});

test('a note that was cut off or is empty starts what it names, and nothing else', () => {
  const start =
    'systemctl() { printf "<%s>" "$@"; echo; }; exec 7>&1; sw_start_apt_timers; ls "$sw_state"';
  const noted = (content: string): string =>
    `printf '${content}' >"$sw_state/stopped-timers"; ${start}`;
  expectAnswers(temporaryHost(), [
    [start, 0, 'carried\n'],
    [noted(''), 0, 'carried\n'],
    [noted('a.timer\\nb'), 0, '<start><a.timer><b>\ncarried\n'],
  ]);
});

test('timers are noted before they are stopped, or are not stopped', () => {
  const before = 'systemctl() { [[ $1 == is-active ]] || echo "$*"; }';
  expectApplied(
    temporaryHost(),
    [
      ['sw_replace_file() { return 1; }; stop_apt_timers; echo went on', 1, ''],
      ['stop_apt_timers | tail -n 1', 0, 'stop apt-daily.timer apt-daily-upgrade.timer\n'],
      [
        'systemctl() { [[ $1 == is-active ]]; }; stop_apt_timers; echo went on',
        1,
        '+ systemctl stop apt-daily.timer apt-daily-upgrade.timer\n',
      ],
      ['cat "$sw_state/stopped-timers"', 0, 'apt-daily-upgrade.timer\napt-daily.timer\n'],
    ],
    { before },
  );
});
