import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { satisfies } from '../debian/version.ts';
import { pip } from './pip.ts';
import { begin, distributions, end, type Interpreter } from './pip-resolve.ts';
import { pathOf } from './pg-dump.ts';

/** The interpreter that a path stands for; each in a virtual environment has its own distributions. */
function interpreterOf(call: CommandCall): Interpreter {
  const environment = /^(.*)\/bin\/(?:python|pip)[\d.]*$/.exec(call.path)?.[1];
  const settings =
    environment === undefined ? undefined : call.host.files.text(`${environment}/pyvenv.cfg`);
  const own = /^version = (\d+\.\d+)/m.exec(settings ?? '')?.[1];
  if (environment !== undefined && own !== undefined)
    return { call, version: own, place: environment, bin: `${environment}/bin` };
  const major = /3[\d.]*$/.test(call.name) ? '3' : '2';
  const version = systemVersion(call, major);
  return { call, version, place: version, bin: '/usr/local/bin' };
}

/** `3.7` of the package python3 3.7.3-1. */
function systemVersion(call: CommandCall, major: string): string {
  const { packages } = call.host.state;
  const found = packages[major === '3' ? 'python3' : 'python'] ?? packages['python2.7'];
  return /^(\d+\.\d+)/.exec(found?.version ?? '')?.[1] ?? (major === '3' ? '3.5' : '2.7');
}

/** What a `get-pip.py` says of itself in its second line: `# pip 24.0 for Python >= 3.7`. */
const GET_PIP = /^# pip ([\d.]+) for Python >= ([\d.]+)$/m;

/** get-pip.py for `minimum` and later, as the web serves it. */
export function getPip(version: string, minimum: string): string {
  return `#!/usr/bin/env python\n# pip ${version} for Python >= ${minimum}\n`;
}

async function runFile(
  interpreter: Interpreter,
  path: string,
  args: readonly string[],
): Promise<number> {
  const { call, version, bin } = interpreter;
  const text = call.host.files.text(pathOf(call, path));
  if (text === undefined)
    throw new Refusal(
      2,
      `${call.path}: can't open file '${path}': [Errno 2] No such file or directory`,
    );
  const found = GET_PIP.exec(text);
  if (found === null) throw new Refusal(1, `  File "${path}", line 1\nSyntaxError: invalid syntax`);
  const [, release = '', minimum = ''] = found;
  if (!satisfies(version, 'ge', minimum)) {
    throw new Refusal(
      1,
      `ERROR: This script does not work on Python ${version} The minimum supported Python version is ${minimum}. Please use https://bootstrap.pypa.io/pip/${version}/get-pip.py instead.`,
    );
  }
  const unknown = args.find(
    (word) =>
      ![
        '--ignore-installed',
        '--upgrade',
        '--no-setuptools',
        '--no-wheel',
        '--disable-pip-version-check',
        '--no-cache-dir',
      ].includes(word),
  );
  if (unknown !== undefined) throw new Refusal(2, `no such option: ${unknown}`);
  await call.change();
  // It takes what is there for whole.
  if (distributions(interpreter)['pip'] !== release || args.includes('--ignore-installed'))
    await putPip(interpreter, release);
  Object.assign(distributions(interpreter), { setuptools: '68.0.0', wheel: '0.42.0' });
  for (const command of ['pip', 'pip3', `pip${version}`])
    call.host.files.link(`${bin}/${command}`, '/.model/shim');
  call.out(`Successfully installed pip-${release} setuptools-68.0.0 wheel-0.42.0\n`);
  return 0;
}

async function putPip(interpreter: Interpreter, release: string): Promise<void> {
  begin(interpreter, 'pip', release);
  await interpreter.call.midway('half of pip installed');
  end(interpreter, 'pip');
}

async function makeEnvironment(interpreter: Interpreter, args: readonly string[]): Promise<number> {
  const { call, version } = interpreter;
  const { packages, python, halfPython } = call.host.state;
  const operands = args.filter((word) => !word.startsWith('--'));
  const unknown = args.find(
    (word) =>
      word.startsWith('--') &&
      !['--', '--clear', '--upgrade', '--system-site-packages'].includes(word),
  );
  if (unknown !== undefined || operands.length !== 1)
    throw new Refusal(2, 'venv: error: the following arguments are required: ENV_DIR');
  const folder = pathOf(call, operands[0] ?? '');
  if (packages['python3-venv']?.status !== 'installed') {
    throw new Refusal(
      1,
      'The virtual environment was not created successfully because ensurepip is not\navailable.  On Debian/Ubuntu systems, you need to install the python3-venv package',
    );
  }
  await call.change();
  if (args.includes('--clear')) {
    call.host.files.remove(folder);
    delete python[folder];
    delete halfPython[folder];
  }
  call.host.files.write(`${folder}/pyvenv.cfg`, `home = /usr/bin\nversion = ${version}\n`);
  for (const name of ['python', 'python3'])
    call.host.files.link(`${folder}/bin/${name}`, '/.model/shim');
  await call.midway('environment made, without pip');
  const inside = { ...interpreter, place: folder };
  if (distributions(inside)['pip'] === undefined)
    await putPip(inside, python[version]?.['pip'] ?? '18.1');
  distributions(inside)['setuptools'] ??= '40.8.0';
  for (const name of ['pip', 'pip3']) call.host.files.link(`${folder}/bin/${name}`, '/.model/shim');
  return 0;
}

/** The program of the runtime that has pip forget what it was cut off at. */
function dropHalves(interpreter: Interpreter, program: string, folders: readonly string[]): number {
  const { call } = interpreter;
  if (!program.includes('def is_whole(')) throw new Refusal(1, 'SyntaxError: invalid syntax');
  const places = folders.map(
    (folder) => /^(.*)\/lib\/python[^/]*\/site-packages$/.exec(folder)?.[1],
  );
  for (const place of folders.length > 0 ? places : [interpreter.place]) {
    const inside = { ...interpreter, place: place ?? '' };
    for (const name of call.host.state.halfPython[inside.place] ?? []) {
      delete distributions(inside)[name];
      end(inside, name);
    }
  }
  return 0;
}

/** python(1), as far as upgrades call it: `-m pip`, `-m venv`, `--version`, and get-pip.py. */
export const python: Command = async (call) => {
  const interpreter = interpreterOf(call);
  const [first = '', second = '', ...rest] = call.args;
  if (first === '-m' && second === 'pip') return pip(interpreter, rest);
  if (first === '-m' && second === 'venv') return makeEnvironment(interpreter, rest);
  if (first === '-') return dropHalves(interpreter, await call.input(), rest);
  if (first === '--version' || first === '-V') {
    call.out(`Python ${interpreter.version}.3\n`);
    return 0;
  }
  if (first === '-m') throw new Refusal(1, `${call.path}: No module named ${second}`);
  if (first.startsWith('-')) throw new Refusal(2, `the simulated python does not know ${first}`);
  return runFile(
    interpreter,
    first,
    [second, ...rest].filter((word) => word !== ''),
  );
};

/** pip and pip3, which are links of an interpreter's own. */
export const pipCommand: Command = async (call) => pip(interpreterOf(call), call.args);
