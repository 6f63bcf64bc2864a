import { type AddressInfo, createServer } from 'node:net';

/** The superuser and the database of the embedded server. */
export const USER = 'whoosh';

/** Where the embedded server listens: a folder for its unix socket, or a port on 127.0.0.1. */
export type Address = { socketFolder: string } | { port: number };

// A socket's path may have 107 bytes on Linux and 103 on macOS, of which `/.s.PGSQL.5432.lock` takes 19.
const MAX_SOCKET_FOLDER_BYTES = 84;

/**
 * A unix socket in the cluster's own folder: nobody else can have taken it, no other account can open it, and it is a
 * third faster than TCP. Where the path is too long for that, a free port on 127.0.0.1, chosen anew at each start.
 */
export async function chooseAddress(folder: string): Promise<Address> {
  if (Buffer.byteLength(folder) <= MAX_SOCKET_FOLDER_BYTES) return { socketFolder: folder };
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port };
}

/** The postgres:// URL of a database on the embedded server. */
export function embeddedUrl(address: Address, password: string, database = USER): string {
  const login = `postgres://${USER}:${encodeURIComponent(password)}`;
  return 'port' in address
    ? `${login}@127.0.0.1:${address.port}/${database}`
    : `${login}@localhost/${database}?host=${encodeURIComponent(address.socketFolder)}`;
}
