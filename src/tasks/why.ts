import { readRoster } from '../agents/read-roster.ts';
import { type AgentView, fullName } from '../agents/schema.ts';
import type { Db } from '../db/database.ts';
import { type FullNeeds, fullNeeds } from './full-needs.ts';
import { matchAgent, type Verdict } from './match.ts';
import type { TaskState, TaskView, WhyView } from './schema.ts';

type Standing = {
  queue_position: number | null;
  open_dependencies: WhyView['open_dependencies'];
  backing_off: boolean;
  questions: { id: string; title: string; options: { id: string }[] }[];
};

const STANDING_SQL = `
  select
    case when t.ready then (
      select count(*)::int + 1 from live_tasks o
      where o.project_id = t.project_id and o.class_id = t.class_id and o.ready
        and (o.priority > t.priority or (o.priority = t.priority and o.id < t.id))
    ) end as queue_position,
    t.available_at > now() as backing_off,
    (
      select coalesce(json_agg(json_build_object('task_id', d.depends_on, 'title', k.title, 'state', coalesce(l.state, o.state)) order by d.name), '[]')
      from task_dependencies d join tasks k on k.id = d.depends_on
      left join live_tasks l on l.id = k.id left join outcomes o on o.task_id = k.id
      where d.task_id = t.id and d.open
    ) as open_dependencies,
    (
      select coalesce(json_agg(json_build_object('id', q.id, 'title', q.title, 'options', q.options) order by q.id), '[]')
      from questions q where q.task_id = t.id and q.epoch = t.epoch and q.state = 'pending'
    ) as questions
  from live_tasks t where t.id = $1`;

/**
 * Why the task is where it is: its place in the queue, what it waits for, and for every agent of the project the
 * verdict of the very function that claiming uses.
 */
export async function explainTask(db: Db, task: TaskView): Promise<WhyView> {
  const [standing] = await db.query<Standing>(STANDING_SQL, [task.id]);
  const agents = (await readRoster(db, task.project_id)).map((agent) => judge(agent, fullNeeds(task)));
  const { queue_position = null, open_dependencies = [], backing_off = false, questions = [] } = standing ?? {};
  const facts = {
    task_id: task.id,
    state: task.state,
    queue_position,
    available_at: task.available_at,
    open_dependencies,
    agents,
  };
  return { ...facts, ...explain(task, { ...facts, questions }, backing_off) };
}

const judge = (agent: AgentView, needs: FullNeeds): WhyView['agents'][number] => ({
  agent_id: agent.id,
  agent: agent.name,
  runner: agent.runner,
  ...matchAgent(agent, needs),
});

type Facts = Omit<WhyView, 'summary' | 'unblock'> & Pick<Standing, 'questions'>;

function explain(task: TaskView, facts: Facts, backingOff: boolean): Pick<WhyView, 'summary' | 'unblock'> {
  if (task.awaiting_approval) return explainUnapproved(task, facts);
  if (facts.open_dependencies.length) {
    const titles = facts.open_dependencies.map(({ title, state }) => `"${title}" (${state})`).join(', ');
    return {
      summary: `It waits for ${facts.open_dependencies.length} other task(s).`,
      unblock: [`The end of ${titles}.`],
    };
  }
  if (backingOff)
    return {
      summary: `It is not to be claimed before ${facts.available_at}.`,
      unblock: [`The time ${facts.available_at}.`],
    };
  if (task.state === 'queued' || task.state === 'waiting') return explainQueued(facts);
  if (facts.questions.length) return explainAwaiting(facts);
  return { summary: SUMMARIES[task.state](task), unblock: [] };
}

function explainUnapproved(task: TaskView, { open_dependencies }: Facts): Pick<WhyView, 'summary' | 'unblock'> {
  const others = open_dependencies.map(({ title, state }) => `"${title}" (${state})`).join(', ');
  return {
    summary: `It waits for approval${others && ` and for ${open_dependencies.length} other task(s)`}.`,
    unblock: [
      `Approve it: whoosh task approve ${task.id}`,
      `Or reject it: whoosh task cancel ${task.id}`,
      ...(others ? [`The end of ${others}.`] : []),
    ],
  };
}

function explainAwaiting({ questions }: Facts): Pick<WhyView, 'summary' | 'unblock'> {
  const titles = questions.map(({ title }) => `"${title}"`).join(', ');
  return {
    summary: `It has asked and waits for an answer: ${titles}.`,
    unblock: questions.map(({ id, options }) => `Answer it: whoosh answer ${id} ${choiceOf(options)}`),
  };
}

const choiceOf = (options: { id: string }[]): string =>
  options.length ? options.map(({ id }) => id).join('|') : '"..."';

function explainQueued({ agents, queue_position }: Facts): Pick<WhyView, 'summary' | 'unblock'> {
  if (!agents.length)
    return {
      summary: 'The project has no agent.',
      unblock: ['Start a runner: whoosh runner --help', 'Or add a model server: whoosh agent add --help'],
    };
  if (agents.some((agent) => agent.verdict === 'eligible')) {
    const place = queue_position === null ? 'about to be queued' : `number ${queue_position} in its queue`;
    return { summary: `An agent is free for it; it is ${place}.`, unblock: [] };
  }
  const nearest = agents.filter((agent) => REMEDIES[agent.verdict]);
  const suitable = nearest.filter((agent) => MOMENTARY.has(agent.verdict));
  const named = suitable.length ? suitable : nearest;
  const what = suitable.length ? 'No suitable agent is free' : 'No agent has what it needs';
  return {
    summary: `${what}: ${named.map((agent) => `${nameOf(agent)} ${agent.detail}`).join('; ')}.`,
    unblock: [...new Set(named.map((agent) => REMEDIES[agent.verdict]!(nameOf(agent), agent.runner)))],
  };
}

/** What passes, while the agent stays what it is. */
const MOMENTARY = new Set<Verdict>([
  'not_approved',
  'offline',
  'breaker_open',
  'draining',
  'not_ready',
  'account_parked',
  'no_free_slot',
]);

const nameOf = ({ runner, agent }: WhyView['agents'][number]): string => fullName({ runner, name: agent });

const REMEDIES: Partial<Record<Verdict, (agent: string, runner: string | null) => string>> = {
  not_approved: (agent) => `Approve it: whoosh agent approve ${agent}`,
  offline: (agent, runner) =>
    runner === null
      ? `Start the server behind ${agent}, or correct its address.`
      : `Start runner ${runner}, so that ${agent} is online.`,
  breaker_open: (agent) => `${agent} answering again; it is asked every 15 s.`,
  account_parked: (agent) => `The limit of the account behind ${agent} being lifted.`,
  model_unsuitable: (agent) => `Give ${agent} such a model, or add an agent that has one.`,
  draining: (agent) => `Resume ${agent}: whoosh agent resume ${agent}`,
  not_ready: (agent) => `Make ${agent} startable on its machine.`,
  no_free_slot: (agent) => `A slot of ${agent} becoming free.`,
  capability_missing: (agent) => `Give ${agent} the capability, or add an agent that has it.`,
  model_missing: (agent) => `Give ${agent} the model, or add an agent that has it.`,
  label_mismatch: (agent) => `Change the labels of ${agent}, or add an agent with such labels.`,
  kind_mismatch: () => 'Add an agent of that kind.',
  pinned_elsewhere: () => 'Add or start the agent that the task is pinned to.',
  too_few_slots: (agent) => `Raise max_concurrent of ${agent}.`,
};

const SUMMARIES: Record<TaskState, (task: TaskView) => string> = {
  waiting: () => 'It waits.',
  queued: () => 'It is queued.',
  leased: () => 'It does not wait: an agent has claimed it and is about to start.',
  running: () => 'It does not wait: an agent is working on it.',
  succeeded: () => 'It has succeeded.',
  failed: (task) => `It has failed (${task.reason}): ${task.error?.message ?? 'no message'}`,
  cancelled: (task) => `It was cancelled${task.reason ? ` (${task.reason})` : ''}.`,
  expired: () => 'A deadline passed before it ended.',
};
