/** The variable in which runuser, su and sudo tell the shims below them who runs them. */
export const USER_VARIABLE = 'STEPWRIGHT_HOST_USER';
