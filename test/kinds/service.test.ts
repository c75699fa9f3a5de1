import { describe, expect, test } from 'vitest';
import { service } from '../../src/dsl/index.ts';
import { expectGoldenStep, runtimeOn, stepOn, temporaryHost } from '../support/kinds.ts';

const unit = 'walt-server.service';
const about = { id: 'walt-server', why: 'the database must rest', unit };

/** A systemctl that knows one unit; its properties are lines of file `unit`. */
const SYSTEMCTL = `
case $1 in
  show) cat -- "$host/unit" ;;
  stop) echo ActiveState=inactive >"$host/unit" ;;
  start) echo ActiveState=active >"$host/unit" ;;
  enable) printf '%s\\n' ActiveState=inactive UnitFileState=enabled >"$host/unit" ;;
  disable) printf '%s\\n' ActiveState=inactive UnitFileState=disabled >"$host/unit" ;;
esac`;

const KINDS = [
  { make: service.stopped, verb: 'stop', before: 'ActiveState=active\n' },
  { make: service.started, verb: 'start', before: 'ActiveState=inactive\n' },
  { make: service.enabled, verb: 'enable', before: 'ActiveState=active\nUnitFileState=disabled\n' },
  {
    make: service.disabled,
    verb: 'disable',
    before: 'ActiveState=active\nUnitFileState=enabled\n',
  },
];

describe.each(KINDS)('systemctl $verb', ({ make, verb, before }) => {
  test('looks, changes, and looks again', async () => {
    await expectGoldenStep(make(about));
    const host = temporaryHost();
    host.stub('systemctl', SYSTEMCTL);
    host.write('unit', before);
    const step = stepOn(host, make(about));
    const untouched = host.snapshot();
    expect(step.check()).toEqual({ status: 1, output: '' });
    expect(step.plan()).toBe(`           systemctl ${verb} -- ${unit}\n`);
    expect(host.snapshot()).toEqual(untouched);
    expect(host.calls().map(({ args }) => args[0])).toEqual(['show']);
    expect(step.apply().status).toBe(0);
    expect(host.calls().at(-1)?.args).toEqual([verb, '--', unit]);
    expect(step.check().status).toBe(0);
  });

  test('a systemctl that fails stops the step, and tells nothing', () => {
    const host = temporaryHost();
    host.stub('systemctl', 'echo "Failed to connect to bus" >&2; exit 1');
    const step = stepOn(host, make(about));
    expect(step.check()).toEqual({ status: 2, output: 'Failed to connect to bus\n' });
    expect(step.apply().status).toBe(1);
    expect(step.failure()).toEqual(['1', `systemctl ${verb} -- ${unit}`]);
  });

  test('an answer without a state tells nothing', () => {
    const host = temporaryHost();
    host.stub('systemctl', 'echo UnitFileState=enabled');
    expect(stepOn(host, make(about)).check().status).toBe(2);
  });
});

test('the unit may come from a parameter', () => {
  const host = temporaryHost();
  host.stub('systemctl', 'echo ActiveState=inactive');
  const parameter = { reference: 'parameter', name: 'my-unit', type: 'identifier' } as const;
  const step = stepOn(host, service.stopped({ ...about, unit: parameter }), {
    my_unit: '-x $(touch x) *\n',
  });
  expect(step.check().status).toBe(0);
  expect(step.apply().status).toBe(0);
  expect(host.calls().map(({ args }) => args.slice(-2))).toEqual([
    ['--', '-x $(touch x) *\n'],
    ['--', '-x $(touch x) *\n'],
  ]);
});

/** What each function answers: [ActiveState, is stopped, runs]. */
const ACTIVITIES = [
  ['inactive', 0, 1],
  ['failed', 0, 1],
  ['active', 1, 0],
  ['reloading', 1, 0],
  ['refreshing', 1, 0],
  ['activating', 1, 1],
  ['deactivating', 1, 1],
  ['maintenance', 1, 1],
  ['something-new', 2, 2],
] as const;

test.each(ACTIVITIES)('a unit that is %s', (state, stopped, runs) => {
  const host = temporaryHost();
  host.stub('systemctl', `echo ActiveState=${state}`);
  expect(runtimeOn(host, 'unit_is_stopped x').status).toBe(stopped);
  expect(runtimeOn(host, 'unit_runs x').status).toBe(runs);
});

/** What each function answers: [UnitFileState, WantedBy, is enabled, is disabled]. */
const FILES = [
  ['enabled', 'multi-user.target', 0, 1],
  ['disabled', '', 1, 0],
  // Another unit starts it: it is disabled all the same, which is what `systemctl disable` does.
  ['disabled', 'other.service', 1, 0],
  ['enabled-runtime', 'multi-user.target', 1, 1],
  ['linked', '', 1, 0],
  ['linked-runtime', '', 1, 0],
  ['masked', '', 1, 0],
  ['masked-runtime', '', 1, 2],
  ['static', '', 1, 0],
  ['static', 'multi-user.target', 0, 2],
  ['indirect', '', 1, 0],
  ['indirect', 'postgresql.service', 0, 2],
  // An init script: what runs it at boot shows in WantedBy alone.
  ['generated', '', 1, 0],
  ['generated', 'multi-user.target', 0, 1],
  ['transient', '', 1, 0],
  ['bad', '', 2, 2],
  ['invalid', '', 2, 2],
  // There is no such unit.
  ['', '', 1, 0],
] as const;

test.each(FILES)(
  'a unit whose file is "%s", wanted by "%s"',
  (state, wanted, enabled, disabled) => {
    const host = temporaryHost();
    const lines = ['ActiveState=inactive', `UnitFileState=${state}`, `WantedBy=${wanted}`];
    host.stub('systemctl', `printf '%s\\n' RequiredBy= ${lines.join(' ')}`);
    expect(runtimeOn(host, 'unit_is_enabled x').status).toBe(enabled);
    expect(runtimeOn(host, 'unit_is_disabled x').status).toBe(disabled);
  },
);

test('it is told why a unit cannot be disabled', () => {
  const host = temporaryHost();
  host.stub(
    'systemctl',
    "printf '%s\\n' ActiveState=active UnitFileState=static WantedBy=a.target",
  );
  expect(runtimeOn(host, 'unit_is_disabled x').output).toBe(
    'x cannot be disabled (its file is static): a.target starts it\n',
  );
});
