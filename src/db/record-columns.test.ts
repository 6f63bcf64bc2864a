import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { recordColumns } from './record-columns.ts';

type Given = { id: number; text: string | null; at?: string; data: unknown; done: boolean };
const GIVEN = recordColumns<Given>({ id: 'int', text: 'text', at: 'timestamptz', data: 'json', done: 'boolean' });

// NUL and lone surrogates are replaced at the door.
const text = fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', ',', "'", ' ', '\n', 'NULL', 'ä', '😀', 'a') });

test('records come out of a statement as they went in, whatever their texts hold', async () => {
  const { db } = await testDatabase();
  const record = fc.record({
    text: fc.option(text),
    data: fc.oneof(text, fc.array(text), fc.integer()),
    done: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 10 }), async (given) => {
      const records = given.map((one, id) => ({ ...one, id, ...(id % 2 && { at: '2026-11-24T03:00:00.000Z' }) }));
      const rows = await db.query(`select * from ${GIVEN.from} order by id`, GIVEN.values(records));
      expect(rows).toEqual(records.map((one) => ({ at: null, ...one })));
    }),
  );
});

test('no records are no rows', async () => {
  const { db } = await testDatabase();
  expect(await db.query(`select * from ${GIVEN.from}`, GIVEN.values([]))).toEqual([]);
});
