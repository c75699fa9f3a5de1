import type { Lowering } from '../lowering.ts';

export const postgres: Lowering<never> = {};
