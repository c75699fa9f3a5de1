import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { gnuComplaints, parseOptions, type OptionTable, type Parsed } from '../options.ts';
import { canReload, findUnit, haltUnit, reloadUnit, startUnit, unitName } from '../units.ts';
import {
  catUnits,
  isActive,
  isEnabled,
  isFailed,
  isSystemRunning,
  listUnits,
  show,
  status,
} from './systemctl-looks.ts';

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
  '-l --full': 'flag',
  '-f --force': 'flag',
  '--system': 'flag',
  '--runtime': 'flag',
  '--plain': 'flag',
  '-a --all': 'flag',
  '-t --type': 'value',
  '--state': 'value',
  '--failed': 'flag',
  '-n --lines': 'value',
  '-o --output': 'value',
  '-s --signal': 'value',
  '--kill-who': 'value',
  '--job-mode': 'value',
};

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

/** `reload`: what does not run cannot be told to look at its settings again, and stays as it is. */
async function reloadUnits(call: CommandCall, words: readonly string[]): Promise<number> {
  const { host } = call;
  for (const word of words) {
    const name = unitName(word);
    const unit = findUnit(host, word);
    if (unit === undefined)
      throw new Refusal(5, `Failed to reload ${name}: Unit ${name} not found.`);
    if (unit.masked === true)
      throw new Refusal(1, `Failed to reload ${name}: Unit ${name} is masked.`);
    if (!canReload(host, word))
      throw new Refusal(
        1,
        `Failed to reload ${name}: Job type reload is not applicable for unit ${name}.`,
      );
    if (unit.active !== 'active') throw new Refusal(1, `${name} is not active, cannot reload.`);
  }
  await call.change();
  for (const word of words) reloadUnit(host, word);
  return 0;
}

async function restartMachine(call: CommandCall): Promise<number> {
  await call.change();
  call.host.rebootAsked = true;
  return 0;
}

type Verb = (
  call: CommandCall,
  parsed: Parsed,
  words: readonly string[],
) => Promise<number> | number;

async function reload(call: CommandCall): Promise<number> {
  await call.change();
  return 0;
}

async function forgetFailures(call: CommandCall): Promise<number> {
  await call.change();
  for (const unit of Object.values(call.host.state.units)) {
    if (unit.active === 'failed') unit.active = 'inactive';
  }
  return 0;
}

/** Verbs that are about no unit, or about all when none is named. */
const GENERAL: Readonly<Record<string, Verb>> = {
  'daemon-reexec': reload,
  'daemon-reload': reload,
  'is-system-running': isSystemRunning,
  'list-timers': (call, parsed, words) => listUnits(call, parsed, false, words),
  'list-unit-files': (call, parsed, words) => listUnits(call, parsed, true, words),
  'list-units': (call, parsed, words) => listUnits(call, parsed, false, words),
  reboot: restartMachine,
  'reset-failed': forgetFailures,
  show,
  status: (call, _, words) => status(call, words),
};

/** Verbs that need a unit. */
const OF_UNITS: Readonly<Record<string, Verb>> = {
  cat: (call, _, words) => catUnits(call, words),
  disable: async (call, parsed, words) => setEnabled(call, parsed, 'disable', words),
  enable: async (call, parsed, words) => setEnabled(call, parsed, 'enable', words),
  'is-active': isActive,
  'is-enabled': isEnabled,
  'is-failed': isFailed,
  mask: async (call, parsed, words) => setMasked(call, parsed, true, words),
  reload: async (call, _, words) => reloadUnits(call, words),
  'reload-or-restart': async (call, _, words) => restart(call, 'reload-or-restart', words),
  restart: async (call, _, words) => restart(call, 'restart', words),
  start: async (call, _, words) => start(call, words),
  stop: async (call, _, words) => stop(call, words),
  'try-restart': async (call, _, words) => restart(call, 'try-restart', words),
  unmask: async (call, parsed, words) => setMasked(call, parsed, false, words),
};

async function dispatch(call: CommandCall, parsed: Parsed): Promise<number> {
  const [verb = 'list-units', ...words] = parsed.operands;
  const known = GENERAL[verb] ?? OF_UNITS[verb];
  if (known === undefined) throw new Refusal(1, `Unknown operation ${verb}.`);
  if (GENERAL[verb] === undefined && words.length === 0) throw new Refusal(1, 'Too few arguments.');
  return known(call, parsed, words);
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
