/** Before the name of everything that is measured. */
export const PREFIX = 'whoosh_';
