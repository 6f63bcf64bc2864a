import { RUNNER_ONLINE } from '../agents/agent-view-sql.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from '../members/actor.ts';
import type { RunnerView } from './schema.ts';

type Page = { after: string | undefined; limit: number };

const LIST_SQL = `
  select r.id, r.name, r.project_id, r.version, r.hostname, r.os, ${RUNNER_ONLINE} as online, r.last_seen_at,
         (select count(*)::int from agents a where a.runner_id = r.id and a.removed_at is null) as agents, r.created_at
  from runners r
  left join holders h on h.id = r.holder_id
  where r.removed_at is null
    and ($1::uuid is null or r.project_id is null or r.project_id = $1) and ($2::uuid is null or r.id > $2)
  order by r.id limit $3`;

/** Runners that the actor can see, oldest first, `limit` at most, after the runner `after`. */
export const listRunners = (db: Db, actor: Actor, { after, limit }: Page): Promise<RunnerView[]> =>
  db.query<RunnerView>(LIST_SQL, [actor.project_id, after ?? null, limit]);
