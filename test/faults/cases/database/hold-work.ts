import { until } from '../../../support/until.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Ledger } from '../../ledger.ts';

/** Work that lasts for as long as a fault does. */
export type HeldWork = {
  /** Lets it end. */
  release(): void;
  /** Says so when more of it was begun again than the outages of the ledger excuse. */
  repeatedInVain(): Promise<string[]>;
};

/**
 * From now on what runners and model servers begin lasts until `release`; resolves when at least 30 of each kind are
 * under way. A runner goes on with its work through an outage, so none of its work may be done twice. A call of a model
 * server is ended by the replica that can no longer renew its lease, so each that was open may be made once more.
 */
export async function holdWork({ agents, runners, postgres, ledger }: Fleet): Promise<HeldWork> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const runner of runners) {
    const { work } = runner;
    runner.work = async (grant) => {
      const result = await work(grant);
      await promise;
      return result;
    };
    void promise.then(() => Object.assign(runner, { work }));
  }
  for (const agent of agents) {
    agent.behaviour = async (call) => {
      await promise;
      call.answer();
    };
    void promise.then(() => Object.assign(agent, { behaviour: agent.wellBehaved }));
  }
  const underWay = async () => {
    const [row] = await postgres.sql<{ push: number; pull: number }>(UNDER_WAY_SQL);
    return row!;
  };
  await until(async () => Math.min(...Object.values(await underWay())) >= 30, { timeoutMs: 20_000 });
  return {
    release: resolve,
    async repeatedInVain() {
      const repeated = countRepeated(ledger);
      const [open] = await postgres.sql<{ calls: number }>(OPEN_SQL, [JSON.stringify(ledger.outages)]);
      const { calls } = open!;
      return [
        ...(repeated.pull ? [`${repeated.pull} executions of runners were repeated`] : []),
        ...(repeated.push > calls ? [`${repeated.push} calls of models were repeated, and ${calls} were open`] : []),
      ];
    },
  };
}

function countRepeated({ executions, submissions }: Ledger): { push: number; pull: number } {
  const repeated = { push: 0, pull: 0 };
  const seen = new Set<string>();
  for (const { key } of executions) {
    if (seen.has(key)) repeated[submissions.get(key)!.kind]++;
    seen.add(key);
  }
  return repeated;
}

/** Attempts of model servers that were open during an outage. */
const OPEN_SQL = `
  select count(*)::int as calls
  from attempts a join holders h on h.id = a.holder_id, json_to_recordset($1) as o("from" float8, "to" float8)
  where h.runner_id is null and a.claimed_at < to_timestamp(o."to" / 1000)
    and coalesce(a.ended_at > to_timestamp(o."from" / 1000), true)`;

const UNDER_WAY_SQL = `
  select count(*) filter (where h.runner_id is null)::int as push, count(*) filter (where h.runner_id is not null)::int as pull
  from live_tasks t join holders h on h.id = t.holder_id where t.state = 'running'`;
