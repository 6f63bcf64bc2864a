/** From when on a runner counts as gone that was not heard of. Its poll is held 25 s and noted within 10 s. */
const OFFLINE_AFTER = `interval '45 seconds'`;

/** Whether the runner `r` is online: a session is open (`h`, its current holder) and it was heard of lately. */
export const RUNNER_ONLINE = `(h.id is not null and h.ended_at is null and r.last_seen_at > now() - ${OFFLINE_AFTER})`;

/** Whether the model server `e` is. A probe is lost now and then; two in a row are not. */
export const ENDPOINT_ONLINE = '(e.probed_at is not null and e.probe_failures < 2)';

/**
 * An AgentView of every agent that was not removed: `a` agents, `s` slots; of pull agents `r` runners and `h` the runner's
 * holder; of push agents `e` endpoints; `p` the parked account of those that work on one.
 */
export const AGENT_VIEW_SQL = `
  select a.id, a.name, a.kind, a.project_id, a.runner_id, r.name as runner, a.capabilities, a.models, a.labels,
         s.max_concurrent, s.used, a.not_ready_reason, a.account, p.parked_until, p.reason as parked_reason, e.url,
         e.key_id is not null as has_key, e.version, coalesce(e.prices, '{}') as prices,
         coalesce(e.inventory, '[]') as inventory, e.breaker_opened_at is not null as breaker_open, e.problem,
         coalesce(r.last_seen_at, e.probed_at) as last_seen_at, a.created_at,
         case
           when e.agent_id is not null and e.approved_at is null then 'pending'
           when not (case when e.agent_id is null then ${RUNNER_ONLINE} else ${ENDPOINT_ONLINE} end) then 'offline'
           when a.draining then 'draining'
           when a.not_ready_reason is not null then 'not_ready'
           when p.parked_until is not null then 'parked'
           when e.probe_failures > 0 or e.call_failures > 0 then 'degraded'
           else 'online'
         end as status
  from agents a
  join agent_slots s on s.agent_id = a.id
  left join runners r on r.id = a.runner_id
  left join holders h on h.id = r.holder_id
  left join endpoints e on e.agent_id = a.id
  left join parked_accounts p
    on p.account = a.account and p.project_id is not distinct from a.project_id and p.parked_until > now()
  where a.removed_at is null and r.removed_at is null`;
