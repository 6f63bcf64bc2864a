import type { Context } from '../context.ts';
import { coalesce } from '../db/coalesce.ts';
import type { Db } from '../db/database.ts';
import { attemptSpanId } from '../telemetry/attempt-traceparent.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { Settled } from './settle.ts';

/** What ended: a task, or one attempt of it. */
type Ended = Pick<Settled, 'task_id' | 'ended_epoch'>;

type Row = {
  task_id: string;
  project_id: string;
  traceparent: string;
  queued_at: string;
  epoch: number | null;
  claimed_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  outcome: string | null;
  error: string | null;
  agent: string | null;
  kind: string | null;
  state: string | null;
  reason: string | null;
  finished_at: string | null;
};

const MOST_AT_ONCE = 100;

/** Only of tasks that belong to a trace; from when they were in the queue, again after an earlier attempt. */
const ENDED_SQL = `
  select t.id as task_id, t.project_id, t.traceparent, coalesce(before.ended_at, t.created_at) as queued_at,
    a.epoch, a.claimed_at, a.started_at, a.ended_at, a.outcome, a.error ->> 'code' as error, g.name as agent, g.kind,
    o.state, o.reason, o.finished_at
  from json_to_recordset($1) as e(task_id uuid, ended_epoch int)
  join tasks t on t.id = e.task_id and t.traceparent is not null
  left join attempts a on a.task_id = t.id and a.epoch = e.ended_epoch
  left join agents g on g.id = a.agent_id
  left join outcomes o on o.task_id = t.id
  left join lateral (select max(ended_at) as ended_at from attempts where task_id = t.id and epoch < e.ended_epoch) before on true`;

/**
 * Makes what writes the spans of ended attempts and of their time in the queue: by the replica that recorded the end, with
 * the database's times, off the path of whoever reported it. Does nothing while tracing is off.
 */
export function traceEnded({ db, tracing, log }: Pick<Context, 'db' | 'tracing' | 'log'>): (ended: Ended) => void {
  if (!tracing.isOn) return () => {};
  const write = coalesce(
    async (ended: Ended[]) => {
      for (const row of await readEnded(db, ended)) writeSpans(tracing, row);
      return ended;
    },
    { max: MOST_AT_ONCE },
  );
  // Spans that are missing harm nobody.
  return (ended) =>
    void write(ended).catch((error) => log.debug({ err: error }, 'Spans of attempts could not be written'));
}

const readEnded = (db: Db, ended: Ended[]): Promise<Row[]> =>
  db.query<Row>(ENDED_SQL, [JSON.stringify(ended)], { name: 'tasks-ended-spans' });

function writeSpans(tracing: Tracing, row: Row): void {
  const { task_id, project_id, traceparent: parent, queued_at, claimed_at, finished_at } = row;
  const attributes = { 'whoosh.task.id': task_id, 'whoosh.project.id': project_id };
  const leftQueueAt = claimed_at ?? finished_at;
  if (leftQueueAt === null) return;
  const queue = tracing.begin({ name: 'queue', parent, at: new Date(queued_at), attributes });
  queue?.end({ at: new Date(leftQueueAt), ...(claimed_at === null && { error: endOf(row) }) });
  if (claimed_at !== null) writeAttempt(tracing, row, attributes);
}

function writeAttempt(tracing: Tracing, row: Row, attributes: Record<string, string>): void {
  const { task_id, traceparent: parent, epoch, claimed_at, started_at, ended_at, outcome, agent, kind } = row;
  const span = tracing.begin({
    name: 'attempt',
    parent,
    spanId: attemptSpanId(task_id, epoch!),
    at: new Date(claimed_at!),
    attributes: {
      ...attributes,
      'whoosh.attempt.epoch': epoch!,
      'whoosh.attempt.outcome': outcome ?? undefined,
      'whoosh.attempt.started_after_ms': started_at ? Date.parse(started_at) - Date.parse(claimed_at!) : undefined,
      'whoosh.agent.name': agent ?? undefined,
      'whoosh.agent.kind': kind ?? undefined,
      'whoosh.task.state': row.state ?? 'queued',
    },
  });
  const isWell = outcome === 'succeeded' || outcome === 'released';
  span?.end({ at: ended_at ? new Date(ended_at) : new Date(), error: isWell ? null : endOf(row) });
}

const endOf = ({ error, reason, outcome, state }: Row): string => error ?? reason ?? outcome ?? state ?? 'unknown';
