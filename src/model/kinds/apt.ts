/** Kinds of group apt. */
export const aptKinds = [] as const;
