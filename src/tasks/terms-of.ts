import type { SubmitTask, TaskView } from './schema.ts';

/** What a new task takes over of the one that it repeats or goes on with: where and under which terms it is done. */
export const termsOf = (task: TaskView) =>
  ({
    labels: task.labels,
    priority: task.priority,
    workspace: task.workspace,
    max_attempts: task.max_attempts,
    backoff_base_ms: task.backoff_base_ms,
    backoff_cap_ms: task.backoff_cap_ms,
    requires_approval: task.requires_approval,
    ...(task.result_schema !== null && { result_schema: task.result_schema as Record<string, never> | boolean }),
    ...(task.attempt_timeout_ms !== null && { attempt_timeout_ms: task.attempt_timeout_ms }),
  }) satisfies Partial<SubmitTask>;
