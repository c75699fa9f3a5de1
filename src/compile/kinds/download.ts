import type { Lowering } from '../lowering.ts';

export const download: Lowering<never> = {};
