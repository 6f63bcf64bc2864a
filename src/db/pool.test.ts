import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';

test('a query gives rows', async () => {
  const { db } = await testDatabase();
  expect(await db.query('select 1 as one')).toEqual([{ one: 1 }]);
});
