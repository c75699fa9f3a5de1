import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { validate } from '../../src/compile/validate.ts';
import { carried, parameter, program } from '../../src/dsl/index.ts';
import type { OptionsOf, StepInput } from '../../src/model/step.ts';
import {
  expectGoldenStep,
  runtimeOn,
  stepOn,
  stepText,
  temporaryHost,
  type Host,
} from '../support/kinds.ts';
import { withStorages } from '../support/storages.ts';

const images = carried.lines('images', 'the container images');
const flag = parameter.path('flag', {
  default: '/run/flag',
  help: 'is there when the work is done',
});

/** A daemon that makes a file when it has worked for a while, tells how it ended, and has a child. */
const DAEMON = `
for signal in INT TERM HUP; do
  trap "echo $signal >>\\"\\$1/ended\\"; exit 7" "$signal"
done
echo "$BASHPID" >>"$1/started"
sleep 300 &
echo "$!" >>"$1/children"
echo 'at work'
[[ $2 != quickly ]] || { touch "$1/flag"; exit 3; }
[[ $2 != in-vain ]] || exit 3
[[ $2 != deafly ]] || trap '' INT
[[ $2 == idly ]] || { sleep 0.5; touch "$1/flag"; }
while :; do sleep 0.1; done`;

type Options = Partial<OptionsOf<'program.ran'>>;

function ran(host: Host, how: string, options: Options = {}): StepInput {
  return program.ran({
    id: 'walt-ran',
    why: 'the first start takes the images over',
    title: 'every image is in podman',
    command: ['bash', host.write('daemon', DAEMON), host.write('lib/.keep', '').slice(0, -6), how],
    condition: '[[ -e "$flag" ]]',
    values: { flag },
    signal: 'INT',
    endSeconds: 20,
    ...options,
  });
}

function prepared(how: string, options: Options = {}) {
  const host = temporaryHost();
  host.allow('perl');
  const input = ran(host, how, options);
  return { host, input, step: stepOn(host, input, { flag: host.path('lib/flag') }) };
}

function lines(host: Host, name: string): string[] {
  return existsSync(host.path(name)) ? host.read(name).trimEnd().split('\n') : [];
}

/** Processes that the daemons of `host` were and started, and that are still there. */
function left(host: Host): string[] {
  const pids = [...lines(host, 'lib/started'), ...lines(host, 'lib/children')];
  return pids.filter((pid) => {
    const { output } = host.bash(`ps -o stat= -p ${pid}`);
    return output.trim() !== '' && !output.startsWith('Z');
  });
}

/** Runs the step in a script of its own that can be stopped or killed; bash `meanwhile` has its pid in $script. */
async function interrupted(host: Host, input: StepInput, meanwhile: string): Promise<string> {
  const body = [
    await stepText(input),
    'sw_log_open=yes; exec 7>>"$sw_log" 8>&7 9>>"$sw_state/lock"; flock -n 9 || exit 4',
    "trap 'sw_asked_to_stop TERM' TERM",
    'sw_apply walt_ran__apply',
    'echo "status $sw_status"',
  ].join('\n');
  const until =
    'waited() { for ((i = 0; i < 100; i++)); do ! "$@" || return 0; sleep 0.1; done; return 1; }';
  const other = `${until}\nbash "$0" inner & script=$!\nwaited test -s "$started" || exit 9\n${meanwhile}\nwait "$script"`;
  runtimeOn(host, `if [[ \${1:-} == inner ]]; then\n${body}\nelse\n${other}\nfi`, {
    started: host.path('lib/started'),
    flag: host.path('lib/flag'),
  });
  return host.read('log');
}

test('golden texts', async () => {
  await expectGoldenStep(
    program.ran({
      id: 'walt-ran',
      why: 'the first start takes the images over',
      title: 'the flag is there',
      command: ['/usr/local/bin/walt-server-daemon', '--flag', flag],
      condition: '[[ -e "$file" ]]\n',
      values: { file: flag },
    }),
  );
  await expectGoldenStep(
    program.ran({
      id: 'images-migrated',
      why: 'the first start takes the images over',
      title: 'every image is in podman',
      command: ['env', 'PYTHONUNBUFFERED=1', 'walt-server-daemon'],
      untilPresent: { images, storage: 'podman' },
      unit: 'walt-server',
      stallSeconds: 3600,
    }),
    'program.ran-images',
  );
});

describe('program.ran', () => {
  test.each(['INT', 'TERM', 'HUP'] as const)(
    'is stopped with SIG%s when its work is done',
    (signal) => {
      const { host, step } = prepared('well', { signal });
      const before = host.snapshot();
      expect(step.check().status).toBe(1);
      expect(host.snapshot()).toEqual(before);
      expect(step.plan()).toContain(
        `until every image is in podman; then stop it with SIG${signal}`,
      );
      const { status, output } = step.apply();
      expect(output).toContain('at work\n');
      expect(status).toBe(0);
      expect(lines(host, 'lib/ended')).toEqual([signal]);
      expect(left(host)).toEqual([]);
      expect(step.check().status).toBe(0);
      expect(existsSync(host.path('state/program-walt-ran'))).toBe(false);
    },
  );

  test('is not started when its work is done already', () => {
    const { host, step } = prepared('well');
    host.write('lib/flag', '');
    expect(step.check().status).toBe(0);
    expect(step.apply().status).toBe(0);
    expect(lines(host, 'lib/started')).toEqual([]);
  });

  test('may end by itself when its work is done', () => {
    const { host, step } = prepared('quickly');
    expect(step.apply().status).toBe(0);
    expect(left(host)).toEqual([]);
    expect(step.check().status).toBe(0);
  });

  test('fails when it ends by itself before that', () => {
    const { host, step } = prepared('in-vain');
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain('bash ended by itself, with status 3, before its work was done\n');
    expect(left(host)).toEqual([]);
    expect(existsSync(host.path('state/program-walt-ran'))).toBe(false);
  });

  test('fails when there is no such program', () => {
    const { step } = prepared('well', { command: ['$(touch x) no such', '-rf'] });
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain('$(touch x) no such: No such file or directory\n');
    expect(output).toContain('with status 127');
  });

  test('is stopped when nothing moves', () => {
    const { host, step } = prepared('idly', { stallSeconds: 2 });
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain('bash was stopped: for 2 s nothing moved');
    expect(lines(host, 'lib/ended')).toEqual(['INT']);
    expect(left(host)).toEqual([]);
  });

  test('is killed when it does not end', () => {
    const { host, step } = prepared('deafly', { endSeconds: 1 });
    const { status, output } = step.apply();
    expect(status).toBe(0);
    expect(output).toContain('it has not ended within 1 s: killing it');
    expect(left(host)).toEqual([]);
  });

  test('gets every argument as it is, and neither the lock nor our terminal', () => {
    const words = ['$(touch x)', "it's", 'a b', '*', '-e', ''];
    const host = temporaryHost();
    host.allow('perl');
    host.stub('tool', 'ls -l /proc/$$/fd >"$host/fds"; touch "$host/flag"; read -r line || exit 0');
    const step = stepOn(
      host,
      program.ran({
        id: 'walt-ran',
        why: 'why',
        title: 'the flag is there',
        command: ['tool', ...words],
        condition: '[[ -e "$flag" ]]',
        values: { flag },
      }),
      { flag: host.path('flag') },
    );
    expect(step.apply().status).toBe(0);
    expect(host.calls('tool').map(({ args }) => args)).toEqual([words]);
    expect(host.read('fds')).not.toMatch(/ [789] -> /);
    expect(host.read('fds')).toMatch(/ 0 -> \/dev\/null/);
  });

  test('counts images', () => {
    const host = temporaryHost();
    host.allow('perl');
    withStorages(host, { podman: ['docker.io/a:1'] });
    host.write('state/carried/images', 'a:1\nb:1\n');
    host.stub(
      'walt',
      'sleep 1; echo docker.io/b:1 >>"$host/podman-images"; while :; do sleep 0.1; done',
    );
    const step = stepOn(
      host,
      program.ran({
        id: 'walt-ran',
        why: 'why',
        title: 'every image is in podman',
        command: ['walt'],
        untilPresent: { images, storage: 'podman' },
      }),
      { images: ['a:1', 'b:1'] },
    );
    expect(step.check().status).toBe(1);
    const { status, output } = step.apply();
    expect(output.match(/^\d of 2 images$/gm)).toEqual(['1 of 2 images', '2 of 2 images']);
    expect(status).toBe(0);
    expect(step.check().status).toBe(0);
  });
});

describe('a run that is interrupted', () => {
  test('by a stop request stops the program', async () => {
    const { host, input } = prepared('idly');
    const log = await interrupted(host, input, 'kill -TERM "$script"');
    expect(log).toContain('stopping process');
    expect(lines(host, 'lib/ended')).toEqual(['INT']);
    expect(left(host)).toEqual([]);
  });

  test('by the death of the script stops the program', async () => {
    const { host, input } = prepared('idly');
    await interrupted(
      host,
      input,
      'kill -KILL "$script"; waited test -s "${started%/*}/ended"; waited test ! -e "$sw_state/program-walt-ran"',
    );
    expect(lines(host, 'lib/ended')).toEqual(['INT']);
    expect(left(host)).toEqual([]);
  });

  test('by the death of all its shells leaves a program that the next run stops first', async () => {
    const { host, input, step } = prepared('idly');
    await interrupted(
      host,
      input,
      'kill -KILL $(ps -o pid= --ppid "$script") "$script"; flock "$sw_state/lock" true',
    );
    const [first] = lines(host, 'lib/started');
    expect(left(host)).toContain(first);
    host.write('lib/flag', '');
    expect(step.check().status).toBe(1);
    const { status, output } = step.apply();
    expect(output).toContain(`process ${first} was left running by a run that was interrupted`);
    expect(status).toBe(0);
    expect(left(host)).toEqual([]);
    expect(lines(host, 'lib/started')).toEqual([first]);
    expect(step.check().status).toBe(0);
  });

  test('takes no other process for its own', () => {
    const { host, step } = prepared('well');
    host.write('lib/flag', '');
    host.write('state/program-walt-ran', `boot ${process.pid} 1\n`);
    expect(step.check().status).toBe(0);
    host.write('state/program-walt-ran', 'cut sho');
    expect(step.check().status).toBe(0);
    host.write('state/program-walt-ran', `other-boot ${process.pid} 1\n`);
    expect(step.check().status).toBe(0);
  });
});

describe('the compiler refuses', () => {
  const about = { id: 'walt-ran', why: 'why', title: 'it is done', command: ['walt'] };
  const reasons: [string, Options, RegExp][] = [
    ['no condition', {}, /`condition` must be given, or `untilPresent` in its place/],
    [
      'two conditions',
      { condition: 'true', untilPresent: { images, storage: 'podman' } },
      /and not both/,
    ],
    ['a condition that does not parse', { condition: 'if true' }, /`condition`, line 1/],
    ['an unquoted value', { condition: '[ -e $flag ]', values: { flag: '/x' } }, /stands unquoted/],
  ];
  test.each(reasons)('%s', (_, options, message) => {
    const release = { release: 'buster', name: 'Debian 10' };
    const input = {
      id: 'p',
      title: 'a title',
      summary: 'a summary',
      from: release,
      to: release,
      steps: [program.ran({ ...about, ...options })],
    };
    expect(() => validate('steps/p.ts', input)).toThrow(message);
  });
});
