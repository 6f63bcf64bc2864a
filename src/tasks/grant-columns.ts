/** What a grant tells of the task `t` itself, for the claim and for the redelivery of a grant that was lost. */
export const GRANT_COLUMNS = `
    t.title, t.prompt, t.call, t.needs, t.result_schema, t.input, t.labels, t.workspace,
    (select permission_rules from projects where id = t.project_id) as permission_rules,
    (select json_build_object('task_id', b.id, 'session', x.session,
        'summary', concat_ws(E'\n\n', b.title, b.prompt, 'Outcome: ' || o.state, left(o.result::text, 16384)))
     from tasks b join outcomes o on o.task_id = b.id
     left join attempts x on x.task_id = o.task_id and x.epoch = o.epoch
     where b.id = t.continues) as continues,
    exists (select from task_dependencies d where d.task_id = t.id) as has_dependencies`;
