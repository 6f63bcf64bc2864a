import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who PostgreSQL runs as: ids for `spawn` and `chown`. */
export type Account = { name: string; uid: number; gid: number };

// `whoosh` first: whoever creates it means us. `nobody` last: other services share it.
const EXISTING = ['whoosh', 'postgres', '_postgres'];

/**
 * The account that PostgreSQL runs as: undefined for a plain user (itself). PostgreSQL refuses to run as root, so root
 * gets `whoosh`, `postgres`, a new system account `whoosh`, or `nobody`, the first of these that can be had.
 */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of EXISTING) {
    const account = await findAccount(name);
    if (account) return account;
  }
  return (await createAccount('whoosh')) ?? (await findAccount('nobody')) ?? refuse();
}

async function findAccount(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    const account = { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
    return account.uid > 0 ? account : undefined;
  } catch {
    return undefined; // `id` fails for an account that does not exist.
  }
}

async function createAccount(name: string): Promise<Account | undefined> {
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]);
    return await findAccount(name);
  } catch {
    return undefined; // No useradd (Alpine, macOS) or a read-only /etc: the next choice is tried.
  }
}

function refuse(): never {
  throw new Error(
    'PostgreSQL does not run as root, and no other account could be found or created. Create one (`useradd --system whoosh`), start WHOOSH as a plain user, or set DATABASE_URL.',
  );
}
