import { INVARIANTS } from '../../src/coordinator/invariants.ts';
import type { Postgres } from './fleet/postgres.ts';
import type { Ledger } from './ledger.ts';
import { outcomeFaults } from './verdict/outcome-faults.ts';
import { type Recovery, recoveries } from './verdict/recoveries.ts';

/** What a fault led to, by the ledger and the database only. */
export type Verdict = {
  accepted: number;
  succeeded: number;
  /** Acknowledged and not there, or not acknowledged as refused and there all the same. */
  lost: number;
  /** Tasks with more than one id for their key, or more than one end. */
  doubleOutcomes: number;
  /** Outcomes that do not come from the attempt that held the lease. */
  byNonHolder: number;
  /** Tasks that nobody ended within the time of the drain. */
  orphans: number;
  /** Sentences of what the invariants found. */
  invariants: string[];
  /** Work begun again, and tasks that were worked on. */
  repeated: number;
  worked: number;
  /** Reports of holders that had lost their lease, which were refused. */
  zombies: number;
  recovery: Recovery;
  /** Answers with 5xx other than 503, and calls refused without a reason. */
  oddAnswers: string[];
};

type Sql = Postgres['sql'];

/** Resolves the ledger of one fault from the database. */
export async function reachVerdict(sql: Sql, ledger: Ledger): Promise<Verdict> {
  const tasks = await readTasks(sql, ledger);
  return {
    ...countTasks(ledger, tasks),
    ...(await outcomeFaults(sql, ledger)),
    invariants: await brokenInvariants(sql),
    ...countWork(ledger),
    zombies: ledger.reports.filter(({ answer }) => answer === 'lease_lost' || answer === 'outcome_conflict').length,
    recovery: await recoveries(sql, ledger),
    oddAnswers: [...ledger.oddities, ...oddStatuses(ledger)],
  };
}

type TaskRow = { id: string; key: string; state: string | null; is_live: boolean };

const TASKS_SQL = `
  select t.id, t.idempotency_key as key, o.state, exists (select from live_tasks l where l.id = t.id) as is_live
  from tasks t left join outcomes o on o.task_id = t.id
  where t.idempotency_key = any ($1)`;

const readTasks = (sql: Sql, { submissions }: Ledger): Promise<TaskRow[]> =>
  sql<TaskRow>(TASKS_SQL, [[...submissions.keys()]]);

function countTasks({ submissions }: Ledger, tasks: TaskRow[]) {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const keys = new Set(tasks.map(({ key }) => key));
  const all = [...submissions.values()];
  const gone = all.flatMap(({ ids }) => [...ids]).filter((id) => !byId.has(id) || isNowhere(byId.get(id)!));
  const unwanted = all.filter(({ told, key }) => told === 'failed' && keys.has(key));
  return {
    accepted: all.filter(({ told }) => told === 'ok').length,
    succeeded: tasks.filter(({ state }) => state === 'succeeded').length,
    lost: gone.length + unwanted.length,
    orphans: tasks.filter(({ is_live }) => is_live).length,
  };
}

const isNowhere = ({ state, is_live }: TaskRow): boolean => state === null && !is_live;

async function brokenInvariants(sql: Sql): Promise<string[]> {
  const found: string[] = [];
  for (const { id, sentence, sql: text } of INVARIANTS) {
    const [row] = await sql<{ broken: number }>(text, ['-infinity']);
    if (row!.broken > 0) found.push(`${id} is broken ${row!.broken} times: ${sentence}`);
  }
  return found;
}

function countWork({ executions }: Ledger) {
  const worked = new Set(executions.map(({ key }) => key)).size;
  return { worked, repeated: executions.length - worked };
}

const oddStatuses = ({ answers }: Ledger): string[] =>
  [...answers].filter(([line]) => / 5(?!03)\d\d$/.test(line)).map(([line, count]) => `${line}, ${count} times`);
