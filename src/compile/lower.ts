import type { Kind, Step } from '../model/step.ts';
import { apt } from './kinds/apt.ts';
import { containers } from './kinds/containers.ts';
import { download } from './kinds/download.ts';
import { file } from './kinds/file.ts';
import { pip } from './kinds/pip.ts';
import { postgres } from './kinds/postgres.ts';
import { program } from './kinds/program.ts';
import { reboot } from './kinds/reboot.ts';
import { service } from './kinds/service.ts';
import { shell } from './kinds/shell.ts';
import { system } from './kinds/system.ts';
import type { Lowered } from './lowered.ts';
import type { Lowering } from './lowering.ts';

const LOWERING: Lowering<Kind> = {
  ...apt,
  ...containers,
  ...download,
  ...file,
  ...pip,
  ...postgres,
  ...program,
  ...reboot,
  ...service,
  ...shell,
  ...system,
};

const known = new WeakMap<Step, Lowered>();

/** `step` as bash and as words; made once for each step, which many ask for. */
export function lower(step: Step): Lowered {
  const made = known.get(step) ?? (LOWERING[step.kind] as (step: Step) => Lowered)(step);
  known.set(step, made);
  return made;
}
