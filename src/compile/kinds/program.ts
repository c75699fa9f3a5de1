import type { Lowering } from '../lowering.ts';

export const program: Lowering<never> = {};
