import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { emptyDatabase, testDatabase } from '../../test/support/database.ts';
import { logLines } from '../../test/support/log-lines.ts';
import { pgBouncer } from '../../test/support/pg-bouncer.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { until } from '../../test/support/until.ts';
import { ConfigError, readConfig } from '../config.ts';
import { openDatabase } from './connect.ts';

/** A replica's pools, with requests through a pooler that has so many connections to PostgreSQL. */
async function behind(context: TestContext, { connections = 2, env = {} as NodeJS.ProcessEnv } = {}) {
  const { db, url } = await testDatabase();
  const bouncer = await pgBouncer(url, context, { default_pool_size: String(connections) });
  const { log, lines } = logLines();
  const settings = { DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: url, DB_POOLER: 'transaction', ...env };
  const database = openDatabase(readConfig(settings), log);
  onTestFinished(() => database.close());
  return { db, url, bouncer, database, lines };
}

test('many requests share the few connections of a pooler, with named statements and in UTC [DB15]', async (context) => {
  const { db, database } = await behind(context);
  await db.query(
    `do $$ begin execute format('alter database %I set timezone = ''Asia/Tokyo''', current_database()); end $$`,
  );
  await database.untilUsable();
  const ask = (n: number) =>
    database.api.query("select $1::int as n, current_setting('timezone') as zone", [n], { name: 'ask' });
  const both = (n: number) =>
    database.api.transaction(async (trx) => {
      await trx.query('select pg_sleep(0.002)', [], { name: 'nap' });
      return trx.query("select $1::int as n, current_setting('timezone') as zone", [n], { name: 'ask' });
    });
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  const answers = await Promise.all(numbers.map((n) => (n % 2 ? ask(n) : both(n))));
  expect(answers).toEqual(numbers.map((n) => [{ n, zone: 'UTC' }]));
  const [opened] = await db.query<{ n: number }>(
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'whoosh api'",
  );
  expect(opened?.n).toBeLessThanOrEqual(2);
});

test('a transaction that fails behind a pooler leaves nothing to the next one [DB15]', async (context) => {
  const { database } = await behind(context, { connections: 1 });
  await database.api.query('create table thing (a int primary key)');
  const twice = database.api.transaction(async (trx) => {
    await trx.query('insert into thing values (1)');
    await trx.query('insert into thing values (1)');
  });
  await expect(twice).rejects.toMatchObject({ code: '23505' });
  expect(await database.api.query('select * from thing')).toEqual([]);
});

test('an outage of the pooler is unavailable and survived, and leases are kept meanwhile [DB15] [S5]', async (context) => {
  const { bouncer, database } = await behind(context);
  await database.untilUsable();
  await bouncer.down();
  expect(await refusalOf(database.api.query('select 1'))).toMatchObject({ code: 'unavailable' });
  expect(await database.control.query('select 1 as one')).toEqual([{ one: 1 }]);
  await bouncer.up();
  expect(await database.api.query('select 1 as one')).toEqual([{ one: 1 }]);
});

test('without limits for what comes through the pooler the start says which statements set them, and they do [DB15]', async (context) => {
  const { db, database, lines } = await behind(context, { env: { DB_QUERY_TIMEOUT_MS: '500' } });
  await database.untilUsable();
  const [{ msg } = {}] = lines();
  expect(msg).toMatch(
    /^Nothing in PostgreSQL ends statements .*: alter role \w+ in database \w+ set statement_timeout = 500; alter/,
  );
  await db.query(String(msg).slice(String(msg).indexOf('alter role')));
  // Sessions that the pooler has open keep what they were started with.
  await db.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'whoosh api'");
  const refusal = await until(async () => {
    const refused = await refusalOf(database.api.query('select pg_sleep(5)'));
    return (refused.cause as { code?: string }).code === '57014' && refused;
  });
  expect(refusal).toMatchObject({ code: 'unavailable' });
});

test('a pooler that the settings do not tell of is refused at the start, in one line [DB15]', async (context) => {
  const { bouncer, url } = await behind(context);
  const start = async (env: NodeJS.ProcessEnv) => {
    const database = openDatabase(readConfig({ DATABASE_DIRECT_URL: url, ...env }), logLines().log);
    onTestFinished(() => database.close());
    return database.untilUsable().catch((error) => error);
  };
  const untold = await start({ DATABASE_URL: bouncer.url });
  expect(untold).toBeInstanceOf(ConfigError);
  expect(untold.message).toBe('DATABASE_URL leads to a pooler: set DB_POOLER=transaction and DATABASE_DIRECT_URL');
  const elsewhere = await start({
    DATABASE_URL: bouncer.url,
    DATABASE_DIRECT_URL: (await emptyDatabase()).url,
    DB_POOLER: 'transaction',
  });
  expect(elsewhere.message).toBe('DATABASE_DIRECT_URL leads to another database than DATABASE_URL');
});
