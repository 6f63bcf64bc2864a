import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, inject, onTestFinished } from 'vitest';
import type { Db } from '../../src/db/database.ts';
import { openPool } from '../../src/db/pool.ts';
import { until } from './until.ts';

/** A database of one test's own. */
export type TestDatabase = {
  db: Db;
  /** For a server or a second pool; it is dropped with the database. */
  url: string;
};

/**
 * A private, migrated database (about 50 ms), with a pool of up to 10 connections. Inside a test it goes with the test;
 * at the top of a file or in `beforeAll` it goes with the file.
 */
export function testDatabase(): Promise<TestDatabase> {
  return createDatabase(inject('testServer').template);
}

/** As `testDatabase`, without any table: for tests of migrations. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0');
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const { url: serverUrl } = inject('testServer');
  const name = `whoosh_test_${randomBytes(6).toString('hex')}`;
  const drop = () => administer(serverUrl, `drop database if exists ${name} with (force)`);
  await cloneDatabase(serverUrl, name, template);
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  const pool = openPool({
    url,
    name,
    min: 0,
    max: 10,
    recycleS: 3600,
    connectTimeoutMs: 10_000,
    queryTimeoutMs: 10_000,
  });
  afterwards(async () => {
    await pool.close();
    await drop();
  });
  return { db: pool, url };
}

async function cloneDatabase(serverUrl: string, name: string, template: string): Promise<void> {
  await until(() =>
    administer(serverUrl, `create database ${name} template ${template}`).then(
      () => true,
      (error) => {
        // 55006: something, such as autovacuum, is connected to the template at this moment.
        if (error.code !== '55006') throw error;
      },
    ),
  );
}

// Registered while the file is read: inside a `beforeAll`, afterAll would be too late and is never called.
const atEnd: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanUp of atEnd) await cleanUp();
});

function afterwards(cleanUp: () => Promise<void>): void {
  try {
    onTestFinished(cleanUp);
  } catch {
    atEnd.push(cleanUp); // Not inside a test: the file owns the database.
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
