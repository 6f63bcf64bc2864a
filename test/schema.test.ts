import { expect, test } from 'vitest';
import { dumpSchema } from '../src/db/dump-schema.ts';
import { testDatabase } from './support/database.ts';

test('migrations/schema.sql shows the schema that the migrations make; `npx vitest run test/schema.test.ts -u` writes it anew [DB11]', async () => {
  const { db } = await testDatabase();
  await expect(await dumpSchema(db)).toMatchFileSnapshot('../migrations/schema.sql');
});
