import { fullName } from '../agents/schema.ts';
import type { Fleet } from './read-fleet.ts';
import type { StatusView } from './schema.ts';

const MOST_DETAILS = 1000;
const TAKES_WORK = ['online', 'degraded'];

type Ours = { project_id: string | null };

/** What of the fleet concerns a project (null: all of it), in the numbers of /api/status. */
export function toStatus(fleet: Fleet, projectId: string | null): Pick<StatusView, 'agents' | 'tasks'> {
  const live = fleet.live.filter((one) => projectId === null || one.project_id === projectId);
  const ended = fleet.ended.filter((one) => projectId === null || one.project_id === projectId);
  const serves = ({ project_id }: Ours) => projectId === null || project_id === null || project_id === projectId;
  return { agents: agentsOf(fleet.agents.filter(serves)), tasks: tasksOf(live, ended) };
}

function agentsOf(agents: Fleet['agents']): StatusView['agents'] {
  const working = agents.filter(({ status, breaker_open }) => TAKES_WORK.includes(status) && !breaker_open);
  const busy = working.filter(({ used, max_concurrent }) => used >= max_concurrent);
  const details = agents.slice(0, MOST_DETAILS).map(({ name, runner, kind, status, used, max_concurrent }) => ({
    name: fullName({ name, runner }),
    kind,
    status,
    slots: { used, total: max_concurrent },
  }));
  return { total: agents.length, available: working.length - busy.length, busy: busy.length, details };
}

function tasksOf(live: Fleet['live'], ended: Fleet['ended']): StatusView['tasks'] {
  const unfinished = (...states: string[]) =>
    live.filter(({ state }) => states.includes(state)).reduce((sum, { tasks }) => sum + tasks, 0);
  const finished = (...outcomes: string[]) =>
    ended.filter(({ outcome }) => outcomes.includes(outcome)).reduce((sum, { total }) => sum + total, 0);
  const pending = unfinished('waiting', 'queued');
  const running = unfinished('leased', 'running');
  const [completed, failed] = [finished('succeeded'), finished('failed', 'expired')];
  return { total: pending + running + completed + failed + finished('cancelled'), pending, running, completed, failed };
}
