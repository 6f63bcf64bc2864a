import { AppError } from '../errors.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { JsonValue } from '../lib/schema.ts';
import { sha256 } from '../lib/sha256.ts';
import type { AttemptRef } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { explainRefusal } from './refusal.ts';
import { resultProblem } from './result-schema.ts';
import type { TaskError, TaskState } from './schema.ts';
import type { Settlement } from './settle.ts';

/** What a holder says of its attempt. */
export type Report = AttemptRef & {
  holder_id: string;
  actor: string;
  end: Extract<Settlement['end'], 'succeeded' | 'invalid' | 'failed' | 'retry' | 'released'>;
  result?: JsonValue | undefined;
  error?: TaskError;
  usage?: Record<string, number | string | null> | undefined;
  session?: JsonValue | undefined;
  schema_checked?: boolean;
};
export type Reported = { state: TaskState; duplicate: boolean };

/**
 * Records how an attempt ended, once; a result that breaks the task's schema ends it as failed(invalid). A repeated
 * report answers `duplicate: true`. Anything else that comes too late is refused with lease_lost or outcome_conflict; a
 * session over 16 KiB with invalid_request.
 */
export async function reportAttempt(desk: TaskDesk, report: Report): Promise<Reported> {
  requireSmallSession(report.session);
  const report_hash = hashOf(report);
  const settled = await desk.settle({ ...report, report_hash });
  if (!settled) return explainRefusal(desk.context.control, desk.context.metrics, report, report_hash);
  if (settled.state === 'unchecked') return reportAttempt(desk, await checkResult(desk, report));
  desk.announceSettled(settled);
  return { state: settled.state, duplicate: false };
}

const MOST_SESSION_BYTES = 16_384;

function requireSmallSession(session: JsonValue | undefined): void {
  const bytes = session === undefined ? 0 : Buffer.byteLength(JSON.stringify(session));
  if (bytes <= MOST_SESSION_BYTES) return;
  const errors = [{ path: 'session', message: `expected at most ${MOST_SESSION_BYTES} bytes, found ${bytes}` }];
  throw new AppError('invalid_request', 'The session is too large.', { errors });
}

/** Only tasks that have a schema come here, so that all others are settled without reading it. */
async function checkResult(desk: TaskDesk, report: Report): Promise<Report> {
  const [task] = await desk.context.control.query<{ result_schema: JsonValue }>(
    'select result_schema from tasks where id = $1',
    [report.task_id],
  );
  const problem = await resultProblem(task!.result_schema, report.result ?? null);
  if (problem) return { ...report, end: 'invalid', error: { code: 'invalid', message: problem } };
  return { ...report, schema_checked: true };
}

/** What was said, not what became of it: a result that broke the schema is the same report when it comes again. */
function hashOf({ end, result, error }: Report): string {
  const said = end === 'invalid' ? 'succeeded' : end;
  return sha256(canonicalJson({ said, result: result ?? null, error: said === 'succeeded' ? null : (error ?? null) }));
}
