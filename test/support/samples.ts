import {
  apt,
  carried,
  containers,
  download,
  file,
  learn,
  parameter,
  pip,
  postgres,
  program,
  reboot,
  requires,
  service,
  shell,
  system,
} from '../../src/index.ts';
import type { Parameter, ParameterType } from '../../src/model/parameter.ts';
import type { RequirementInput } from '../../src/model/requirement.ts';
import type { StepInput } from '../../src/model/step.ts';
import { started, stopped } from './procedures.ts';

const it = { id: 'it', why: 'it has to be' };
const images = carried.lines('images', 'the images');
const suite = 'bookworm';
const answers = {
  libcUpgrade: 'yes',
  restartServices: 'yes',
  conffiles: 'keep',
  postgresqlNotice: 'ignore',
  grub: 'boot-disk',
} as const;

const listed = learn({
  id: 'listed',
  title: 'the images are known',
  why: 'they are looked for',
  into: images,
  from: 'cat /srv/images',
});

/** For each kind the steps of a procedure that has it alone, with the options that it must have. */
export const KINDS: Readonly<Record<StepInput['kind'], readonly StepInput[]>> = {
  'apt.suites': [apt.suites({ ...it, from: 'bullseye', to: suite })],
  'apt.repository': [
    apt.repository({ ...it, name: 'x', url: 'https://x.org', suite: 's', key: 'https://x.org/k' }),
  ],
  'apt.thirdPartyDisabled': [apt.thirdPartyDisabled(it)],
  'apt.indexes': [apt.indexes({ ...it, suite })],
  'apt.prefetched': [apt.prefetched({ ...it, suite })],
  'apt.minimalUpgrade': [apt.minimalUpgrade({ ...it, suite, answers })],
  'apt.distUpgraded': [apt.distUpgraded({ ...it, suite, answers })],
  'apt.settled': [apt.settled(it)],
  'apt.installed': [apt.installed({ ...it, packages: ['x'] })],
  'apt.absent': [apt.absent({ ...it, packages: ['x'] })],
  'apt.foreignListed': [apt.foreignListed({ ...it, to: '/srv/foreign', suite })],
  'apt.obsoleteListed': [apt.obsoleteListed({ ...it, to: '/srv/obsolete' })],
  'apt.obsoletePurged': [apt.obsoletePurged({ ...it, foreign: '/srv/foreign' })],
  'containers.inventoried': [containers.inventoried({ ...it, into: images })],
  'containers.driverRecorded': [
    containers.driverRecorded({ ...it, into: carried.identifier('driver', 'the driver') }),
  ],
  'containers.saved': [listed, containers.saved({ ...it, images, to: '/srv/images' })],
  'containers.present': [listed, containers.present({ ...it, images, storage: 'podman' })],
  'download.file': [download.file({ ...it, url: 'https://x.org/x', path: '/srv/x' })],
  'file.content': [file.content({ ...it, path: '/srv/x', lines: ['x'] })],
  'file.line': [file.line({ ...it, path: '/srv/x', line: 'x' })],
  'file.replaced': [file.replaced({ ...it, path: '/srv/x', from: 'x', to: 'y' })],
  'file.absent': [file.absent({ ...it, path: '/srv/x' })],
  'file.directory': [file.directory({ ...it, path: '/srv/x' })],
  'pip.absent': [pip.absent({ ...it, packages: ['x'] })],
  'pip.installed': [pip.installed({ ...it, packages: ['x'] })],
  'pip.itself': [pip.itself({ ...it, url: 'https://x.org/get-pip.py' })],
  'pip.venv': [pip.venv({ ...it, path: '/srv/venv' })],
  'postgres.dump': [postgres.dump({ ...it, database: 'x', to: '/srv/x.dump' })],
  'postgres.dumps': [postgres.dumps({ ...it, databases: ['x'], to: '/srv', version: '15' })],
  'postgres.upgraded': [postgres.upgraded({ ...it, from: '13', to: '15' })],
  'postgres.answering': [postgres.answering({ ...it, version: '15' })],
  'program.ran': [
    program.ran({ ...it, title: 'it is done', command: ['x'], condition: 'test -e /srv/x' }),
  ],
  reboot: [stopped, reboot({ ...it, release: suite, releaseName: 'Debian 12' }), started],
  'service.stopped': [service.stopped({ ...it, unit: 'x' })],
  'service.disabled': [service.disabled({ ...it, unit: 'x' })],
  'service.enabled': [service.enabled({ ...it, unit: 'x' })],
  'service.started': [service.started({ ...it, unit: 'x' })],
  shell: [shell({ ...it, title: 'it is so', check: 'test -e /srv/x', apply: 'run touch /srv/x' })],
  learn: [listed],
  'system.saved': [system.saved({ ...it, to: '/srv/etc.tar.gz' })],
  'system.verified': [system.verified({ ...it, release: suite })],
};

/** Each requirement, with the options that it must have. */
export const REQUIREMENTS: Readonly<Record<RequirementInput['requires'], RequirementInput>> = {
  space: requires.space({ path: '/srv', mebibytes: 1, purpose: 'the packages' }),
  lasting: requires.lasting({ path: '/srv' }),
  'packages-in-order': requires.packagesInOrder(),
  'no-pins': requires.noPins(),
  'known-sources': requires.knownSources({ hosts: ['mirror.example.org'] }),
  'known-suites': requires.knownSuites({ from: 'bullseye', to: suite }),
  reachable: requires.reachable({ url: 'https://x.org/' }),
  command: requires.command({ command: 'x', package: 'x' }),
  unit: requires.unit({ unit: 'x' }),
  clusters: requires.clusters({ clusters: ['main'], versions: ['15'] }),
  shell: requires.holds({ check: 'test -e /srv/x', refusal: 'it is not so', remedy: 'make it so' }),
};

const about = { help: 'what it is for' };

/** A parameter of each type, by the name of its type. */
export const PARAMETERS: Readonly<Record<ParameterType, Parameter>> = {
  path: parameter.path('path', { ...about, default: '/srv' }),
  url: parameter.url('url', { ...about, default: 'https://x.org/' }),
  'url-or-none': parameter.urlOrNone('url-or-none', { ...about, default: '' }),
  identifier: parameter.identifier('identifier', { ...about, default: 'x' }),
  identifiers: parameter.identifiers('identifiers', { ...about, default: 'x y' }),
  version: parameter.version('version', { ...about, default: '5' }),
  integer: parameter.integer('integer', { ...about, default: 5, minimum: 1 }),
  boolean: parameter.boolean('boolean', { ...about, default: 'no' }),
  choice: parameter.choice('choice', { ...about, default: 'x', choices: ['x', 'y'] }),
  fingerprint: parameter.fingerprint('fingerprint', { ...about, default: '0'.repeat(40) }),
};
