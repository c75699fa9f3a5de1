import type { Lowering } from '../lowering.ts';

export const apt: Lowering<never> = {};
