import { command } from '../../bash/build.ts';
import type { Lowering } from '../lowering.ts';

/** The end of a part. The runtime reboots; the next part's preflight is the check. */
export const reboot: Lowering<'reboot'> = {
  reboot: () => ({
    title: 'the machine is rebooted',
    sentence: 'Restarts the machine; the next script goes on from there.',
    apply: [],
    manual: [command('systemctl', 'reboot')],
    owns: [],
    programs: ['systemctl'],
  }),
};
