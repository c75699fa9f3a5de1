import type { Kind, StepOf } from '../model/step.ts';
import type { Lowered } from './lowered.ts';

/** How steps of each of some kinds become bash. */
export type Lowering<K extends Kind> = { readonly [Each in K]: (step: StepOf<Each>) => Lowered };
