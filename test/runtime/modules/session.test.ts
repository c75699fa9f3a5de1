import { expect, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { runtimeOn, temporaryHost } from '../../support/kinds.ts';
import { expectAnswers } from '../../support/modules.ts';

/** What the kernel tells of a process. */
function status(name: string, parent: number): string {
  return `Name:\t${name}\nUmask:\t0022\nState:\tS (sleeping)\nPid:\t1\nPPid:\t${parent}\nUid:\t0\n`;
}

/** What the runtime finds when the processes above it have these names, nearest first. */
function found(...names: readonly string[]): string {
  const host = temporaryHost();
  for (const [index, name] of names.entries()) {
    const parent = index === names.length - 1 ? 1 : 1001 + index;
    host.write(index === 0 ? 'proc/self' : `proc/${1000 + index}/status`, status(name, parent));
  }
  host.write('proc/1/status', status('systemd', 0));
  const body = `sw_proc=${quote(host.path('proc'))}
    mkdir "$sw_proc/$$"; mv "$sw_proc/self" "$sw_proc/$$/status"
    sw_find_session; printf '%s' "$sw_text"`;
  return runtimeOn(host, body).output;
}

test.each([
  [['bash', 'bash', 'sshd', 'sshd'], 'ssh'],
  [['bash', 'sudo', 'bash', 'sshd: root@pts/0', 'sshd'], 'ssh'],
  [['bash', 'sshd-session', 'sshd'], 'ssh'],
  [['bash', 'su', 'dropbear'], 'ssh'],
  [['bash', 'sudo', 'bash', 'tmux: server'], ''],
  [['bash', 'bash', 'screen'], ''],
  [['bash', 'bash', 'SCREEN', 'sshd'], ''],
  [['bash', 'mosh-server'], ''],
  [['bash', 'login'], ''],
  [['bash'], ''],
  [['bash', 'a b\\n)(', 'sshd'], 'ssh'],
])('%j is %j', (names, expected) => {
  expect(found(...names)).toBe(expected);
});

test('a process that is gone ends the search', () => {
  const host = temporaryHost();
  const body = `sw_proc=${quote(host.path('proc'))}; sw_find_session; printf '[%s]' "$sw_text"`;
  expect(runtimeOn(host, body).output).toBe('[]');
});

test.each([
  ['run', 'no', 'refused: this is an SSH session outside of tmux and screen'],
  ['run', 'yes', ''],
  [
    'check',
    'no',
    'note: this is an SSH session outside of tmux and screen: a run has to be told --allow-ssh\n',
  ],
])('of a %s with --allow-ssh %s', (mode, allowed, output) => {
  const body = `sw_find_session() { sw_text=ssh; }
    sw_refuse() { printf 'refused: %s' "$1"; }
    sw_mode=${mode} sw_allow_ssh=${allowed}
    sw_require_session`;
  expect(runtimeOn(temporaryHost(), body).output).toBe(output);
});

test('somebody has said yes, or there is a terminal to ask on', () => {
  const asks = 'sw_require_consent </dev/null; printf "%s|" "${sw_refusals[@]}"';
  expectAnswers(temporaryHost(), [
    [asks, 0, 'there is no terminal to ask on|say --yes to go on without being asked|'],
    [`sw_yes=yes; ${asks}`, 0, '|'],
    [
      `sw_yes=Yes; ${asks}`,
      0,
      'there is no terminal to ask on|say --yes to go on without being asked|',
    ],
  ]);
});
