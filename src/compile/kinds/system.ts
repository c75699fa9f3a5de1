import type { Lowering } from '../lowering.ts';

export const system: Lowering<never> = {};
