import { chown, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { onTestFinished, type TestContext } from 'vitest';
import { unprivilegedAccount } from '../../src/db/embedded/account.ts';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { createLog } from '../../src/lib/log.ts';
import { type Authority, certificateAuthority } from './certificate-authority.ts';
import { testFolder } from './test-folder.ts';

/** A PostgreSQL that answers its users over TLS only, by the name of `localhost`. */
export type TlsPostgres = {
  /** What issued its certificate. */
  authority: Authority;
  port: number;
  database: string;
  /** As the superuser of the test, who alone needs no TLS. */
  sql(text: string): Promise<Record<string, unknown>[]>;
};

// `app` shows a password, `machine` a certificate.
const HBA = `host all whoosh 127.0.0.1/32 scram-sha-256
hostssl all app all scram-sha-256
hostssl all machine all cert
`;

/** Starts one (about 1.5 s); it ends with the test, which is skipped where there is no openssl. */
export async function tlsPostgres(context: TestContext): Promise<TlsPostgres> {
  const authority = await certificateAuthority(context);
  const home = await testFolder();
  const server = await startEmbedded({
    // So long that no socket fits into it: TLS is for TCP.
    dataDir: join(home, 'over-tcp'.repeat(10)),
    log: createLog('error', false),
    settings: { fsync: 'off', ...(await tlsSettings(home, authority)) },
  });
  onTestFinished(() => server.stop());
  const sql = async (text: string, database = 'whoosh') => {
    const url = Object.assign(new URL(server.url), { pathname: `/${database}` });
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const { rows } = await client.query(text).finally(() => client.end());
    return rows;
  };
  await sql("create role app login password 'secret'");
  await sql('create role machine login in role app');
  await sql('create database fleet owner app');
  return { authority, port: Number(new URL(server.url).port), database: 'fleet', sql: (text) => sql(text, 'fleet') };
}

/** Keys must belong to the account that PostgreSQL runs as. */
async function tlsSettings(home: string, authority: Authority): Promise<Record<string, string>> {
  const { cert, key } = await authority.issue('localhost');
  const account = await unprivilegedAccount();
  const place = async (name: string, from: string | null) => {
    const file = join(home, name);
    if (from) await copyFile(from, file);
    else await writeFile(file, HBA);
    if (account) await chown(file, account.uid, account.gid);
    return file;
  };
  return {
    ssl: 'on',
    ssl_cert_file: await place('server.crt', cert),
    ssl_key_file: await place('server.key', key),
    ssl_ca_file: await place('ca.crt', authority.cert),
    hba_file: await place('pg_hba.conf', null),
  };
}
