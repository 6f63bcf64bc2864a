import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { onTestFinished, type TestContext } from 'vitest';
import { unprivilegedAccount } from '../../src/db/embedded/account.ts';
import { freePort } from './free-port.ts';
import { program } from './program.ts';
import { tcpProxy } from './tcp-proxy.ts';
import { testFolder } from './test-folder.ts';
import { until } from './until.ts';

/** A PgBouncer of a test's own, in transaction mode, before the PostgreSQL of a URL. */
type PgBouncer = {
  /** The given URL, led through it. */
  url: string;
  /** Kills it. */
  down(): Promise<void>;
  up(): Promise<void>;
};

/**
 * Starts it from deploy/pgbouncer.ini, as an unprivileged account, on a free port; it ends with the test. `changes` replace
 * lines of that file by their names. Where there is no PgBouncer the test is skipped.
 */
export async function pgBouncer(
  url: string,
  context: TestContext,
  changes: Record<string, string> = {},
): Promise<PgBouncer> {
  const bin = program('pgbouncer', context);
  const port = await freePort();
  const { password, username } = new URL(url);
  const through = Object.assign(new URL(url), { host: `127.0.0.1:${port}`, password: password || 'secret' });
  through.searchParams.delete('host');
  // PostgreSQL may be at a socket that only its own account can open.
  const { port: target } = new URL((await tcpProxy(url)).url);
  const folder = await testFolder();
  const account = await unprivilegedAccount();
  const place = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text);
    if (account) await chown(file, account.uid, account.gid);
    return file;
  };
  const auth_file = await place('userlist.txt', `"${username}" "${decodeURIComponent(through.password)}"\n`);
  const own = { listen_addr: '127.0.0.1', listen_port: String(port), auth_file };
  const ini = await place(
    'pgbouncer.ini',
    await settled({ whoosh: `host=127.0.0.1 port=${target}`, ...own, ...changes }),
  );
  if (account) await chown(folder, account.uid, account.gid);

  let child: ChildProcess | undefined;
  const down = async () => {
    const ended = child && once(child, 'exit');
    child?.kill('SIGKILL');
    await ended;
    child = undefined;
  };
  const up = async () => {
    child = spawn(bin, ['-q', ini], {
      stdio: 'ignore',
      cwd: '/',
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    await until(() => answers(through.href));
  };
  onTestFinished(down);
  await up();
  return { url: through.href, down, up };
}

/** The file that is shipped, with other values; of databases it takes any, for each test has one of its own. */
async function settled(values: Record<string, string>): Promise<string> {
  let text = await readFile('deploy/pgbouncer.ini', 'utf8');
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^${name} = .*$`, 'm');
    if (!line.test(text)) throw new Error(`deploy/pgbouncer.ini has no line for ${name}`);
    text = text.replace(line, () => `${name === 'whoosh' ? '*' : name} = ${value}`);
  }
  return text;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
  client.on('error', () => {});
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}
