/** Kinds of group system. */
export const systemKinds = [] as const;
