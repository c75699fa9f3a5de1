import { file, parameter, procedure, reboot, service, shell, text } from '../../../src/index.ts';
import type { Steps } from '../../../src/dsl/procedure.ts';
import type { ProcedureInput } from '../../../src/model/procedure.ts';
import {
  defineHost,
  installServer,
  makeWorld,
  powerOn,
  type HostModel,
} from '../../../src/simulate/define.ts';
import type { Host } from '../../../src/simulate/host.ts';

const notes = parameter.path('notes', { default: '/srv/notes', help: 'for whoever reads them' });

const rebooted = reboot({
  id: 'rebooted',
  why: 'it has to',
  release: 'buster',
  releaseName: 'Debian 10',
});

/** Steps of a part that are right. */
export const right: Steps = [
  service.stopped({ id: 'dhcp-stopped', why: 'it must be quiet', unit: 'isc-dhcp-server' }),
  file.content({
    id: 'settings-written',
    why: 'they are read later',
    path: '/etc/thing.conf',
    lines: ['a = 1', text`notes = ${notes}`],
  }),
];

/** A procedure with `first` before its reboot and `second` after it. */
export function twoParts(first: Steps, second: Steps): ProcedureInput {
  return procedure({
    id: 'small',
    title: 'Small',
    summary: 'For a server that is to have a small change.',
    from: { release: 'buster', name: 'Debian 10' },
    to: { release: 'buster', name: 'Debian 10' },
    parameters: [
      parameter.path('notes', { default: '/srv/notes', help: 'for whoever reads them' }),
    ],
    steps: [first, rebooted, second],
  });
}

/** What is done after the reboot. */
export const after: Steps = [
  service.started({ id: 'dhcp-started', why: 'it has to answer', unit: 'isc-dhcp-server' }),
];

/** A shell step of one's own. */
export function own(id: string, check: string, apply: string) {
  return shell({ id, title: `${id} is so`, why: 'it has to be', check, apply });
}

/** The lines of a list that must never get shorter. */
function linesOf(host: Host): string[] {
  return (host.files.text('/srv/list') ?? '').split('\n').filter(Boolean);
}

/** One Debian 10 server. */
export const model: HostModel = defineHost({
  world: makeWorld({ releases: ['buster'] }),
  states: {
    server: {
      title: 'a Debian 10 server',
      make: (world) => {
        const host = installServer(world, 'buster', { with: ['isc-dhcp-server'] });
        host.files.write('/srv/list', 'first\nsecond\n');
        return powerOn(host);
      },
    },
  },
  target: (host) =>
    host.state.units['isc-dhcp-server.service']?.active === 'active' ? [] : ['dhcp does not run'],
  precious: linesOf,
});
