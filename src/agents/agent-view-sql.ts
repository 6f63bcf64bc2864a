/** From when on a runner counts as gone that was not heard of. Its poll is held 25 s and noted within 10 s. */
const OFFLINE_AFTER = `interval '45 seconds'`;

/** Whether the runner `r` is online: a session is open (`h`, its current holder) and it was heard of lately. */
export const RUNNER_ONLINE = `(h.id is not null and h.ended_at is null and r.last_seen_at > now() - ${OFFLINE_AFTER})`;

/** An AgentView of every agent that was not removed: `a` agents, `r` runners, `s` slots, `h` the runner's holder. */
export const AGENT_VIEW_SQL = `
  select a.id, a.name, a.kind, a.project_id, a.runner_id, r.name as runner, a.capabilities, a.models, a.labels,
         s.max_concurrent, s.used, a.not_ready_reason, r.last_seen_at, a.created_at,
         case
           when not ${RUNNER_ONLINE} then 'offline'
           when a.draining then 'draining'
           when a.not_ready_reason is not null then 'not_ready'
           else 'online'
         end as status
  from agents a
  join runners r on r.id = a.runner_id
  join agent_slots s on s.agent_id = a.id
  left join holders h on h.id = r.holder_id
  where a.removed_at is null and r.removed_at is null`;
