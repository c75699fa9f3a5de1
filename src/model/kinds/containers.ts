/** Kinds of group containers. */
export const containersKinds = [] as const;
