import type { Command } from '../command.ts';
import { Refusal } from '../command.ts';
import { gnuComplaints, parseOptions, type Complaints } from '../options.ts';

/** update-grub(8): a script in front of grub-mkconfig, which passes over what is no option. */
export const updateGrub: Command = async (call) => {
  const complaints: Complaints = {
    unknown: (option) => new Refusal(1, `Unrecognized option \`${option}'`),
    missing: (option) => new Refusal(1, `Option ${option} requires an argument`),
  };
  parseOptions(call.args, { '-o --output': 'value' }, complaints);
  await call.change();
  return 0;
};

/** grub-install(8), which needs to be told the disk where there is no EFI. */
export const grubInstall: Command = async (call) => {
  const parsed = parseOptions(
    call.args,
    {
      '--boot-directory': 'value',
      '--bootloader-id': 'value',
      '--efi-directory': 'value',
      '-f --force': 'flag',
      '--force-extra-removable': 'flag',
      '--modules': 'value',
      '--no-nvram': 'flag',
      '--recheck': 'flag',
      '--removable': 'flag',
      '-s --skip-fs-probe': 'flag',
      '--target': 'value',
      '-v --verbose': 'flag',
    },
    gnuComplaints('grub-install', 64),
  );
  const efi = parsed.value('target')?.endsWith('-efi') ?? false;
  if (parsed.operands.length > 1)
    throw new Refusal(1, 'grub-install: error: More than one install device?.');
  if (parsed.operands.length === 0 && !efi)
    throw new Refusal(1, "grub-install: error: install device isn't specified.");
  await call.change();
  call.host.state.extra['grub-core'] = call.host.state.packages['grub-pc']?.version ?? '';
  return 0;
};

const MODES = ['c', 'u', 'd'];

/** update-initramfs(8): one of its modes has to be named. */
export const updateInitramfs: Command = async (call) => {
  const complaints: Complaints = {
    unknown: (option) => new Refusal(1, `Illegal option ${option}`),
    missing: (option) => new Refusal(1, `No arg for ${option} option`),
  };
  const parsed = parseOptions(
    call.args,
    { '-k': 'value', '-c': 'flag', '-u': 'flag', '-d': 'flag', '-v': 'flag', '-b': 'value' },
    complaints,
  );
  if (!MODES.some((mode) => parsed.has(mode)))
    throw new Refusal(1, 'You must specify at least one of -c, -u, or -d.');
  if (parsed.has('d') && !parsed.has('k'))
    throw new Refusal(1, 'For -d you must specify a version number with -k');
  await call.change();
  return 0;
};
