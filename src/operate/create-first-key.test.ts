import { expect, test } from 'vitest';
import { cli } from '../../test/support/cli.ts';
import { emptyDatabase, testDatabase } from '../../test/support/database.ts';
import { parseToken } from '../lib/token.ts';
import { findActor } from '../members/find-actor.ts';

const create = (DATABASE_URL: string, ...more: string[]) =>
  cli(['key', 'create', 'me', '--role', 'admin', '--database', ...more], {
    env: { WHOOSH_MODE: 'production', DATABASE_URL },
  });

test('who may write into the database makes the first key there, and the record tells of it', async () => {
  const { db, url } = await testDatabase();
  const { out, exit } = await create(url);
  expect(exit).toBe(0);
  const actor = await findActor(db, parseToken(out.trim())!);
  expect(actor).toMatchObject({ kind: 'key', role: 'admin', project_id: null });
  expect(await db.query('select type, actor from events')).toEqual([{ type: 'key.created', actor: 'operator' }]);
});

test('a first key for a project that does not exist, or on a schema that is not there, is refused', async () => {
  const { url } = await testDatabase();
  expect(await create(url, '--project', 'none')).toMatchObject({ exit: 1, err: expect.stringContaining('"none"') });
  const empty = await emptyDatabase();
  expect((await create(empty.url)).err).toContain('run `whoosh db migrate`');
});
