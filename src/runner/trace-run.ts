import type { Grant } from '../tasks/attempt-schema.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { AgentConfig } from './agents-schema.ts';
import type { Outcome } from './executors/executor.ts';

type Run = { grant: Grant; agent: AgentConfig };

/** Does the work of an attempt within a span of this runner; `work` is given the traceparent that the agent gets. */
export async function traceRun(
  tracing: Tracing,
  { grant, agent }: Run,
  work: (traceparent: string | null) => Promise<Outcome>,
): Promise<Outcome> {
  // A server of the version before does not tell of one.
  const parent = grant.traceparent ?? null;
  const span = tracing.begin({
    name: `run ${agent.name}`,
    parent,
    attributes: {
      'whoosh.task.id': grant.task_id,
      'whoosh.attempt.epoch': grant.epoch,
      'whoosh.agent.name': agent.name,
      'whoosh.agent.kind': agent.kind,
    },
  });
  try {
    const outcome = await work(span?.traceparent ?? parent);
    span?.end({ error: outcome.ok ? null : outcome.code });
    return outcome;
  } catch (error) {
    span?.end({ error: 'handed_back' });
    throw error;
  }
}
