/** A question as it is shown, for a select from `QUESTION_JOIN`. */
export const QUESTION_COLUMNS = `
  q.id, q.task_id, t.title as task_title, q.project_id, q.epoch, q.kind, q.title, q.detail, q.options, q.allow_text,
  q.default_answer, q.state, q.answer, q.answered_by, q.answered_at, q.asked_at, q.expires_at`;

/** A question (q) with its task (t). */
export const QUESTION_JOIN = 'questions q join tasks t on t.id = q.task_id';
