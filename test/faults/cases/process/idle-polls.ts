import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { enrolFleet, type Member } from '../../../../bench/enrol-fleet.ts';
import { openPool } from '../../../../src/db/pool.ts';
import { until } from '../../../support/until.ts';
import type { Fault } from '../../fault.ts';
import { callReplica } from '../../fleet/call.ts';
import type { Fleet } from '../../fleet/fleet.ts';

const POLLS = 1000;
const MOST_STATEMENTS = 3;
const ROUNDS = 5;

/** Statements that claim: those that open an attempt. */
const CLAIMS_SQL = `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements where query ~* 'insert into attempts'`;

export const idlePolls: Fault = {
  name: 'idle-polls',
  what: `${POLLS} runners wait at three replicas when one task comes: one of them gets it, by ${MOST_STATEMENTS} statements at most`,
  load: { perSecond: 0 },
  async harm(fleet) {
    const members = await enrol(fleet);
    const over = new AbortController();
    const granted = new Map<string, number>();
    const polling = members.map((member, n) => pollOn(fleet, member, n, granted, over.signal));
    for (let round = 0; round < ROUNDS; round++) await oneTask(fleet, granted);
    over.abort();
    await Promise.all(polling);
  },
};

async function enrol({ postgres, runners }: Fleet): Promise<Member[]> {
  // They would take what is for the thousand.
  for (const runner of runners) await runner.drain();
  const limits = { min: 0, max: 1, recycleS: 3600, connectTimeoutMs: 10_000, queryTimeoutMs: 30_000 };
  const db = openPool({ url: postgres.url, name: 'harness', ...limits });
  try {
    const members = await enrolFleet(db, POLLS, () => ({ capabilities: ['shell'], slots: 1 }));
    await db.query('analyze');
    return members;
  } finally {
    await db.close();
  }
}

/** Polls for ever, and does what it is given at once. */
async function pollOn(fleet: Fleet, member: Member, n: number, granted: Map<string, number>, signal: AbortSignal) {
  const { holder_id, agent_id, credential: token } = member;
  const body = { holder_id, attempts: [], wants: [{ agent_id, slots: 1 }], wait_ms: 5000 };
  const { url } = fleet.replicas[n % fleet.replicas.length]!;
  const call = (path: string, what: object) => callReplica(url, fleet.ledger, { path, body: what, token, signal });
  while (!signal.aborted) {
    const answer = await call('/runners/poll', body).catch(() => undefined);
    if (answer?.status !== 200) await pause(200);
    for (const { task_id, epoch, title } of answer?.body.grants ?? []) {
      granted.set(title, (granted.get(title) ?? 0) + 1);
      fleet.ledger.began(title, `member-${n}`);
      const result = { task_id, epoch, holder_id };
      await call(`/tasks/${task_id}/attempts/${epoch}/complete`, { holder_id, result });
    }
  }
}

async function oneTask({ postgres, client, complain }: Fleet, granted: Map<string, number>): Promise<void> {
  const waiting = `select count(*)::int as waiting from runners where last_seen_at > now() - interval '10 seconds'`;
  await until(async () => (await postgres.sql<{ waiting: number }>(waiting))[0]!.waiting >= POLLS, {
    timeoutMs: 20_000,
  });
  const claims = async () => (await postgres.sql<{ calls: number }>(CLAIMS_SQL))[0]!.calls;
  const before = await claims();
  const key = randomUUID();
  await client.submit(key, 'pull');
  await until(() => granted.get(key));
  await pause(500);
  const statements = (await claims()) - before;
  if (granted.get(key) !== 1) complain(`The task was granted ${granted.get(key)} times`);
  if (statements > MOST_STATEMENTS) complain(`It took ${statements} statements to grant it`);
}
