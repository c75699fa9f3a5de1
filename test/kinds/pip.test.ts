import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parameter, pip } from '../../src/dsl/index.ts';
import { stepSchema } from '../../src/model/step.ts';
import { expectGoldenStep, runtimeOn, stepOn, temporaryHost, type Host } from '../support/kinds.ts';

const about = { id: 'walt', why: 'the page says so' };
const version = parameter.version('walt-version', { default: '5', help: 'of WalT' });
const venv = parameter.path('venv', { default: '/opt/walt-8', help: 'where WalT is' });

const canMakeVenv = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0;

/** A Python whose pip has the packages of file `packages`, a line `name==version` each. */
const PYTHON = `
[[ $1 == -m ]] && shift
case " $* " in
  *' list '*) cat -- "$host/packages" ;;
  *' uninstall '*)
    while [[ $1 != -- ]]; do shift; done
    for name in "\${@:2}"; do
      grep -v "^$name==" "$host/packages" >"$host/packages.new" || :
      mv "$host/packages.new" "$host/packages"
    done ;;
  *' install '*)
    while [[ $1 != -- ]]; do shift; done
    printf '%s\\n' "\${@:2}" >>"$host/packages" ;;
  *' --version '*) echo 'pip 24.0 from /x (python 3.7)' ;;
esac`;

function python(name: string, packages: string): Host {
  const host = temporaryHost();
  host.stub(name, PYTHON);
  host.write('packages', packages);
  return host;
}

const argumentsOf = (host: Host, word: string) =>
  host
    .calls()
    .filter(({ args }) => args.includes(word))
    .map(({ args }) => args);

describe('pip.absent', () => {
  const names = ['walt-server', 'walt-virtual'];
  const step = pip.absent({ ...about, python: 'python2', packages: names });

  test('removes what is there of the packages', async () => {
    await expectGoldenStep(step);
    const host = python('python2', 'pip==9.0.1\nwalt-server==4\nwalt-serverx==1\n');
    const on = stepOn(host, step);
    const untouched = host.snapshot();
    expect(on.check().status).toBe(1);
    expect(on.plan()).toContain('uninstall --yes -- walt-server\n');
    expect(host.snapshot()).toEqual(untouched);
    expect(on.apply().status).toBe(0);
    expect(argumentsOf(host, 'uninstall').map((args) => args.slice(-3))).toEqual([
      ['--yes', '--', 'walt-server'],
    ]);
    expect(on.check().status).toBe(0);
    expect(host.read('packages')).toBe('pip==9.0.1\nwalt-serverx==1\n');
  });

  test('names are compared as pip does', () => {
    const host = python('python2', 'WalT__Server==4\n');
    expect(stepOn(host, step).check().status).toBe(1);
  });

  test('a package that is in two places is removed from both', () => {
    const host = python('python2', '');
    host.stub(
      'python2',
      `
      case " $* " in
        *' list '*) [[ -s $host/left ]] && echo walt-server==4 ;;
        *) sed -i 1d "$host/left" ;;
      esac
      :`,
    );
    host.write('left', 'here\nthere\n');
    expect(stepOn(host, step).apply().status).toBe(0);
    expect(argumentsOf(host, 'uninstall')).toHaveLength(2);
  });

  test('a Python that is gone has no packages; one without pip cannot tell', () => {
    const host = temporaryHost();
    expect(stepOn(host, step).check().status).toBe(0);
    host.stub('python2', 'echo "No module named pip" >&2; exit 1');
    expect(stepOn(host, step).check()).toEqual({ status: 2, output: 'No module named pip\n' });
    expect(stepOn(host, step).apply().status).toBe(1);
  });

  test('the names may come from a parameter, one or none', async () => {
    const packages = parameter.identifiers('old-packages', { default: '', help: 'old ones' });
    const listed = pip.absent({ ...about, python: 'python2', packages });
    await expectGoldenStep(listed, 'pip.absent.list');
    const host = python('python2', 'a==1\nb==1\n');
    const variables = { old_packages: 'a b', old_packages_list: ['a', 'b'] };
    expect(stepOn(host, listed, variables).apply().status).toBe(0);
    expect(argumentsOf(host, 'uninstall')[0]?.slice(-3)).toEqual(['--', 'a', 'b']);
    expect(stepOn(host, listed, { old_packages: '', old_packages_list: [] }).check().status).toBe(
      0,
    );
  });
});

describe('pip.installed', () => {
  const step = pip.installed({ ...about, packages: [{ name: 'walt-server', version }, 'skopeo'] });

  test('installs at the version', async () => {
    await expectGoldenStep(step);
    const host = python('python3', 'walt-server==4\n');
    const on = stepOn(host, step, { walt_version: '5' });
    const untouched = host.snapshot();
    expect(on.check().status).toBe(1);
    expect(on.plan()).toContain('-- walt-server==5 skopeo\n');
    expect(host.snapshot()).toEqual(untouched);
    host.write('packages', '');
    expect(on.apply().status).toBe(0);
    expect(host.read('packages')).toBe('walt-server==5\nskopeo\n');
    host.write('packages', 'walt-server==5\nskopeo==1\n');
    expect(on.check().status).toBe(0);
    expect(Object.keys(host.snapshot()).filter((name) => /unfinished./.test(name))).toEqual([]);
  });

  test('in a virtual environment', async () => {
    const inside = pip.installed({ ...about, venv, packages: ['walt-server'] });
    await expectGoldenStep(inside, 'pip.installed.venv');
    const host = python('it’s/bin/python3', '');
    host.write("it's $(touch x)/bin/python3", host.read('bin/it’s/bin/python3'), 0o755);
    const on = stepOn(host, inside, { venv: host.path("it's $(touch x)") });
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(0);
    expect(host.read('packages')).toBe('walt-server\n');
  });

  test('python2 has no virtual environment', () => {
    const wrong = pip.installed({ ...about, python: 'python2', venv, packages: ['x'] });
    expect(stepSchema.safeParse(wrong).error?.issues).toMatchObject([
      { path: ['venv'], message: 'must not be given for python2' },
    ]);
  });

  test('what was cut off is installed over, whatever pip says of it', () => {
    const host = python('python3', 'walt-server==5\nskopeo==1\n');
    const on = stepOn(host, step, { walt_version: '5' });
    expect(on.check().status).toBe(0);
    host.stub('python3', 'exit 1');
    expect(on.apply().status).toBe(1);
    host.stub('python3', PYTHON);
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(0);
    expect(host.calls('python3').map(({ args }) => args)).toContainEqual([
      '-',
      `${host.state}/unfinished/walt`,
    ]);
    expect(on.check().status).toBe(0);
  });

  test('a pip that fails cannot tell, and a Python that is not there has none', () => {
    const host = temporaryHost();
    const on = stepOn(host, step, { walt_version: '5' });
    expect(on.check().status).toBe(1);
    host.stub('python3', 'exit 1');
    expect(on.check().status).toBe(2);
  });
});

test.each([
  ['5', '5', 0],
  ['5.0', '5', 0],
  ['5', '5.0.0', 0],
  ['5.0.1', '5', 1],
  ['15', '5', 1],
  ['5.0+local', '5.0', 0],
  ['5.0+local', '5.0+local', 0],
  ['5.0', '5.0+local', 1],
  ['5.0RC1', '5.0rc1', 0],
  ['5.0rc1', '5.0', 1],
  ['08.09', '8.9', 0],
  ['99999999', '99999998', 1],
])('version %s is %s: %i', (found, wanted, status) => {
  const host = temporaryHost();
  expect(runtimeOn(host, `sw_is_version ${found} ${wanted}`)).toEqual({ status, output: '' });
});

test.each([
  ['24.0', '19.3', 0],
  ['19.3.1', '19.3', 0],
  ['19.3', '19.3', 0],
  ['9.0.3', '19', 1],
  ['24.1b1', '24.1', 0],
  ['20.0.dev0', '20.1', 1],
])('version %s is at least %s: %i', (found, minimum, status) => {
  const host = temporaryHost();
  expect(runtimeOn(host, `sw_is_at_least ${found} ${minimum}`)).toEqual({ status, output: '' });
});

describe('pip.itself', () => {
  const url = parameter.url('get-pip', {
    default: 'https://bootstrap.pypa.io/pip/3.7/get-pip.py',
    help: 'the script that installs pip',
  });
  const step = pip.itself({ ...about, url, minimum: '20', sha256: 'a'.repeat(64) });
  const curl = 'while [[ $1 != --output ]]; do shift; done; echo "# a script" >"$2"';

  test('is there, and new enough', async () => {
    await expectGoldenStep(step);
    const host = python('python3', '');
    const on = stepOn(host, step, { get_pip: 'https://example.org/x' });
    expect(on.check().status).toBe(0);
    host.stub('python3', 'echo pip 18.1 from x');
    expect(on.check().status).toBe(1);
    host.stub('python3', 'echo nonsense');
    expect(on.check().status).toBe(2);
    host.stub('python3', 'exit 1');
    expect(on.check().status).toBe(1);
    expect(host.calls('curl')).toEqual([]);
  });

  test('is installed by the script that was fetched', async () => {
    const plain = pip.itself({ ...about, url });
    await expectGoldenStep(plain, 'pip.itself.plain');
    const host = temporaryHost();
    host.stub('python3', 'exit 1');
    host.stub('curl', curl);
    const variables = { get_pip: 'https://example.org/$(touch x)' };
    const on = stepOn(host, plain, variables);
    const untouched = host.snapshot();
    expect(on.check().status).toBe(1);
    expect(on.plan()).toContain('python3 get-pip.py');
    expect(host.snapshot()).toEqual(untouched);
    expect(on.apply().status).toBe(1);
    host.stub('python3', PYTHON);
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(0);
    expect(host.calls('python3').at(-1)?.args).toEqual([`${host.state}/get-pip.py`]);
    expect(on.check().status).toBe(0);
  });

  test('is not installed by a script with another digest', () => {
    const host = temporaryHost();
    host.stub('python3', PYTHON);
    host.stub('curl', curl);
    const on = stepOn(host, step, { get_pip: 'https://example.org/x' });
    expect(on.apply().status).toBe(1);
    expect(on.failure()[2]).toContain('is not what is expected');
    expect(host.calls('python3')).toEqual([]);
  });
});

describe('pip.venv', () => {
  const step = pip.venv({ ...about, path: venv });

  test('refuses a directory with something else in it', () => {
    const host = temporaryHost();
    host.stub('python3');
    host.write('opt/x', '');
    const on = stepOn(host, step, { venv: host.path('opt') });
    expect(on.check().status).toBe(1);
    expect(on.apply().status).not.toBe(0);
    expect(host.calls('python3')).toEqual([]);
  });

  test('is made whole where it was cut off, and nothing in it is lost', () => {
    const host = temporaryHost();
    host.stub(
      'python3',
      '[[ $1 != - ]] || exit 0; mkdir -p -- "${@: -1}"; echo >"${@: -1}/pyvenv.cfg"; exit 1',
    );
    const target = host.path('opt/walt');
    const on = stepOn(host, step, { venv: target });
    expect(on.apply().status).toBe(1);
    expect(on.check().status).toBe(1);
    expect(on.apply().status).toBe(1);
    expect(host.calls('python3').map(({ args }) => args)).toEqual([
      ['-m', 'venv', '--', target],
      ['-', `${host.state}/unfinished/walt`, `${target}/lib/python3*/site-packages`],
      ['-m', 'venv', '--', target],
    ]);
  });

  test('is not emptied because another one was cut off', () => {
    const host = temporaryHost();
    host.stub('python3', 'mkdir -p -- "${@: -1}"; echo >"${@: -1}/pyvenv.cfg"; exit 1');
    host.write('opt/2.0/pyvenv.cfg', '');
    host.write('opt/2.0/bin/python3', '#!/bin/bash\nexit 0\n', 0o755);
    const cut = stepOn(host, step, { venv: host.path('opt/2.1') });
    const used = stepOn(host, step, { venv: host.path('opt/2.0') });
    expect(cut.apply().status).toBe(1);
    expect(cut.check().status).toBe(1);
    expect(used.check().status).toBe(0);
    used.apply();
    expect(host.calls('python3').at(-1)?.args).toEqual(['-m', 'venv', '--', host.path('opt/2.0')]);
  });

  test('is mended, and not emptied, when its Python was replaced', () => {
    const host = temporaryHost();
    host.stub('python3');
    host.write('opt/walt/pyvenv.cfg', '');
    const target = host.path('opt/walt');
    expect(stepOn(host, step, { venv: target }).apply().status).toBe(0);
    expect(host.calls('python3').map(({ args }) => args)).toEqual([['-m', 'venv', '--', target]]);
  });

  /** A package as pip takes it, made by the Python that takes it. */
  const WHEEL = `
import zipfile
with zipfile.ZipFile('dummy-2.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('dummy.py', '')
    wheel.writestr('dummy-2.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: dummy\\nVersion: 2.0\\n')
    wheel.writestr('dummy-2.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nTag: py3-none-any\\n')
    wheel.writestr('dummy-2.0.dist-info/RECORD', '')
`;

  test.runIf(canMakeVenv)('with the real Python and its pip: made, filled, emptied', async () => {
    await expectGoldenStep(step);
    const host = temporaryHost();
    host.allow('python3');
    const variables = { venv: host.path('opt/walt 8') };
    const made = stepOn(host, step, variables);
    expect(made.check().status).toBe(1);
    expect(made.plan()).toContain('python3 -m venv --');
    expect(made.apply()).toMatchObject({ status: 0 });
    expect(made.check()).toEqual({ status: 0, output: '' });
    host.write('wheel.py', WHEEL);
    expect(runtimeOn(host, 'python3 ../wheel.py').status).toBe(0);
    // The packages that it may take are those in the directory that it runs in.
    host.write('home/.config/pip/pip.conf', '[install]\nno-index = true\nfind-links = .\n');
    const dummy = { name: 'dummy', version: '2' };
    const filled = stepOn(host, pip.installed({ ...about, venv, packages: [dummy] }), variables);
    const empty = stepOn(host, pip.absent({ ...about, venv, packages: ['Dummy'] }), variables);
    expect(filled.check().status).toBe(1);
    expect(empty.check().status).toBe(0);
    expect(filled.apply()).toMatchObject({ status: 0 });
    expect(filled.check().status).toBe(0);
    expect(empty.check().status).toBe(1);
    expect(empty.apply()).toMatchObject({ status: 0 });
    expect(empty.check().status).toBe(0);
  });
});
