import type { Lowering } from '../lowering.ts';

export const file: Lowering<never> = {};
