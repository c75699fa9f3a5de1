import { command } from '../../bash/build.ts';
import { text } from '../../model/value.ts';
import { spelled } from '../../model/spelling.ts';
import type { StepOf } from '../../model/step.ts';
import { call, makeFolderOf, type Lowered } from '../lowered.ts';
import type { Lowering } from '../lowering.ts';

function saved({ to, also }: StepOf<'system.saved'>): Lowered {
  const archived = ['etc', 'var/lib/dpkg', 'var/lib/apt/extended_states', 'var/cache/debconf'];
  return {
    title: text`the system's settings and the state of its packages are saved in ${to}`,
    sentence: text`Saves /etc and the state of dpkg, apt and debconf in ${to}.`,
    check: [call('system_is_saved', to)],
    apply: [command('apt_begin', 'conffiles=keep'), call('save_system', to, ...also)],
    plan: [
      call(
        'would',
        'tar',
        '--create',
        '--gzip',
        text`--file=${to}`,
        '--directory=/',
        ...archived,
        ...also,
      ),
    ],
    manual: [
      makeFolderOf(to),
      call('tar', '--create', '--gzip', text`--file=${to}`, '--directory=/', ...archived, ...also),
      command('dpkg', '--get-selections', '*'),
    ],
    owns: [`file ${spelled(to)}`],
    programs: ['dpkg', 'gzip', 'tar'],
  };
}

function verified({ release, kernel }: StepOf<'system.verified'>): Lowered {
  const words = [release, ...(kernel ? ['kernel'] : [])];
  return {
    title: `the machine runs ${release}, with every package in order`,
    sentence: `Makes sure that ${release} runs${kernel ? ' on its newest kernel' : ''}, with every package in order.`,
    check: [command('system_is_verified', ...words)],
    apply: [command('verify_system', ...words)],
    plan: [command('would_say', `make sure that ${release} runs, with every package in order`)],
    manual: [
      command('cat', '/etc/os-release'),
      command('dpkg', '--audit'),
      ...(kernel ? [command('uname', '-r')] : []),
      command('systemctl', '--failed'),
    ],
    owns: [],
    programs: ['apt-get', 'dpkg'],
  };
}

/** The whole system: what is saved of it, and what it has to be. */
export const system: Lowering<'system.saved' | 'system.verified'> = {
  'system.saved': saved,
  'system.verified': verified,
};
