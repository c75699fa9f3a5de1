import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { partsOf } from '../../src/compile/parts.ts';
import { partManual } from '../../src/docs/by-hand.ts';
import { runScript } from '../../src/simulate/run.ts';
import model from '../../steps/walt-4-to-5/host.ts';
import walt from '../../steps/walt-4-to-5/index.ts';

/** What a person does where the page leaves it to them: what is there, and what they type. */
const BY_A_PERSON: readonly (readonly (readonly [string, string])[])[] = [
  [
    [
      'editor /etc/apt/sources.list',
      'sed -i -e "s#http[^ ]*security[^ ]* #[check-valid-until=no] http://archive.debian.org/debian-security #" ' +
        '-e "s#deb http[^ ]* #deb [check-valid-until=no] $debian_mirror #" /etc/apt/sources.list',
    ],
    ["sed -i 's/^deb/# deb/' /etc/apt/sources.list.d/NAME.list", ': no such source is there'],
    ['grep -rlw stretch /etc/apt/sources.list.d', ': nor one of the distribution'],
    ['editor /etc/default/isc-dhcp-server', ': not wanted'],
    ['pip uninstall', 'pip uninstall --yes'],
    ['apt-get remove -- docker-engine docker.io', 'apt-get --yes remove -- docker-engine'],
  ],
  [
    ['pg_ctlcluster 11 main start', ': it is up'],
    ['docker image inspect -- "$image"', 'docker image inspect -- "$image" || :'],
    [
      'env PYTHONUNBUFFERED=1 walt-server-daemon',
      'timeout --signal=INT 20 walt-server-daemon || :',
    ],
  ],
];

function typedBy(person: readonly (readonly [string, string])[], text: string): string {
  return person.reduce((typed, [page, own]) => {
    expect(typed).toContain(page);
    return typed.replace(page, () => own);
  }, text);
}

const namespaces = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status === 0;

describe.skipIf(!namespaces)('on a simulated server (needs root and namespaces)', () => {
  test('who types what the page says has WalT 5 in the end', async () => {
    const { procedure } = await compile('steps/walt-4-to-5/index.ts', walt);
    const state = model.states['healthy'];
    const host = await state!.make(model.world);
    try {
      for (const part of partsOf(procedure.steps)) {
        const typed = typedBy(BY_A_PERSON[part.number - 1] ?? [], partManual(procedure, part));
        host.files.write('/root/typed.sh', `set -e\ncd /root\n${typed}\n`, 0o644);
        const { status, stdout, stderr, rebooting, hangs } = await runScript(
          host,
          '/root/typed.sh',
        );
        expect(hangs).toEqual([]);
        expect(rebooting || status === 0, `${stdout}${stderr}`).toBe(true);
        if (rebooting) host.boot();
      }
      expect(model.target?.(host)).toEqual([]);
    } finally {
      host.dispose();
    }
  });
});
