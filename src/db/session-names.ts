/**
 * `application_name` of a replica's connections to PostgreSQL. By it a starting replica counts the others, and a restore
 * knows who is connected.
 */
export const SESSION_NAMES = { api: 'whoosh api', control: 'whoosh control', listen: 'whoosh listen' } as const;
