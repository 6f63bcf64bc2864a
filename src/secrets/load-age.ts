/** Loaded when it is needed first: a server without secrets does without its 4 MiB. */
export const loadAge = () => import('age-encryption');
