/** Kinds of group pip. */
export const pipKinds = [] as const;
