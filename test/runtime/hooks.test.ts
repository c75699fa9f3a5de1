import { describe, expect, test } from 'vitest';
import { canMount, scriptsOf, serverOf, touches, UNATTENDED } from '../support/runtime.ts';

const twice = (...kinds: string[]): string[] => kinds.flatMap((kind) => [kind, kind]);
const KINDS = ['require', 'begin', 'end', 'summary', 'status'];

/** The hooks that were called, in order. */
function called(server: ReturnType<typeof serverOf>, args: readonly string[]) {
  const { status, stdout } = server.run(args);
  const names = [...stdout.matchAll(/^hook (\w+)$/gm)].map(([, kind]) => kind);
  return { status, names };
}

describe.runIf(canMount)('functions that parts of the runtime have called', async () => {
  const [script] = await scriptsOf({
    steps: [touches('one', { apply: '[[ ! -e /run/bad ]]; run touch /run/one' })],
  });
  const { name = '', text = '' } = script ?? {};
  const hooks = KINDS.map(
    (kind) => `sw_try_${kind}() { echo "hook ${kind}"; [[ ! -e /run/no-${kind} ]]; }
sw_hooks_${kind}+=(sw_try_${kind} sw_try_${kind})`,
  ).join('\n');
  const hooked = { name, text: text.replace('\n# perform: ', `\n${hooks}\n\n# perform: `) };

  test('are called around a run that goes through', () => {
    const names = twice('require', 'begin', 'end', 'summary');
    expect(called(serverOf([hooked]), UNATTENDED)).toEqual({ status: 0, names });
  });

  test('the end, too, when a step has failed', () => {
    const server = serverOf([hooked]);
    server.write('run/bad', '');
    const names = twice('require', 'begin', 'end');
    expect(called(server, UNATTENDED)).toEqual({ status: 1, names });
  });

  test('one that fails at the beginning keeps the run from starting', () => {
    const server = serverOf([hooked]);
    server.write('run/no-begin', '');
    expect(called(server, UNATTENDED)).toEqual({ status: 3, names: twice('require', 'begin') });
    expect(server.has('run/one')).toBe(false);
  });

  test('those below --status', () => {
    expect(called(serverOf([hooked]), ['--status'])).toEqual({ status: 0, names: twice('status') });
    expect(called(serverOf([hooked]), ['--dry-run']).names).toEqual(twice('require'));
  });
});
