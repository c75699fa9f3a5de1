/** Kinds of group postgres. */
export const postgresKinds = [] as const;
