import type { Lowering } from '../lowering.ts';

export const pip: Lowering<never> = {};
