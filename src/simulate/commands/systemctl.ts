import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import type { Host } from '../host.ts';
import { gnuComplaints, parseOptions, type OptionTable, type Parsed } from '../options.ts';
import { fileState, findUnit, haltUnit, startUnit, UNIT_FOLDERS, unitName } from '../units.ts';

const OPTIONS: OptionTable = {
  '-p --property': 'value',
  '--value': 'flag',
  '-q --quiet': 'flag',
  '--now': 'flag',
  '--no-block': 'flag',
  '--no-pager': 'flag',
  '--no-legend': 'flag',
  '--no-ask-password': 'flag',
  '--no-reload': 'flag',
  '--full -l': 'flag',
  '-f --force': 'flag',
  '--system': 'flag',
  '--runtime': 'flag',
  '--plain': 'flag',
  '-a --all': 'flag',
  '-t --type': 'value',
  '--state': 'value',
  '-n --lines': 'value',
  '-o --output': 'value',
  '-s --signal': 'value',
  '--kill-who': 'value',
  '--job-mode': 'value',
};

function properties(host: Host, word: string): Record<string, string> {
  const unit = findUnit(host, word);
  const wanted = unit?.enabled === true ? 'multi-user.target' : '';
  return {
    Id: unitName(word),
    LoadState: unit === undefined ? 'not-found' : unit.masked === true ? 'masked' : 'loaded',
    ActiveState: unit?.active ?? 'inactive',
    SubState: unit?.active === 'active' ? 'running' : unit?.active === 'failed' ? 'failed' : 'dead',
    UnitFileState: fileState(unit),
    WantedBy: wanted,
    RequiredBy: '',
    MainPID: '0',
    Result: unit?.active === 'failed' ? 'exit-code' : 'success',
    Type: 'simple',
    ExecMainStatus: '0',
  };
}

function show(call: CommandCall, parsed: Parsed, words: readonly string[]): number {
  const wanted = parsed.values('property').flatMap((value) => value.split(','));
  for (const [index, word] of words.entries()) {
    if (index > 0) call.out('\n');
    const found = properties(call.host, word);
    for (const [name, value] of Object.entries(found)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      call.out(parsed.has('value') ? `${value}\n` : `${name}=${value}\n`);
    }
  }
  return 0;
}

function isActive(call: CommandCall, parsed: Parsed, words: readonly string[]): number {
  const states = words.map((word) => findUnit(call.host, word)?.active ?? 'inactive');
  if (!parsed.has('quiet')) call.out(states.map((state) => `${state}\n`).join(''));
  return states.includes('active') ? 0 : 3;
}

function isFailed(call: CommandCall, parsed: Parsed, words: readonly string[]): number {
  const states = words.map((word) => findUnit(call.host, word)?.active ?? 'inactive');
  if (!parsed.has('quiet')) call.out(states.map((state) => `${state}\n`).join(''));
  return states.includes('failed') ? 0 : 1;
}

function isEnabled(call: CommandCall, parsed: Parsed, words: readonly string[]): number {
  let some = false;
  for (const word of words) {
    const unit = findUnit(call.host, word);
    if (unit === undefined) {
      call.err(`Failed to get unit file state for ${unitName(word)}: No such file or directory\n`);
      continue;
    }
    const state = fileState(unit);
    if (!parsed.has('quiet')) call.out(`${state}\n`);
    some ||= state === 'enabled' || state === 'static';
  }
  return some ? 0 : 1;
}

async function start(call: CommandCall, words: readonly string[]): Promise<number> {
  await call.change();
  for (const word of words) startUnit(call.host, word);
  return 0;
}

async function stop(call: CommandCall, words: readonly string[]): Promise<number> {
  for (const word of words) {
    if (findUnit(call.host, word) === undefined) {
      throw new Refusal(5, `Failed to stop ${unitName(word)}: Unit ${unitName(word)} not loaded.`);
    }
  }
  await call.change();
  for (const word of words) haltUnit(call.host, word);
  return 0;
}

/** The verbs that set whether a unit starts at boot. */
async function setEnabled(
  call: CommandCall,
  parsed: Parsed,
  verb: string,
  words: readonly string[],
): Promise<number> {
  const units = words.map((word) => {
    const unit = findUnit(call.host, word);
    // systemd 241 (buster); 232 (stretch) says "No such file or directory" of both verbs.
    if (unit === undefined)
      throw new Refusal(1, `Failed to ${verb} unit: Unit file ${unitName(word)} does not exist.`);
    if (unit.masked === true && verb === 'enable')
      throw new Refusal(
        1,
        `Failed to enable unit: Unit file /etc/systemd/system/${unitName(word)} is masked.`,
      );
    return unit;
  });
  await call.change();
  for (const unit of units) if (unit.static !== true) unit.enabled = verb === 'enable';
  if (!parsed.has('now')) return 0;
  return verb === 'enable' ? start(call, words) : stop(call, words);
}

async function setMasked(
  call: CommandCall,
  parsed: Parsed,
  masked: boolean,
  words: readonly string[],
): Promise<number> {
  await call.change();
  for (const word of words) {
    const unit = findUnit(call.host, word) ?? { enabled: false, active: 'inactive' as const };
    call.host.state.units[unitName(word)] = unit;
    if (masked) unit.masked = true;
    else delete unit.masked;
    if (parsed.has('now')) unit.active = 'inactive';
  }
  return 0;
}

async function restart(call: CommandCall, verb: string, words: readonly string[]): Promise<number> {
  await call.change();
  for (const word of words) {
    const unit = findUnit(call.host, word);
    if (verb === 'try-restart' && unit?.active !== 'active') continue;
    startUnit(call.host, word);
  }
  return 0;
}

function listUnits(
  call: CommandCall,
  parsed: Parsed,
  filesToo: boolean,
  patterns: readonly string[],
): number {
  const type = parsed.value('type');
  for (const [name, unit] of Object.entries(call.host.state.units).toSorted()) {
    if (type !== undefined && !name.endsWith(`.${type}`)) continue;
    if (patterns.length > 0 && !patterns.some((pattern) => name === unitName(pattern))) continue;
    if (filesToo) call.out(`${name} ${fileState(unit)}\n`);
    else if (unit.active !== 'inactive' || parsed.has('all'))
      call.out(
        `${name} loaded ${unit.active} ${unit.active === 'active' ? 'running' : 'dead'} ${name}\n`,
      );
  }
  return 0;
}

function status(call: CommandCall, words: readonly string[]): number {
  let result = 0;
  for (const word of words) {
    const unit = findUnit(call.host, word);
    if (unit === undefined) {
      call.err(`Unit ${unitName(word)} could not be found.\n`);
      return 4;
    }
    call.out(
      `${unitName(word)}\n   Loaded: loaded (${fileState(unit)})\n   Active: ${unit.active}\n`,
    );
    if (unit.active !== 'active') result = 3;
  }
  return result;
}

async function restartMachine(call: CommandCall): Promise<number> {
  await call.change();
  call.host.rebootAsked = true;
  return 0;
}

async function dispatch(call: CommandCall, parsed: Parsed): Promise<number> {
  const [verb = 'list-units', ...words] = parsed.operands;
  const needsUnit = ![
    'daemon-reload',
    'daemon-reexec',
    'reboot',
    'list-units',
    'list-unit-files',
    'list-timers',
    'is-system-running',
    'reset-failed',
    'show',
    'status',
    'poweroff',
  ].includes(verb);
  if (needsUnit && words.length === 0) throw new Refusal(1, 'Too few arguments.');
  switch (verb) {
    case 'show':
      return show(call, parsed, words);
    case 'is-active':
      return isActive(call, parsed, words);
    case 'is-failed':
      return isFailed(call, parsed, words);
    case 'is-enabled':
      return isEnabled(call, parsed, words);
    case 'status':
      return status(call, words);
    case 'start':
      return start(call, words);
    case 'stop':
      return stop(call, words);
    case 'restart':
    case 'try-restart':
    case 'reload':
    case 'reload-or-restart':
      return restart(call, verb, words);
    case 'enable':
    case 'disable':
      return setEnabled(call, parsed, verb, words);
    case 'mask':
    case 'unmask':
      return setMasked(call, parsed, verb === 'mask', words);
    case 'daemon-reload':
    case 'daemon-reexec':
      await call.change();
      return 0;
    case 'reset-failed':
      await call.change();
      for (const unit of Object.values(call.host.state.units))
        if (unit.active === 'failed') unit.active = 'inactive';
      return 0;
    case 'list-units':
      return listUnits(call, parsed, false, words);
    case 'list-unit-files':
      return listUnits(call, parsed, true, words);
    case 'list-timers':
      return listUnits(call, parsed, false, words);
    case 'cat':
      return catUnits(call, words);
    case 'is-system-running':
      call.out(
        Object.values(call.host.state.units).some((unit) => unit.active === 'failed')
          ? 'degraded\n'
          : 'running\n',
      );
      return Object.values(call.host.state.units).some((unit) => unit.active === 'failed') ? 1 : 0;
    case 'reboot':
      return restartMachine(call);
    default:
      throw new Refusal(1, `Unknown operation ${verb}.`);
  }
}

function catUnits(call: CommandCall, words: readonly string[]): number {
  for (const word of words) {
    const folder = UNIT_FOLDERS.find((place) =>
      call.host.files.exists(`${place}/${unitName(word)}`),
    );
    if (folder === undefined) throw new Refusal(1, `No files found for ${unitName(word)}.`);
    call.out(
      `# ${folder}/${unitName(word)}\n${call.host.files.text(`${folder}/${unitName(word)}`) ?? ''}`,
    );
  }
  return 0;
}

/** systemctl(1), as of systemd 232 (stretch) and 241 (buster). */
export const systemctl: Command = async (call) =>
  dispatch(call, parseOptions(call.args, OPTIONS, gnuComplaints('systemctl')));

/** reboot(8). */
export const reboot: Command = async (call) => {
  parseOptions(
    call.args,
    { '-f --force': 'flag', '--no-wall': 'flag', '-w --wtmp-only': 'flag' },
    gnuComplaints('reboot'),
  );
  return restartMachine(call);
};
