import { procedure, reboot, service, shell } from '../../src/index.ts';
import type { ProcedureOptions } from '../../src/dsl/procedure.ts';
import type { ProcedureInput } from '../../src/model/procedure.ts';

/** A procedure of two parts that is right, with `changes`. */
export function small(changes: Partial<ProcedureOptions> = {}): ProcedureInput {
  return procedure({
    id: 'small',
    title: 'Small',
    summary: 'For a server that is to have a small change.',
    from: { release: 'bookworm', name: 'Debian 12' },
    to: { release: 'bookworm', name: 'Debian 12' },
    steps: [stopped, rebooted, started],
    ...changes,
  });
}

/** Steps to make procedures of. */
export const stopped = service.stopped({ id: 'stopped', why: 'it must be quiet', unit: 'nginx' });
export const started = service.started({ id: 'started', why: 'it is over', unit: 'nginx' });
export const rebooted = reboot({
  id: 'rebooted',
  why: 'the new kernel is used',
  release: 'bookworm',
  releaseName: 'Debian 12',
});

/** A shell step with `changes`. */
export function own(id: string, changes: Partial<Parameters<typeof shell>[0]> = {}) {
  return shell({
    id,
    title: `${id} is so`,
    why: 'it has to be',
    check: 'test -e /etc/thing',
    apply: 'run touch /etc/thing',
    ...changes,
  });
}
