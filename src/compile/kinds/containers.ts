import type { Lowering } from '../lowering.ts';

export const containers: Lowering<never> = {};
