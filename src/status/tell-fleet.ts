import { fullName } from '../agents/schema.ts';
import type { Context } from '../context.ts';
import type { Fleet } from './read-fleet.ts';

const STATES = ['waiting', 'queued', 'leased', 'running'] as const;
const OUTCOMES = ['succeeded', 'failed', 'cancelled', 'expired'] as const;

type Agent = Fleet['agents'][number];
const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Has the metrics tell of tasks and agents of the whole fleet. */
export function tellFleet({ metrics }: Context, look: () => Promise<Fleet>): void {
  metrics.addSource(['tasks', 'tasks_finished_total', 'queue_oldest_age_seconds'], async () => tasksOf(await look()));
  metrics.addSource(['agents', 'agent_slots', 'agent_up', 'agent_breaker_open'], async () => {
    const { agents } = await look();
    const byLabel = Map.groupBy(agents.filter(isExpected), (agent) => metrics.agentLabel(fullName(agent)));
    return { ...agentsOf(agents), ...reachOf(byLabel) };
  });
}

const tasksOf = ({ live, ended }: Fleet) => ({
  // Those that there are none of are 0, and not absent: that would mean that nobody knows.
  tasks: STATES.map((state) => ({
    labels: { state },
    value: sum(live.filter((one) => one.state === state).map(({ tasks }) => tasks)),
  })),
  tasks_finished_total: OUTCOMES.map((outcome) => ({
    labels: { outcome },
    value: sum(ended.filter((one) => one.outcome === outcome).map(({ total }) => total)),
  })),
  queue_oldest_age_seconds: [{ value: Math.max(0, ...live.map(({ oldest_s }) => oldest_s)) }],
});

const agentsOf = (agents: Agent[]) => ({
  agents: [...Map.groupBy(agents, ({ status }) => status)].map(([status, { length: value }]) => ({
    labels: { status },
    value,
  })),
  agent_slots: [...Map.groupBy(agents.filter(isUp), ({ kind }) => kind)].flatMap(([kind, ofKind]) => {
    const used = sum(ofKind.map((agent) => agent.used));
    const all = sum(ofKind.map(({ max_concurrent }) => max_concurrent));
    return [
      { labels: { kind, state: 'used' }, value: used },
      { labels: { kind, state: 'free' }, value: Math.max(0, all - used) },
    ];
  }),
});

const isUp = ({ status }: Agent): boolean => status !== 'offline' && status !== 'pending';

/** One that drains may be switched off, and one that nobody approved was never contacted. */
const isExpected = (agent: Agent): boolean => isUp(agent) || (agent.status === 'offline' && !agent.draining);

/** Agents of one label are told of as one, by the worst of them. */
const reachOf = (byLabel: Map<string, Agent[]>) => ({
  agent_up: [...byLabel].map(([agent, same]) => ({ labels: { agent }, value: Number(same.every(isUp)) })),
  agent_breaker_open: [...byLabel]
    .filter(([, same]) => same.some(({ runner }) => runner === null))
    .map(([agent, same]) => ({ labels: { agent }, value: Number(same.some(({ breaker_open }) => breaker_open)) })),
});
