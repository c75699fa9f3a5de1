import { command } from '../../bash/build.ts';
import { text, type NameValue } from '../../model/value.ts';
import { actions, call, inProse, valueWord, type Lowered } from '../lowered.ts';
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
  'service.stopped': 'runs',
  'service.disabled': 'starts at boot',
  'service.enabled': 'starts at boot',
  'service.started': 'runs',
} as const;

/** One name for one unit: systemd takes a name without a suffix for a service's. */
function sameFor(unit: NameValue): string {
  return inProse(unit).replace(/\.service$/, '');
}

function lower(step: { kind: ServiceKind; unit: NameValue }): Lowered {
  const { verb, check, state } = VERBS[step.kind];
  return {
    title: text`the service ${step.unit} ${state}`,
    sentence: text`${SENTENCES[step.kind]} ${step.unit}.`,
    check: [call(check, step.unit)],
    ...actions(command('systemctl', verb, '--', valueWord(step.unit))),
    owns: [`whether unit ${sameFor(step.unit)} ${ASPECTS[step.kind]}`],
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
