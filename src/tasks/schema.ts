import { z } from 'zod';
import { modelCall } from '../agents/push/schema.ts';
import { agentKind, labels, word } from '../agents/schema.ts';
import { jsonValue, pageQuery } from '../lib/schema.ts';

export const LIVE_STATES = ['waiting', 'queued', 'leased', 'running'] as const;
export const TERMINAL_STATES = ['succeeded', 'failed', 'cancelled', 'expired'] as const;
export const taskState = z.enum([...LIVE_STATES, ...TERMINAL_STATES]);
export type TaskState = z.infer<typeof taskState>;

/** From which states a move is allowed; the server refuses by it, clients grey their buttons by it, the docs print it. */
export const TASK_MOVES = {
  claim: ['queued'],
  start: ['leased', 'running'],
  heartbeat: ['leased', 'running'],
  complete: ['leased', 'running'],
  fail: ['leased', 'running'],
  release: ['leased', 'running'],
  cancel: ['waiting', 'queued', 'leased', 'running'],
  approve: ['waiting'],
  retry: ['failed', 'cancelled', 'expired'],
  continue: ['succeeded', 'failed', 'cancelled', 'expired'],
} as const satisfies Record<string, readonly TaskState[]>;

/** Whether a task in `state` may make the move. */
export const taskCan = (move: keyof typeof TASK_MOVES, state: TaskState): boolean =>
  (TASK_MOVES[move] as readonly TaskState[]).includes(state);

/** A time that PostgreSQL can store: it knows no year 0 and no zone further than 15:59 from UTC. */
export const timestamp = z.iso
  .datetime({ offset: true })
  .refine((text) => !/^0000|[+-](1[6-9]|2\d):/.test(text), 'expected a year from 1 on and an offset below 16 hours');
const durationMs = (max: number) => z.number().int().min(1).max(max);
const DAY_MS = 86_400_000;

const labelRule = z.discriminatedUnion('op', [
  z.strictObject({ key: word, op: z.literal(['=', '!=']), value: z.string().max(200) }),
  z.strictObject({ key: word, op: z.literal('in'), values: z.array(z.string().max(200)).min(1).max(50) }),
  z.strictObject({ key: word, op: z.literal('exists') }),
]);
export type LabelRule = z.infer<typeof labelRule>;

/** What an agent must have to do a task. Names a capability, never a machine, unless pinned on purpose. */
export const needs = z
  .strictObject({
    capabilities: z
      .array(word)
      .max(50)
      .default([])
      .describe('the agent has all of them; of a model server, one model has'),
    model: word.optional().describe('the agent offers exactly this model'),
    min_context_length: z
      .number()
      .int()
      .min(1)
      .max(100_000_000)
      .optional()
      .describe('tokens that the model can look at, at least; of model servers'),
    kind: agentKind.optional(),
    labels: z.array(labelRule).max(50).default([]).describe('every rule holds for the agent’s labels'),
    agent: word.optional().describe('pin: id or name of the one agent that may do it'),
    runner: word.optional().describe('pin: id or name of the one runner that may do it'),
    slots: z.number().int().min(1).max(1000).default(1).describe('slots it takes of the agent'),
  })
  .meta({ id: 'Needs' });
export type Needs = z.infer<typeof needs>;

/** Where the work happens on the runner's machine. */
export const workspace = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }).describe('an empty temporary folder'),
    z
      .strictObject({ kind: z.literal('directory'), path: z.string().min(1).max(4096) })
      .describe('a folder that the runner allows'),
    z
      .strictObject({
        kind: z.literal('git'),
        repository: z
          .string()
          .min(1)
          .max(2048)
          .describe('URL (https, http, ssh, git) or a path that the runner allows'),
        ref: z.string().min(1).max(250).default('HEAD').describe('branch, tag or commit to start from'),
        push: z.boolean().default(false).describe('push the branch whoosh/<task>-<n> back to the repository'),
        keep_on_failure: z.boolean().default(false).describe('leave the worktree on the runner when the attempt fails'),
      })
      .describe('a git worktree of its own on branch whoosh/<task>-<n>'),
  ])
  .meta({ id: 'Workspace' });
export type Workspace = z.infer<typeof workspace>;

const dependency = z.strictObject({
  task: z.string().min(1).max(100).describe('id of a task of the same project, or in a batch the `ref` of another one'),
  policy: z
    .enum(['fail', 'skip', 'run'])
    .default('fail')
    .describe('when it ends without success: fail this task, cancel it, or run it anyway'),
  name: word.optional().describe('key under which this task finds the result; default: the ref or the id'),
});

/** A task as somebody asks for it. */
export const submitTask = z
  .strictObject({
    project: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('slug or id; default: the project of the key, else `default`'),
    title: z.string().min(1).max(200),
    prompt: z.string().max(262_144).optional().describe('what the agent is told'),
    call: modelCall.optional(),
    input: jsonValue.optional().describe('data for the agent; title, prompt and input together at most 256 KiB'),
    needs: needs.prefault({}),
    labels: labels.default({}),
    priority: z.number().int().min(0).max(9).default(5).describe('higher first'),
    workspace: workspace.default({ kind: 'none' }),
    result_schema: z
      .union([z.record(z.string(), jsonValue), z.boolean()])
      .optional()
      .describe(
        'JSON Schema (2020-12) that the result must satisfy, else the task fails with reason `invalid`; at most 32 KiB',
      ),
    max_attempts: z.number().int().min(1).max(100).optional(),
    backoff_base_ms: z.number().int().min(0).max(3_600_000).optional(),
    backoff_cap_ms: z.number().int().min(0).max(DAY_MS).optional(),
    attempt_timeout_ms: durationMs(7 * DAY_MS)
      .optional()
      .describe('longest time an attempt may run'),
    available_at: timestamp.optional().describe('not to be claimed before'),
    queue_deadline_at: timestamp.optional().describe('expires when not claimed by then'),
    deadline_at: timestamp.optional().describe('expires when not finished by then'),
    depends_on: z.array(dependency).max(100).default([]),
    requires_approval: z.boolean().default(false).describe('waits until somebody approves it'),
    continues: z
      .uuid()
      .optional()
      .describe('a finished task of the same project whose session and workspace this one goes on with'),
    allow_unsatisfiable: z
      .boolean()
      .default(false)
      .describe('accept needs that no known agent could satisfy, and wait for one'),
  })
  .meta({ id: 'SubmitTask' });
export type SubmitTask = z.infer<typeof submitTask>;

const batchTask = submitTask.extend({ ref: word.optional().describe('name of this task within the batch') });
/** A task on its way in, alone or in a batch, where others may name it by `ref`. */
export type BatchTask = z.infer<typeof batchTask>;

/** Several tasks, accepted all or none; they may depend on one another by `ref`. */
export const submitBatch = z.strictObject({ tasks: z.array(batchTask).min(1).max(1000) }).meta({ id: 'SubmitBatch' });

export const taskError = z
  .strictObject({ code: z.string().min(1).max(100), message: z.string().max(10_000) })
  .meta({ id: 'TaskError' });
export type TaskError = z.infer<typeof taskError>;

export const taskSummary = z
  .object({
    id: z.uuid(),
    project_id: z.uuid(),
    title: z.string(),
    state: taskState,
    reason: z.string().nullable(),
    priority: z.number().int(),
    labels: z.record(z.string(), z.string()),
    attempts: z.number().int().describe('attempts used'),
    max_attempts: z.number().int(),
    epoch: z.number().int(),
    agent_id: z.uuid().nullable(),
    awaiting_input: z.boolean().describe('it asked something and waits for the answer; its clock stands still'),
    awaiting_approval: z.boolean(),
    created_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
  })
  .meta({ id: 'TaskSummary' });

export const taskView = taskSummary
  .extend({
    prompt: z.string().nullable(),
    call: modelCall.nullable(),
    progress: z
      .object({ percent: z.number().int().nullable(), text: z.string().nullable() })
      .nullable()
      .describe('what the latest attempt said of how far it is'),
    input: jsonValue.nullable(),
    needs,
    workspace,
    result_schema: jsonValue.nullable(),
    backoff_base_ms: z.number().int(),
    backoff_cap_ms: z.number().int(),
    attempt_timeout_ms: z.number().int().nullable(),
    available_at: z.string().nullable(),
    queue_deadline_at: z.string().nullable(),
    deadline_at: z.string().nullable(),
    cancel_requested_at: z.string().nullable(),
    open_dependencies: z.number().int(),
    depends_on: z.array(z.object({ task: z.uuid(), policy: z.string(), name: z.string() })),
    retried_from: z.uuid().nullable(),
    requires_approval: z.boolean(),
    parent_id: z.uuid().nullable().describe('the task whose attempt submitted it'),
    depth: z.number().int().describe('0; of a sub-task one more than its parent'),
    continues: z.uuid().nullable(),
    submitted_by: z.string(),
    traceparent: z
      .string()
      .nullable()
      .describe('the trace that it belongs to (W3C Trace Context), as it was submitted'),
    result: jsonValue.nullable(),
    error: taskError.nullable(),
  })
  .meta({ id: 'Task' });
export type TaskView = z.infer<typeof taskView>;

/** What to do next, after a task that has ended. */
export const continueTask = z
  .strictObject({
    prompt: z.string().min(1).max(262_144),
    title: z.string().min(1).max(200).optional().describe('default: the first line of the prompt'),
  })
  .meta({ id: 'ContinueTask' });
export type ContinueTask = z.infer<typeof continueTask>;

export const taskListQuery = pageQuery.extend({
  project: z.string().max(100).optional().describe('slug or id'),
  state: taskState.optional(),
  parent: z.uuid().optional().describe('only sub-tasks of this task'),
  label: z
    .string()
    .max(301)
    .regex(/^[^=]+=.*$/, 'expected key=value')
    .optional()
    .describe('key=value'),
});

/**
 * Why one agent may not have the task now; `eligible` when it may. From what is furthest from it to what is nearest, which
 * is the order in which they are looked at, but for `not_approved`: that comes before what the agent offers.
 */
export const VERDICTS = [
  'kind_mismatch',
  'pinned_elsewhere',
  'capability_missing',
  'model_missing',
  'model_unsuitable',
  'label_mismatch',
  'too_few_slots',
  'not_approved',
  'offline',
  'breaker_open',
  'draining',
  'not_ready',
  'account_parked',
  'no_free_slot',
  'eligible',
] as const;

export const whyView = z
  .object({
    task_id: z.uuid(),
    state: taskState,
    summary: z.string().describe('one sentence for a person'),
    unblock: z.array(z.string()).describe('what would let it go on'),
    queue_position: z.number().int().nullable().describe('1 is next in its queue; null when not queued'),
    available_at: z.string().nullable(),
    open_dependencies: z.array(z.object({ task_id: z.uuid(), title: z.string(), state: taskState })),
    agents: z.array(
      z.object({
        agent_id: z.uuid(),
        agent: z.string(),
        runner: z.string().nullable(),
        verdict: z.enum(VERDICTS),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'Why' });
export type WhyView = z.infer<typeof whyView>;
