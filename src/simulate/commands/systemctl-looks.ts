import type { CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import type { Host } from '../host.ts';
import type { Parsed } from '../options.ts';
import type { UnitState } from '../state.ts';
import { fileState, findUnit, unitFile, unitName } from '../units.ts';

function subState(active?: UnitState['active']): string {
  if (active === 'failed') return 'failed';
  return active === 'active' ? 'running' : 'dead';
}

function properties(host: Host, word: string): Record<string, string> {
  const unit = findUnit(host, word);
  const wanted = unit?.enabled === true ? 'multi-user.target' : '';
  return {
    Id: unitName(word),
    LoadState: unit === undefined ? 'not-found' : unit.masked === true ? 'masked' : 'loaded',
    ActiveState: unit?.active ?? 'inactive',
    SubState: subState(unit?.active),
    UnitFileState: fileState(unit),
    WantedBy: wanted,
    RequiredBy: '',
    MainPID: '0',
    Result: unit?.active === 'failed' ? 'exit-code' : 'success',
    Type: 'simple',
    ExecMainStatus: '0',
  };
}

/** `show`: the properties that were asked for, all that are known without. */
export function show(call: CommandCall, parsed: Parsed, words: readonly string[]): number {
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

/** `is-active`: 3 when none is. */
export function isActive(call: CommandCall, parsed: Parsed, words: readonly string[]): number {
  const states = words.map((word) => findUnit(call.host, word)?.active ?? 'inactive');
  if (!parsed.has('quiet')) call.out(states.map((state) => `${state}\n`).join(''));
  return states.includes('active') ? 0 : 3;
}

/** `is-failed`: 1 when none is. */
export function isFailed(call: CommandCall, parsed: Parsed, words: readonly string[]): number {
  const states = words.map((word) => findUnit(call.host, word)?.active ?? 'inactive');
  if (!parsed.has('quiet')) call.out(states.map((state) => `${state}\n`).join(''));
  return states.includes('failed') ? 0 : 1;
}

/** `is-enabled`, as of units whose files are there. */
export function isEnabled(call: CommandCall, parsed: Parsed, words: readonly string[]): number {
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

/** The states of units that are wanted; none when all are. */
function wantedStates(parsed: Parsed): string[] {
  const named = parsed.values('state').flatMap((value) => value.split(','));
  return parsed.has('failed') ? [...named, 'failed'] : named;
}

/** `list-units`, and `list-unit-files` with `filesToo`. */
export function listUnits(
  call: CommandCall,
  parsed: Parsed,
  filesToo: boolean,
  patterns: readonly string[],
): number {
  const type = parsed.value('type');
  const states = wantedStates(parsed);
  for (const [name, unit] of Object.entries(call.host.state.units).toSorted()) {
    if (type !== undefined && !name.endsWith(`.${type}`)) continue;
    if (patterns.length > 0 && !patterns.some((pattern) => name === unitName(pattern))) continue;
    const sub = subState(unit.active);
    const own = filesToo ? [fileState(unit)] : ['loaded', unit.active, sub];
    if (states.length > 0 && !own.some((state) => states.includes(state))) continue;
    if (filesToo) call.out(`${name} ${fileState(unit)}\n`);
    else if (unit.active !== 'inactive' || parsed.has('all') || states.length > 0)
      call.out(`${name} loaded ${unit.active} ${sub} ${name}\n`);
  }
  return 0;
}

/** `status`: 3 when one does not run, 4 when there is none. */
export function status(call: CommandCall, words: readonly string[]): number {
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

/** `is-system-running`: 1 when a unit has failed. */
export function isSystemRunning(call: CommandCall): number {
  const failed = Object.values(call.host.state.units).some((unit) => unit.active === 'failed');
  call.out(failed ? 'degraded\n' : 'running\n');
  return failed ? 1 : 0;
}

/** `cat`: the files of units. @throws Refusal when one has none. */
export function catUnits(call: CommandCall, words: readonly string[]): number {
  for (const word of words) {
    const file = unitFile(call.host, word);
    if (file === undefined) throw new Refusal(1, `No files found for ${unitName(word)}.`);
    call.out(`# ${file}\n${call.host.files.text(file) ?? ''}`);
  }
  return 0;
}
