import type { Db } from '../db/database.ts';

const END_SQL = `
  with ended as (
    delete from parked_accounts where parked_until <= now() returning project_id, account
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select project_id, null, 'account.unparked', 'coordinator', json_build_object('account', account) from ended
  )
  select count(*)::int as ended from ended`;

/** Ends what is over of the parked accounts; nothing else does, so that work is looked for then. Answers how many. */
export async function endParkings(db: Db): Promise<number> {
  const [row] = await db.query<{ ended: number }>(END_SQL, [], { name: 'agents-end-parkings' });
  return row!.ended;
}
