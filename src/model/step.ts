import { z } from 'zod';
import { aptKinds } from './kinds/apt.ts';
import { containersKinds } from './kinds/containers.ts';
import { downloadKinds } from './kinds/download.ts';
import { fileKinds } from './kinds/file.ts';
import { pipKinds } from './kinds/pip.ts';
import { postgresKinds } from './kinds/postgres.ts';
import { programKinds } from './kinds/program.ts';
import { rebootKinds } from './kinds/reboot.ts';
import { serviceKinds } from './kinds/service.ts';
import { shellKinds } from './kinds/shell.ts';
import { systemKinds } from './kinds/system.ts';

/** A step of any kind. */
export const stepSchema = z.discriminatedUnion('kind', [
  ...serviceKinds,
  ...postgresKinds,
  ...aptKinds,
  ...pipKinds,
  ...fileKinds,
  ...downloadKinds,
  ...containersKinds,
  ...programKinds,
  ...systemKinds,
  ...shellKinds,
  ...rebootKinds,
]);

/** A step as the compiler reads it: every default filled in. */
export type Step = z.output<typeof stepSchema>;
/** The name of a kind of step. */
export type Kind = Step['kind'];
/** A step of kind `K`. */
export type StepOf<K extends Kind> = Extract<Step, { kind: K }>;
/** A step as it is written: what has a default may be left out. */
export type StepInput = z.input<typeof stepSchema>;
/** What the vocabulary's function for kind `K` takes. */
export type OptionsOf<K extends Kind> = Omit<Extract<StepInput, { kind: K }>, 'kind'>;
