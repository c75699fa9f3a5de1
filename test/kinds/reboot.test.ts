import { expect, test } from 'vitest';
import { printScript } from '../../src/bash/print.ts';
import { formatScript } from '../../src/compile/format.ts';
import { partFunctions } from '../../src/compile/part-script.ts';
import { partsOf } from '../../src/compile/parts.ts';
import { procedureSchema } from '../../src/model/procedure.ts';
import { file, procedure, reboot } from '../../src/dsl/index.ts';
import { expectGolden } from '../support/golden.ts';
import { canMount, machineFor, ownRelease, UNATTENDED } from '../support/machine.ts';

const before = file.content({ id: 'before', why: 'to see', path: '/run/before', lines: [] });
const after = file.content({ id: 'after', why: 'to see', path: '/run/after', lines: [] });

test('ends a part, and the next one begins on its release and kernel', async () => {
  const parsed = procedureSchema.parse(
    procedure({
      id: 'x',
      title: 'X',
      summary: 'X.',
      from: { release: 'stretch', name: 'Debian 9' },
      to: { release: 'buster', name: 'Debian 10' },
      steps: [
        before,
        reboot({
          id: 'rebooted',
          why: 'the new kernel is needed',
          release: 'buster',
          releaseName: 'Debian 10',
          kernel: '4.16',
        }),
        after,
      ],
    }),
  );
  const parts = partsOf(parsed.steps);
  const texts = parts.map((part) => printScript(partFunctions(parsed, part)));
  expectGolden('kinds/reboot.approved.txt', await formatScript(texts.join('\n')));
});

function rebooted(kernel?: string) {
  const { release, name } = ownRelease();
  const about = { id: 'rebooted', why: 'the new kernel is needed', release, releaseName: name };
  return reboot(kernel === undefined ? about : { ...about, kernel });
}

test.runIf(canMount)('the next part waits for it', async () => {
  const {
    run,
    read,
    stub,
    reboot: restart,
  } = await machineFor({ steps: [before, rebooted(), after] });
  stub('systemctl', 'echo "$*" >>/run/calls');

  const early = run('post-reboot.sh', ...UNATTENDED);
  expect(early).toMatchObject({ status: 3 });
  expect(early.output).toContain('pre-reboot.sh has not finished on this machine');

  const asked = run('pre-reboot.sh', ...UNATTENDED);
  expect(asked).toMatchObject({ status: 10 });
  expect(asked.output).toMatch(
    /Reboot the machine now \(systemctl reboot\)\. Then run: bash \/.*\/post-reboot\.sh$/m,
  );
  expect(() => read('run/calls')).toThrow(/ENOENT/);
  expect(run('pre-reboot.sh', ...UNATTENDED, '--reboot')).toMatchObject({ status: 10 });
  expect(read('run/calls')).toBe('reboot\n');

  const same = run('post-reboot.sh', ...UNATTENDED);
  expect(same).toMatchObject({ status: 3 });
  expect(same.output).toContain('the machine was not rebooted since pre-reboot.sh finished');
  expect(() => read('run/after')).toThrow(/ENOENT/);

  restart();
  expect(run('pre-reboot.sh', ...UNATTENDED)).toMatchObject({ status: 0 });
  expect(run('post-reboot.sh', ...UNATTENDED)).toMatchObject({ status: 0 });
  expect(read('run/after')).toBe('');
  expect(read('run/calls')).toBe('reboot\n');
});

test.runIf(canMount)(
  'an older kernel than is needed keeps the next part from starting',
  async () => {
    const { run, reboot: restart } = await machineFor({
      steps: [before, rebooted('999.1'), after],
    });
    run('pre-reboot.sh', ...UNATTENDED);
    restart();
    const refused = run('post-reboot.sh', ...UNATTENDED);
    expect(refused).toMatchObject({ status: 3 });
    expect(refused.output).toContain('and 999.1 or later is needed');
  },
);

test.runIf(canMount)(
  'nor does it start on another kernel than the newest, where that is asked for',
  async () => {
    const {
      run,
      stub,
      reboot: restart,
    } = await machineFor({ steps: [before, rebooted('newest'), after] });
    run('pre-reboot.sh', ...UNATTENDED);
    restart();
    const kernels = (names: string): void =>
      stub('find', `[[ $1 == /boot ]] || exec /usr/bin/find "$@"\nprintf '%s\\n' ${names}`);
    kernels('"vmlinuz-$(uname -r)" vmlinuz-999.1-amd64');
    const refused = run('post-reboot.sh', ...UNATTENDED);
    expect(refused).toMatchObject({ status: 3 });
    expect(refused.output).toContain('the newest installed one is 999.1-amd64');
    expect(refused.output).toContain('nothing was changed');
    kernels('"vmlinuz-$(uname -r)"');
    expect(run('post-reboot.sh', ...UNATTENDED)).toMatchObject({ status: 0 });
  },
);
