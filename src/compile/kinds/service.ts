import { command } from '../../bash/build.ts';
import { text } from '../../model/value.ts';
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

function lower(step: { kind: ServiceKind; unit: Parameters<typeof valueWord>[0] }): Lowered {
  const { verb, check, state } = VERBS[step.kind];
  return {
    title: text`the service ${step.unit} ${state}`,
    sentence: text`${SENTENCES[step.kind]} ${step.unit}.`,
    check: [call(check, step.unit)],
    ...actions(command('systemctl', verb, '--', valueWord(step.unit))),
    owns: [`${ASPECTS[step.kind]} of unit ${JSON.stringify(step.unit)}`],
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
