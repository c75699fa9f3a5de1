import { Refusal } from './command.ts';
import type { Host } from './host.ts';
import type { UnitState } from './state.ts';

/** Where unit files are, in the order in which they count. */
const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/lib/systemd/system',
  '/usr/lib/systemd/system',
];
const SUFFIX = /\.(service|socket|timer|target|mount|path|slice)$/;

/** A unit's whole name: a name without a suffix is a service's. */
export function unitName(word: string): string {
  return SUFFIX.test(word) ? word : `${word}.service`;
}

/** The file of a unit, where somebody has put one there. */
export function unitFile(host: Host, word: string): string | undefined {
  return UNIT_FOLDERS.map((folder) => `${folder}/${unitName(word)}`).find((path) =>
    host.files.exists(path),
  );
}

/** What systemd knows of a unit: one that a package brought, or whose file somebody has put there. */
export function findUnit(host: Host, word: string): UnitState | undefined {
  const name = unitName(word);
  const known = host.state.units[name];
  if (known !== undefined) return known;
  if (unitFile(host, word) === undefined) return undefined;
  const found: UnitState = { enabled: false, active: 'inactive' };
  host.state.units[name] = found;
  return found;
}

/** The state of a unit's file, as `is-enabled` tells it. */
export function fileState(unit: UnitState | undefined): string {
  if (unit === undefined) return '';
  if (unit.masked === true) return 'masked';
  if (unit.static === true) return 'static';
  return unit.enabled ? 'enabled' : 'disabled';
}

/** Starts a unit as systemd does. @throws Refusal when it fails to start. */
export function startUnit(host: Host, name: string): void {
  const unit = findUnit(host, name);
  if (unit === undefined)
    throw new Refusal(5, `Failed to start ${unitName(name)}: Unit ${unitName(name)} not found.`);
  if (unit.masked === true)
    throw new Refusal(1, `Failed to start ${unitName(name)}: Unit ${unitName(name)} is masked.`);
  const fails = unit.fails ?? host.world.starting?.[unitName(name)]?.(host);
  unit.active = fails === undefined ? 'active' : 'failed';
  if (fails !== undefined) throw jobFailed(name);
}

function jobFailed(name: string): Refusal {
  return new Refusal(
    1,
    `Job for ${unitName(name)} failed because the control process exited with error code.\n` +
      `See "systemctl status ${unitName(name)}" and "journalctl -xe" for details.`,
  );
}

/** Whether a unit can be reloaded: by its file, where somebody has put one there. */
export function canReload(host: Host, name: string): boolean {
  const file = unitFile(host, name);
  const text = file === undefined ? undefined : host.files.text(file);
  return text === undefined || /^(ExecReload=|Type=notify-reload)/m.test(text);
}

/** Has a unit that runs read its settings again. @throws Refusal where it would not start with them. */
export function reloadUnit(host: Host, name: string): void {
  const unit = findUnit(host, name);
  const fails = unit?.fails ?? host.world.starting?.[unitName(name)]?.(host);
  if (fails !== undefined) throw jobFailed(name);
}

/** Stops a unit. */
export function haltUnit(host: Host, word: string): void {
  const unit = findUnit(host, word);
  if (unit !== undefined) unit.active = 'inactive';
  host.world.stopped?.[unitName(word)]?.(host);
}
