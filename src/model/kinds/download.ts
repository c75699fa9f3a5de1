/** Kinds of group download. */
export const downloadKinds = [] as const;
