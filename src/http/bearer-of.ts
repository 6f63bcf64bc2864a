/** What an Authorization header gives as `Bearer`; undefined when it gives nothing so. */
export const bearerOf = (authorization = ''): string | undefined => /^bearer +(\S+)$/i.exec(authorization)?.[1];
