/** Kinds of group program. */
export const programKinds = [] as const;
