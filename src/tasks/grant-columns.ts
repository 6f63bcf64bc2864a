/** What a grant tells of the task `t` itself, for the claim and for the redelivery of a grant that was lost. */
export const GRANT_COLUMNS = `
    t.title, t.prompt, t.call, t.needs, t.result_schema, t.input, t.labels, t.workspace, t.traceparent,
    (select permission_rules from projects where id = t.project_id) as permission_rules,
    (select json_build_object('task_id', b.id, 'session', x.session,
        'summary', concat_ws(E'\n\n', b.title, b.prompt, 'Outcome: ' || o.state, o.error ->> 'message',
          left(o.result::text, 16384)))
     from tasks b join outcomes o on o.task_id = b.id
     -- Not the outcome's epoch: what was taken away from its holder has one that no attempt had.
     left join lateral (select session from attempts where task_id = b.id order by epoch desc limit 1) x on true
     where b.id = t.continues) as continues,
    exists (select from task_dependencies d where d.task_id = t.id) as has_dependencies`;
