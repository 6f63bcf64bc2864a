import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { dependencyEdges } from './dependency-edges.ts';
import { insertTasks, type NewTask } from './insert.ts';
import { type Parent, requireRoomForChildren } from './require-room-for-children.ts';
import type { BatchTask } from './schema.ts';

/**
 * Tasks with their dependencies, in one transaction. A dependency outside the batch is marked first, by which its row
 * is locked: either it has not finished and its end will see `has_dependants`, or it has, and then a settlement makes
 * the coordinator tell the new task. Sub-tasks count against those of their `parent`. Answers false, with nothing written,
 * when one of the keys was used before.
 * Locks live_tasks by id, then settlements by task_id.
 */
export async function insertGraph(db: Db, rows: NewTask[], tasks: BatchTask[], parent?: Parent): Promise<boolean> {
  const edges = dependencyEdges(
    tasks,
    rows.map((row) => row.id),
  );
  const open = Map.groupBy(edges, (edge) => edge.task_id);
  const accepted = db.transaction(async (trx) => {
    const inside = new Set(rows.map((row) => row.id));
    const outside = [...new Set(edges.map((edge) => edge.depends_on))].filter((id) => !inside.has(id));
    if (parent) await lockParent(trx, parent, outside, rows.length);
    await markDependencies(trx, rows[0]!.project_id, outside);
    const dependedOn = new Set(edges.map((edge) => edge.depends_on));
    const inserted = await insertTasks(
      trx,
      rows.map((row) => ({
        ...row,
        open_dependencies: open.get(row.id)?.length ?? 0,
        has_dependants: dependedOn.has(row.id),
      })),
    );
    if (inserted.size < rows.length) throw new SameKey();
    await trx.query(
      `insert into task_dependencies (task_id, depends_on, policy, name)
       select task_id, depends_on, policy, name
       from json_to_recordset($1) as e(task_id uuid, depends_on uuid, policy text, name text)`,
      [JSON.stringify(edges)],
    );
    return true;
  });
  return accepted.catch((error) => {
    if (error instanceof SameKey) return false;
    throw error;
  });
}

/** With the dependencies, so that all are locked in the order of their ids. */
async function lockParent(trx: Db, parent: Parent, dependencies: string[], more: number): Promise<void> {
  const ids = [parent.task_id, ...dependencies];
  await trx.query('select from live_tasks where id = any($1) order by id for update', [ids]);
  await requireRoomForChildren(trx, parent, more);
}

/** Another submit with this key committed first; rolls the batch back whole. */
class SameKey extends Error {}

async function markDependencies(trx: Db, projectId: string, ids: string[]): Promise<void> {
  if (!ids.length) return;
  const live = await trx.query<{ id: string }>(
    `with dependency as (
       select id from live_tasks where id = any($1) and project_id = $2 order by id for update
     )
     update live_tasks t set has_dependants = true from dependency d where t.id = d.id returning t.id`,
    [ids, projectId],
  );
  const finished = await trx.query<{ task_id: string }>(
    // Locked against the retention, which would leave the new task to wait for something that is gone.
    'select task_id from outcomes where task_id = any($1) and project_id = $2 for key share',
    [ids, projectId],
  );
  const known = new Set([...live.map((row) => row.id), ...finished.map((row) => row.task_id)]);
  const unknown = ids.find((id) => !known.has(id));
  if (unknown) throw new AppError('unknown_dependency', `There is no task ${unknown} in this project to depend on.`);
  const done = finished.map((row) => row.task_id);
  if (done.length) await trx.query(SETTLE_AGAIN_SQL, [done]);
}

/**
 * Not `do nothing`: a settlement that another replica has locked and is about to delete would count as there, while
 * that replica cannot see the new dependant yet.
 */
const SETTLE_AGAIN_SQL = `
  insert into settlements (task_id) select unnest($1::uuid[]) as task_id order by 1
  on conflict (task_id) do update set task_id = excluded.task_id`;
