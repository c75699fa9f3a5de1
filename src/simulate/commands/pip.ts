import { Refusal } from '../command.ts';
import { satisfies } from '../debian/version.ts';
import { parseOptions, type Complaints, type OptionTable } from '../options.ts';
import { pathOf } from './pg-dump.ts';
import {
  begin,
  canonicalName,
  choose,
  demandBuildable,
  distributions,
  end,
  requirementOf,
  resolve,
  type Chosen,
  type Interpreter,
  type Requirement,
} from './pip-resolve.ts';

const COMPLAINTS: Complaints = {
  unknown: (option) =>
    new Refusal(2, `\nUsage:\n  pip <command> [options]\n\nno such option: ${option}`),
  missing: (option) => new Refusal(2, `${option} option requires an argument`),
};
const GLOBAL: OptionTable = {
  '-q --quiet': 'flag',
  '-v --verbose': 'flag',
  '--disable-pip-version-check': 'flag',
  '--no-cache-dir': 'flag',
  '--no-input': 'flag',
  '--isolated': 'flag',
  '--timeout': 'value',
  '--retries': 'value',
  '--proxy': 'value',
};
const INSTALL: OptionTable = {
  ...GLOBAL,
  '-U --upgrade': 'flag',
  '-I --ignore-installed': 'flag',
  '--force-reinstall': 'flag',
  '--no-deps': 'flag',
  '--user': 'flag',
  '--upgrade-strategy': 'value',
  '-r --requirement': 'value',
  '--no-binary': 'value',
  '--prefer-binary': 'flag',
};

/** Its metadata is there, and so pip takes it for installed, before its commands are. */
async function put(interpreter: Interpreter, chosen: readonly Chosen[]): Promise<void> {
  const { call, bin } = interpreter;
  for (const { name, release } of chosen) {
    begin(interpreter, name, release.version);
    await call.midway(`half of ${name} installed`);
    for (const command of release.commands ?? [])
      call.host.files.link(`${bin}/${command}`, '/.model/shim');
    end(interpreter, name);
  }
  if (chosen.length > 0) {
    call.out(
      `Successfully installed ${chosen.map(({ name, release }) => `${name}-${release.version}`).join(' ')}\n`,
    );
  }
}

async function install(interpreter: Interpreter, args: readonly string[]): Promise<number> {
  const { call } = interpreter;
  const version = distributions(interpreter)['pip'] ?? '0';
  const later: OptionTable = satisfies(version, 'ge', '23.0.1')
    ? { '--break-system-packages': 'flag' }
    : {};
  const parsed = parseOptions(args, { ...INSTALL, ...later }, COMPLAINTS);
  const files = parsed
    .values('requirement')
    .flatMap((path) => (call.host.files.text(pathOf(call, path)) ?? '').split('\n'));
  const texts = [
    ...parsed.operands,
    ...files.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')),
  ];
  if (texts.length === 0)
    throw new Refusal(
      1,
      'You must give at least one requirement to install (see "pip help install")',
    );
  const wanted = texts.map(requirementOf);
  const anew = parsed.has('ignore-installed') || parsed.has('force-reinstall');
  const asked = new Set(wanted.map((requirement) => requirement.name));
  const upgrade = parsed.has('upgrade');
  const newer = (name: string): boolean =>
    upgrade &&
    asked.has(name) &&
    distributions(interpreter)[name] !==
      choose(interpreter, wanted.find((one) => one.name === name) as Requirement).version;
  const chosen = resolve(interpreter, wanted, (name) => anew || newer(name));
  demandBuildable(interpreter, chosen);
  await call.change();
  await put(interpreter, chosen);
  return 0;
}

/** pip before 10 fails for what is not installed; later ones pass it over with a warning. */
async function uninstall(interpreter: Interpreter, args: readonly string[]): Promise<number> {
  const { call, bin } = interpreter;
  const parsed = parseOptions(
    args,
    { ...GLOBAL, '-y --yes': 'flag', '-r --requirement': 'value' },
    COMPLAINTS,
  );
  const found = distributions(interpreter);
  const names = parsed.operands.map(canonicalName);
  const strict = satisfies(found['pip'] ?? '0', 'lt', '10');
  for (const name of names) {
    if (found[name] !== undefined) continue;
    if (strict) throw new Refusal(1, `Cannot uninstall requirement ${name}, not installed`);
    call.err(`Skipping ${name} as it is not installed.\n`);
  }
  const there = names.filter((name) => found[name] !== undefined);
  if (there.length > 0 && !parsed.has('yes'))
    throw new Refusal(2, 'Proceed (y/n)? EOFError: EOF when reading a line');
  if (there.length === 0) return 0;
  await call.change();
  for (const name of there) {
    const release = call.host.world.python[name]?.find((one) => one.version === found[name]);
    for (const command of release?.commands ?? []) call.host.files.remove(`${bin}/${command}`);
    delete found[name];
    call.out(`Successfully uninstalled ${name}\n`);
    await call.midway(`${name} uninstalled`);
  }
  return 0;
}

function list(interpreter: Interpreter, args: readonly string[], freeze: boolean): number {
  const parsed = parseOptions(
    args,
    { ...GLOBAL, '--format': 'value', '-l --local': 'flag', '-a --all': 'flag' },
    COMPLAINTS,
  );
  const format = freeze ? 'freeze' : (parsed.value('format') ?? 'columns');
  if (!['freeze', 'columns', 'json', 'legacy'].includes(format))
    throw new Refusal(2, `option --format: invalid choice: '${format}'`);
  const found = Object.entries(distributions(interpreter)).toSorted();
  if (format === 'json')
    interpreter.call.out(
      `${JSON.stringify(found.map(([name, version]) => ({ name, version })))}\n`,
    );
  else
    for (const [name, version] of found)
      interpreter.call.out(format === 'freeze' ? `${name}==${version}\n` : `${name} ${version}\n`);
  return 0;
}

function show(interpreter: Interpreter, args: readonly string[]): number {
  const parsed = parseOptions(args, { ...GLOBAL, '-f --files': 'flag' }, COMPLAINTS);
  const found = distributions(interpreter);
  let shown = 0;
  for (const name of parsed.operands.map(canonicalName)) {
    if (found[name] === undefined) continue;
    interpreter.call.out(`Name: ${name}\nVersion: ${found[name] ?? ''}\n`);
    shown += 1;
  }
  return shown > 0 ? 0 : 1;
}

/** pip's command line, without the options that come before its command. */
export async function pip(interpreter: Interpreter, args: readonly string[]): Promise<number> {
  const version = distributions(interpreter)['pip'];
  if (version === undefined) throw new Refusal(1, `/usr/bin/python: No module named pip`);
  const words = [...args];
  const first: string[] = [];
  while (words[0]?.startsWith('-') === true && words[0] !== '--version' && words[0] !== '-V')
    first.push(words.shift() ?? '');
  const [command = '', ...rest] = words;
  const all = [...first, ...rest];
  switch (command) {
    case '--version':
    case '-V':
      interpreter.call.out(
        `pip ${version} from ${interpreter.bin} (python ${interpreter.version})\n`,
      );
      return 0;
    case 'install':
      return install(interpreter, all);
    case 'uninstall':
      return uninstall(interpreter, all);
    case 'list':
      return list(interpreter, all, false);
    case 'freeze':
      return list(interpreter, all, true);
    case 'show':
      return show(interpreter, all);
    case 'check':
      return 0;
    default:
      throw new Refusal(1, `ERROR: unknown command "${command}"`);
  }
}
