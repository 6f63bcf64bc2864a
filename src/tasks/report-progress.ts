import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { AttemptRef, reportProgress as progressShape } from './attempt-schema.ts';
import { noLease } from './no-lease.ts';

/**
 * Of what an attempt says all the time, an event a second is enough: none is written when the task's last event is a
 * progress of less than a second ago. The last value is on the attempt all the same.
 */
const PROGRESS_SQL = `
  with held as (
    select id, epoch, project_id from live_tasks where id = $1 and epoch = $2 and holder_id is not null for share
  ), said as (
    update attempts a
    set progress_percent = coalesce($3, a.progress_percent), progress_text = coalesce($4, a.progress_text)
    from held h where a.task_id = h.id and a.epoch = h.epoch
    returning h.project_id, a.progress_percent, a.progress_text
  ), latest as (
    select type, at from events where task_id = $1 order by xid desc, seq desc limit 1
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select project_id, $1, 'task.progress', 'attempt:' || $1::uuid || '/' || $2::int,
      json_build_object('epoch', $2::int, 'percent', progress_percent, 'text', progress_text)
    from said
    where not exists (select from latest where type = 'task.progress' and at > now() - interval '1 second')
  )
  select from said`;

/** Notes how far an attempt is; what is not given stays as it was. Refuses: lease_lost. */
export async function reportProgress(
  db: Db,
  { task_id, epoch }: AttemptRef,
  { percent, text }: z.infer<typeof progressShape>,
): Promise<void> {
  const [said] = await db.query(PROGRESS_SQL, [task_id, epoch, percent ?? null, text ?? null], {
    name: 'tasks-progress',
  });
  if (!said) throw noLease({ task_id, epoch });
}
