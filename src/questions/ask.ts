import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { sha256 } from '../lib/sha256.ts';
import type { AttemptRef } from '../tasks/attempt-schema.ts';
import { lockHeld } from '../tasks/lock-held.ts';
import { keepClock } from './keep-clock.ts';
import { readQuestion } from './read.ts';
import { requireFitting } from './require-fitting.ts';
import type { AskQuestion, QuestionView } from './schema.ts';

export type Asker = AttemptRef & { project_id: string };
export type Asked = { question: QuestionView; is_new: boolean };

const MOST_QUESTIONS = 100;
const MOST_PENDING = 20;

const COUNT_SQL = `
  select count(*)::int as questions, count(*) filter (where state = 'pending')::int as pending,
    coalesce(bool_or(key = $2), false) as known
  from questions where task_id = $1`;

const INSERT_SQL = `
  insert into questions (id, task_id, project_id, epoch, key, kind, title, detail, options, allow_text, default_answer, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now() + $12 * interval '1 millisecond')
  returning id`;

/**
 * What nobody answered for an earlier attempt is asked anew: somebody may be there now. An answer stands, and so does a
 * dismissal, which is somebody's decision too.
 */
const ASK_AGAIN_SQL = `
  with before as (
    select id, state = 'expired' and epoch < $3 as anew from questions where task_id = $1 and key = $2 for update
  )
  update questions q
  set epoch = $3, state = case when b.anew then 'pending' else q.state end,
    asked_at = case when b.anew then now() else q.asked_at end,
    expires_at = case when b.anew then now() + $4 * interval '1 millisecond' else q.expires_at end,
    answered_by = case when not b.anew then q.answered_by end,
    answered_at = case when not b.anew then q.answered_at end
  from before b where q.id = b.id
  returning q.id, b.anew`;

/**
 * Asks for an attempt, which must hold its lease. A question that this task has asked with the same key before is the
 * same question (a request for permission when all the rest is the same too): pending, it waits for this attempt now;
 * answered, the answer is there. While an attempt has a pending question its clock stands still.
 * Refuses: lease_lost, questions_full (100 a task, 20 pending), invalid_request (a default that the question would not
 * take, options with the same id, neither options nor text).
 */
export async function askQuestion(db: Db, asker: Asker, asked: AskQuestion): Promise<Asked> {
  const question = { ...asked, allow_text: asked.allow_text ?? asked.options.length === 0 };
  requireUsable(question);
  const key = storedKey(question);
  return db.transaction(async (trx) => {
    await lockHeld(trx, asker);
    const is_new = await isNew(trx, asker, key);
    const id = is_new ? await insert(trx, asker, key, question) : await askAgain(trx, asker, key, question);
    await keepClock(trx, [asker.task_id]);
    return { question: await readQuestion(trx, id), is_new };
  });
}

type Usable = AskQuestion & { allow_text: boolean };

function requireUsable({ options, allow_text, default_answer }: Usable): void {
  if (!options.length && !allow_text) refuse('allow_text', 'expected true, since there are no options');
  if (new Set(options.map(({ id }) => id)).size < options.length) refuse('options', 'expected ids that differ');
  if (default_answer) requireFitting({ options, allow_text }, default_answer, ['default_answer']);
}

function refuse(path: string, message: string): never {
  throw new AppError('invalid_request', 'Nobody could answer this question.', { errors: [{ path, message }] });
}

/**
 * Two requests for permission are the same only when all that a person sees is: else the work could ask something harmless
 * beforehand, or by a default answer its own way, under the key by which its runner will ask. The kind stands before it,
 * so that none can be made up to look like one of the other kind.
 */
function storedKey({ key, kind, title, detail, options, allow_text, default_answer }: Usable): string {
  if (kind === 'question' && key !== undefined) return `question ${key}`;
  const shown = { kind, title, detail: detail ?? null, options, allow_text };
  const whole = kind === 'permission' ? { ...shown, key: key ?? null, default_answer: default_answer ?? null } : shown;
  return `${kind} ${sha256(canonicalJson(whole))}`;
}

/** Exact, since the lock on the task's row lets its attempt ask one question after the other. */
async function isNew(trx: Db, { task_id }: Asker, key: string): Promise<boolean> {
  type Counted = { questions: number; pending: number; known: boolean };
  const [counted] = await trx.query<Counted>(COUNT_SQL, [task_id, key]);
  const { questions, pending, known } = counted!;
  if (known) return false;
  if (questions < MOST_QUESTIONS && pending < MOST_PENDING) return true;
  const sentence = `The task has asked ${questions} questions, ${pending} of them pending; it may ask ${MOST_QUESTIONS}, and have ${MOST_PENDING} pending.`;
  throw new AppError('questions_full', sentence);
}

async function insert(trx: Db, asker: Asker, key: string, question: Usable): Promise<string> {
  const id = uuidv7();
  const { kind, title, detail = null, options, allow_text, default_answer, expires_in_ms = null } = question;
  const about = [kind, title, detail, JSON.stringify(options), allow_text];
  const expiry = [default_answer ? JSON.stringify(default_answer) : null, expires_in_ms];
  await trx.query(INSERT_SQL, [id, asker.task_id, asker.project_id, asker.epoch, key, ...about, ...expiry]);
  await tell(trx, asker, id, question);
  return id;
}

async function askAgain(trx: Db, asker: Asker, key: string, question: Usable): Promise<string> {
  const { task_id, epoch } = asker;
  const values = [task_id, key, epoch, question.expires_in_ms ?? null];
  const [again] = await trx.query<{ id: string; anew: boolean }>(ASK_AGAIN_SQL, values);
  if (again!.anew) await tell(trx, asker, again!.id, question);
  return again!.id;
}

function tell(trx: Db, { task_id, project_id, epoch }: Asker, question_id: string, { kind, title, options }: Usable) {
  const data = { question_id, epoch, kind, title, options };
  return recordEvent(trx, { type: 'question.asked', project_id, task_id, actor: `attempt:${task_id}/${epoch}`, data });
}
