import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { sha256 } from '../lib/sha256.ts';
import { workScope } from '../lib/work-scope.ts';
import type { TaskDesk } from './desk.ts';
import { fullNeeds } from './full-needs.ts';
import type { NewTask } from './insert.ts';
import { insertGraph } from './insert-graph.ts';
import { refuseCycles } from './refuse-cycles.ts';
import { requireCapacity } from './require-capacity.ts';
import type { Parent } from './require-room-for-children.ts';
import { requireSatisfiable } from './require-satisfiable.ts';
import { requireUsableSchema } from './result-schema.ts';
import type { BatchTask, SubmitTask } from './schema.ts';

export type Submission = {
  project: { id: string; max_unfinished_tasks: number; requires_approval: boolean };
  tasks: BatchTask[];
  idempotency_key: string | null;
  actor: string;
  retried_from?: string;
  /** The attempt that submits, when one does. */
  parent?: Parent;
};
export type Submitted = { ids: string[]; replayed: boolean };

const MOST_BYTES = 262_144;
/** Every replica remembers the needs of all that is queued: at half a megabyte each, as they could be, it ran out of memory. */
const MOST_NEEDS_BYTES = 8192;

/**
 * Accepts one task or a batch, all or none, and answers the ids in order once they are durable. Repeating it with the
 * same idempotency key and body answers the first ids with `replayed`. Refuses: input_too_large, invalid_schema,
 * invalid_request (a deadline in the past, `continues` of what has not ended), unsatisfiable, queue_full,
 * unknown_dependency, dependency_cycle, idempotency_key_reused; of an attempt lease_lost, subtask_limit. Safe on any
 * number of replicas: the key is a unique index.
 */
export async function submitTasks(desk: TaskDesk, submission: Submission): Promise<Submitted> {
  const earlier = await findEarlier(desk.context.db, submission);
  if (earlier) return earlier;
  for (const task of submission.tasks) await checkTask(task);
  refuseCycles(submission.tasks);
  await refusePast(desk.context.db, submission.tasks);
  await requireEnded(desk.context.db, submission);
  await requireSatisfiable(desk, submission.project.id, submission.tasks);
  await requireCapacity(desk, submission.project, submission.tasks.length);
  const rows = await toRows(desk, submission);
  const ids = rows.map((row) => row.id);
  const isNew = needsTransaction(submission)
    ? await insertGraph(desk.context.db, rows, submission.tasks, submission.parent)
    : await insertOne(desk, rows);
  if (!isNew) return (await findEarlier(desk.context.db, submission))!;
  desk.announceWork();
  return { ids, replayed: false };
}

const needsTransaction = ({ tasks, parent }: Submission): boolean =>
  parent !== undefined || tasks.length > 1 || tasks[0]!.depends_on.length > 0;

const insertOne = async (desk: TaskDesk, [row]: NewTask[]): Promise<boolean> => desk.insert(row!);

async function checkTask(task: SubmitTask): Promise<void> {
  const bytes = Buffer.byteLength(task.title + (task.prompt ?? '') + JSON.stringify(task.input ?? null));
  if (bytes > MOST_BYTES) {
    throw new AppError('input_too_large', `Title, prompt and input are ${bytes} bytes; the limit is ${MOST_BYTES}.`);
  }
  const needsBytes = Buffer.byteLength(JSON.stringify(task.needs));
  if (needsBytes > MOST_NEEDS_BYTES) {
    const sentence = `The needs are ${needsBytes} bytes; the limit is ${MOST_NEEDS_BYTES}.`;
    throw new AppError('invalid_request', sentence, { errors: [{ path: 'needs', message: 'too large' }] });
  }
  if (task.result_schema !== undefined) await requireUsableSchema(task.result_schema);
}

/** Asks the database, since only its clock counts. */
async function refusePast(db: Db, tasks: SubmitTask[]): Promise<void> {
  const deadlines = tasks.flatMap((task) =>
    [task.deadline_at, task.queue_deadline_at].filter((at) => at !== undefined),
  );
  if (!deadlines.length) return;
  const [past] = await db.query<{ at: string }>(
    'select at from unnest($1::timestamptz[]) at where at <= now() limit 1',
    [deadlines],
  );
  if (past)
    throw new AppError('invalid_request', `A deadline is in the past: ${past.at}. Give one that is still ahead.`);
}

/** What a task goes on with must have ended; a retry takes over what was checked before, and may be gone by now. */
async function requireEnded(db: Db, { project, tasks, retried_from }: Submission): Promise<void> {
  const ids = tasks.map(({ continues }) => continues).filter((id) => id !== undefined);
  if (!ids.length || retried_from) return;
  const ended = await db.query<{ task_id: string }>(
    'select task_id from outcomes where task_id = any($1) and project_id = $2',
    [ids, project.id],
  );
  const missing = ids.find((id) => !ended.some(({ task_id }) => task_id === id.toLowerCase()));
  if (!missing) return;
  const errors = [{ path: 'continues', message: 'expected a task of this project that has ended' }];
  throw new AppError('invalid_request', `There is no task ${missing} in this project that has ended.`, { errors });
}

/** The first task of a batch has the key itself, so that a single task with the key of a batch is seen to be another request. */
const keyOf = ({ idempotency_key }: Submission, index: number): string | null =>
  idempotency_key === null || index === 0 ? idempotency_key : `${idempotency_key}#${index}`;

/** The whole batch in every fingerprint: a batch repeated with one task more is another request. */
const fingerprint = (submission: Submission): string => sha256(canonicalJson(submission.tasks));

const EARLIER_SQL = `
  select id, encode(fingerprint, 'hex') as fingerprint from tasks
  where project_id = $1 and idempotency_key = any($2)
  order by array_position($2, idempotency_key)`;

async function findEarlier(db: Db, submission: Submission): Promise<Submitted | null> {
  if (submission.idempotency_key === null) return null;
  const keys = submission.tasks.map((_task, index) => keyOf(submission, index));
  const rows = await db.query<{ id: string; fingerprint: string }>(EARLIER_SQL, [submission.project.id, keys], {
    name: 'tasks-earlier',
  });
  if (!rows.length) return null;
  if (rows[0]!.fingerprint !== fingerprint(submission)) {
    throw new AppError('idempotency_key_reused', 'This Idempotency-Key was used for another request in this project.');
  }
  return { ids: rows.map((row) => row.id), replayed: true };
}

async function toRows(desk: TaskDesk, submission: Submission): Promise<NewTask[]> {
  // Held against a repetition, which only a key makes; taking it costs a tenth of a submit.
  const print = submission.idempotency_key === null ? '' : fingerprint(submission);
  const { config } = desk.context;
  const classes = await Promise.all(
    submission.tasks.map((task) => desk.classes.intern(submission.project.id, fullNeeds(task))),
  );
  return submission.tasks.map((task, index) => ({
    ...task,
    max_attempts: task.max_attempts ?? config.maxAttempts,
    backoff_base_ms: task.backoff_base_ms ?? config.backoffBaseMs,
    backoff_cap_ms: task.backoff_cap_ms ?? config.backoffCapMs,
    id: uuidv7(),
    project_id: submission.project.id,
    class_id: classes[index]!,
    open_dependencies: 0,
    has_dependants: false,
    idempotency_key: keyOf(submission, index),
    fingerprint: print,
    retried_from: submission.retried_from ?? null,
    requires_approval: task.requires_approval || submission.project.requires_approval,
    parent_id: submission.parent?.task_id ?? null,
    depth: submission.parent ? submission.parent.depth + 1 : 0,
    submitted_by: submission.actor,
    traceparent: workScope.now().traceparent ?? null,
  }));
}
