/** The superuser and the database of the embedded server. */
export const USER = 'whoosh';

/** Where the embedded server listens: a folder for its unix socket, or a port on 127.0.0.1. */
export type Address = { socketFolder: string } | { port: number };

/** The postgres:// URL of a database on the embedded server. */
export function embeddedUrl(address: Address, password: string, database = USER): string {
  const login = `postgres://${USER}:${encodeURIComponent(password)}`;
  return 'port' in address
    ? `${login}@127.0.0.1:${address.port}/${database}`
    : `${login}@localhost/${database}?host=${encodeURIComponent(address.socketFolder)}`;
}
