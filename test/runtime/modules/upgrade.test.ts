import { expect, test } from 'vitest';
import { aptHost, aptPlaces } from '../../support/apt.ts';
import { runtimeOn, type Host } from '../../support/kinds.ts';

function run(host: Host, body: string, more = {}) {
  return runtimeOn(host, `exec 7>/dev/null; set -eE; shopt -s inherit_errexit; ${body}`, {
    ...aptPlaces(host),
    ...more,
  });
}

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
