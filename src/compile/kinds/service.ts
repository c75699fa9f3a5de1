import { command } from '../../bash/build.ts';
import { isTemplate, text, type NameValue } from '../../model/value.ts';
import { actions, call, valueWord, type Lowered } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';

type ServiceKind = 'service.stopped' | 'service.disabled' | 'service.enabled' | 'service.started';

const VERBS = {
  'service.stopped': { verb: 'stop', check: 'unit_is_stopped', state: 'is stopped' },
  'service.disabled': {
    verb: 'disable',
    check: 'unit_is_disabled',
    state: 'is not started at boot',
  },
  'service.enabled': { verb: 'enable', check: 'unit_is_enabled', state: 'is started at boot' },
  'service.started': { verb: 'start', check: 'unit_runs', state: 'runs' },
} as const;

const SENTENCES = {
  'service.stopped': 'Stops the service',
  'service.disabled': 'Keeps systemd from starting at boot the service',
  'service.enabled': 'Has systemd start at boot the service',
  'service.started': 'Starts the service',
} as const;

/** What a unit does now is one thing to fight over, what it does at boot another. */
const ASPECTS = {
  'service.stopped': 'activity-off',
  'service.disabled': 'boot-off',
  'service.enabled': 'boot-on',
  'service.started': 'activity-on',
} as const;

function withoutSuffix(name: string): string {
  return name.replace(/\.service$/, '');
}

/** One text for one unit: systemd takes a name without a suffix for a service's. */
function sameFor(unit: NameValue): string {
  if (!isTemplate(unit)) {
    return JSON.stringify(typeof unit === 'string' ? withoutSuffix(unit) : unit);
  }
  const last = unit.parts.length - 1;
  const parts = unit.parts
    .map((part, at) => (at === last && typeof part === 'string' ? withoutSuffix(part) : part))
    .filter((part) => part !== '');
  return JSON.stringify(parts.length === 1 ? parts[0] : { ...unit, parts });
}

function lower(step: { kind: ServiceKind; unit: NameValue }): Lowered {
  const { verb, check, state } = VERBS[step.kind];
  return {
    title: text`the service ${step.unit} ${state}`,
    sentence: text`${SENTENCES[step.kind]} ${step.unit}.`,
    check: [call(check, step.unit)],
    ...actions(command('systemctl', verb, '--', valueWord(step.unit))),
    owns: [`${ASPECTS[step.kind]} of unit ${sameFor(step.unit)}`],
    programs: ['systemctl'],
  };
}

/** systemd units and the state they are to be in. */
export const service: Lowering<ServiceKind> = {
  'service.stopped': lower,
  'service.disabled': lower,
  'service.enabled': lower,
  'service.started': lower,
};
