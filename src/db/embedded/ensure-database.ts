import pg from 'pg';
import { USER } from './url.ts';

const NO_SUCH_DATABASE = '3D000';

/** Proves that the database behind `url` takes our password; creates it when it is not there, as after initdb. */
export async function ensureDatabase(url: string): Promise<void> {
  try {
    await run(url, 'select 1');
  } catch (error) {
    if ((error as pg.DatabaseError).code !== NO_SUCH_DATABASE) throw error;
    const maintenance = Object.assign(new URL(url), { pathname: '/postgres' }).href;
    await run(maintenance, `create database ${USER}`);
  }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 30_000 });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
