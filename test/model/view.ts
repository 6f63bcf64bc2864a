import { slotsInUse } from './play.ts';
import { isLive, type Task, type World } from './world.ts';

/** What the database must show of a world: unfinished tasks with their holder, finished ones with their outcome. */
export type View = { tasks: TaskView[]; used: number[] };
type TaskView = {
  state: string;
  reason: string | null;
  result: string | null;
  epoch: number;
  live: {
    ready: boolean;
    attempts: number;
    agent: number | null;
    holder: number | null;
    cancel_asked: boolean;
    lease_over: boolean;
  } | null;
  tries: { epoch: number; agent: number; holder: number; outcome: string | null; reported: boolean }[];
};

export const viewOf = (world: World): View => ({
  tasks: world.tasks.map(viewTask),
  used: world.agents.map((_, agent) => slotsInUse(world, agent)),
});

function viewTask(task: Task): TaskView {
  const { state, reason, result, epoch, ready, attempts, agent, holder, cancel_asked } = task;
  const lease_over = task.passed.includes('lease');
  return {
    state,
    reason,
    result,
    epoch,
    live: isLive(task) ? { ready, attempts, agent, holder, cancel_asked, lease_over } : null,
    tries: task.tries.map(({ report, ...attempt }) => ({ ...attempt, reported: report !== null })),
  };
}
