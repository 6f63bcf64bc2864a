import { z } from 'zod';
import { modelCall } from '../agents/push/schema.ts';
import { jsonValue } from '../lib/schema.ts';
import { permissionRules } from '../projects/schema.ts';
import { needs, taskError, taskState, workspace } from './schema.ts';

const usage = z
  .record(z.string().max(100), z.union([z.number(), z.string().max(1000), z.null()]))
  .meta({ id: 'Usage' });

export const attemptView = z
  .object({
    task_id: z.uuid(),
    epoch: z.number().int(),
    agent_id: z.uuid(),
    agent: z.string(),
    runner: z.string().nullable(),
    holder_id: z.uuid(),
    claimed_at: z.string(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    outcome: z.enum(['succeeded', 'failed', 'lost', 'released', 'cancelled', 'expired']).nullable(),
    error: taskError.nullable(),
    usage: usage.nullable(),
  })
  .meta({ id: 'Attempt' });

/** A claimed attempt as its holder receives it. `token` speaks for this attempt and dies with its lease. */
export const grant = z
  .object({
    task_id: z.uuid(),
    epoch: z.number().int(),
    token: z.string(),
    project_id: z.uuid(),
    agent_id: z.uuid(),
    title: z.string(),
    prompt: z.string().nullable(),
    call: modelCall.nullable(),
    needs,
    result_schema: jsonValue.nullable().describe('what the result must satisfy'),
    permission_rules: permissionRules.describe('of the project; the agent’s own come first'),
    continues: z
      .object({ task_id: z.uuid(), session: jsonValue.nullable(), summary: z.string() })
      .nullable()
      .describe('what this task goes on with: what its last attempt left to be resumed, and what it did, in words'),
    input: jsonValue.nullable(),
    labels: z.record(z.string(), z.string()),
    workspace,
    attempt: z.number().int().describe('1 for the first'),
    max_attempts: z.number().int(),
    attempt_timeout_ms: z.number().int().nullable(),
    traceparent: z
      .string()
      .nullable()
      .describe('W3C Trace Context: what is done for the attempt belongs to this trace'),
    has_dependencies: z.boolean().describe('results wait at GET /tasks/{id}/dependencies'),
  })
  .meta({ id: 'Grant' });
export type Grant = z.infer<typeof grant>;

/** Largest integer that the database's columns hold. */
const INT_MAX = 2_147_483_647;
export const attemptRef = z.strictObject({ task_id: z.uuid(), epoch: z.number().int().min(1).max(INT_MAX) });
export type AttemptRef = z.infer<typeof attemptRef>;

/** continue: the lease is renewed. cancel: somebody asked; stop and report. stop: the lease is lost; stop and drop the work. */
export const directive = z
  .object({ task_id: z.uuid(), epoch: z.number().int(), directive: z.enum(['continue', 'cancel', 'stop']) })
  .meta({ id: 'Directive' });
export type Directive = z.infer<typeof directive>;

const session = jsonValue.describe('what a task that continues this one needs; at most 16 KiB');
const byHolder = { holder_id: z.uuid().describe('from the session that claimed the attempt') };
export const startAttempt = z.strictObject(byHolder).meta({ id: 'StartAttempt' });
export const releaseAttempt = z.strictObject(byHolder).meta({ id: 'ReleaseAttempt' });
export const completeAttempt = z
  .strictObject({
    ...byHolder,
    result: jsonValue.optional().describe('at most 1 MiB'),
    usage: usage.optional(),
    session: session.optional(),
  })
  .meta({ id: 'CompleteAttempt' });
export const failAttempt = z
  .strictObject({
    ...byHolder,
    error: taskError,
    retryable: z.boolean().describe('true: another attempt may succeed'),
    usage: usage.optional(),
    session: session.optional(),
  })
  .meta({ id: 'FailAttempt' });

/** Answer to a report: the task's state now; `duplicate` when this attempt had reported the same before. */
export const reportAnswer = z.object({ state: taskState, duplicate: z.boolean() }).meta({ id: 'ReportAnswer' });

export const LOG_ENTRY_BYTES = 16_384;
export const logEntry = z.strictObject({
  seq: z.number().int().min(0).max(2_000_000_000).describe('grows by one; a repeated seq is ignored'),
  stream: z
    .enum(['stdout', 'stderr', 'system', 'transcript'])
    .describe('transcript: each text is one JSON object, see docs/transcript.md'),
  text: z.string().describe('at most 16 KiB'),
});
export const appendLog = z
  .strictObject({ ...byHolder, entries: z.array(logEntry).min(1).max(500) })
  .meta({ id: 'AppendLog' });
export const logView = logEntry.extend({ epoch: z.number().int(), at: z.string() }).meta({ id: 'LogEntry' });

export const artifactView = z
  .object({
    id: z.uuid(),
    task_id: z.uuid(),
    epoch: z.number().int(),
    name: z.string(),
    content_type: z.string(),
    size_bytes: z.number().int(),
    sha256: z.string().describe('hex'),
    created_at: z.string(),
  })
  .meta({ id: 'Artifact' });

export const dependencyResult = z
  .object({ task_id: z.uuid(), name: z.string(), state: taskState, result: jsonValue.nullable() })
  .meta({ id: 'DependencyResult' });

/** What an attempt finds out about itself. */
export const ownAttempt = z
  .object({
    task_id: z.uuid(),
    epoch: z.number().int(),
    project_id: z.uuid(),
    awaiting_input: z.boolean(),
    awaited_ms: z.number().int().describe('how long it has waited for answers so far; its time limit is later by that'),
    cancel_requested: z.boolean(),
  })
  .meta({ id: 'OwnAttempt' });

/** How far an attempt is. */
export const reportProgress = z
  .strictObject({
    percent: z.number().int().min(0).max(100).optional(),
    text: z.string().max(1000).optional().describe('one sentence'),
  })
  .meta({ id: 'ReportProgress' });

/** What a person says to work that is running. */
export const sendMessage = z.strictObject({ text: z.string().min(1).max(65_536) }).meta({ id: 'SendMessage' });
export const messageView = z
  .object({
    seq: z.number().int(),
    text: z.string(),
    sent_by: z.string(),
    sent_at: z.string(),
    taken_by: z.number().int().nullable().describe('epoch of the attempt that has taken it'),
  })
  .meta({ id: 'Message' });
