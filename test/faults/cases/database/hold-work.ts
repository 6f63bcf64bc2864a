import { until } from '../../../support/until.ts';
import type { Fleet } from '../../fleet/fleet.ts';

/** Work that lasts for as long as a fault does. */
export type HeldWork = {
  /** Lets it end. */
  release(): void;
  /** Says so when more of it was begun again than a fault of the database excuses. */
  repeatedInVain(): string[];
};

/**
 * From now on what runners and model servers begin lasts until `release`; resolves when at least 30 of each kind are
 * under way. A runner goes on with its work through an outage, so none of its work may be done twice. A call of a model
 * server is ended by the replica that can no longer renew its lease, so each that was under way may be made again.
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
  const { push } = await underWay();
  return {
    release: resolve,
    repeatedInVain() {
      const found: string[] = [];
      const repeated = { push: 0, pull: 0 };
      const seen = new Set<string>();
      for (const { key } of ledger.executions) {
        if (seen.has(key)) repeated[ledger.submissions.get(key)!.kind]++;
        seen.add(key);
      }
      if (repeated.pull) found.push(`${repeated.pull} executions of runners were repeated`);
      if (repeated.push > push)
        found.push(`${repeated.push} calls of models were repeated, and ${push} were under way`);
      return found;
    },
  };
}

const UNDER_WAY_SQL = `
  select count(*) filter (where h.runner_id is null)::int as push, count(*) filter (where h.runner_id is not null)::int as pull
  from live_tasks t join holders h on h.id = t.holder_id where t.state = 'running'`;
