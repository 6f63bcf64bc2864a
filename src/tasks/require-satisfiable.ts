import { type AgentView, fullName } from '../agents/schema.ts';
import { AppError } from '../errors.ts';
import type { TaskDesk } from './desk.ts';
import { type FullNeeds, fullNeeds } from './full-needs.ts';
import { atItsBest, matchAgent } from './match.ts';
import { type SubmitTask, VERDICTS } from './schema.ts';

/**
 * Refuses with unsatisfiable when no agent of the project, were it online and idle, could do a task that does not set
 * `allow_unsatisfiable`. An agent that is offline now still counts: its work waits for it.
 */
export async function requireSatisfiable(desk: TaskDesk, projectId: string, tasks: SubmitTask[]): Promise<void> {
  const strict = tasks.filter((task) => !task.allow_unsatisfiable);
  if (strict.every((task) => someCould(serving(desk.roster.agents(), projectId), fullNeeds(task)))) return;
  // The agent may have joined since this replica last looked.
  const agents = serving(await desk.roster.refresh(), projectId);
  const hopeless = strict.find((task) => !someCould(agents, fullNeeds(task)));
  if (hopeless) throw unsatisfiable(agents, hopeless);
}

const serving = (agents: AgentView[], projectId: string): AgentView[] =>
  agents.filter((agent) => agent.project_id === null || agent.project_id === projectId);

const someCould = (agents: AgentView[], needs: FullNeeds): boolean =>
  agents.some((agent) => matchAgent(atItsBest(agent), needs).verdict === 'eligible');

function unsatisfiable(agents: AgentView[], task: SubmitTask): AppError {
  const nearest = agents
    .map((agent) => ({ agent, ...matchAgent(atItsBest(agent), fullNeeds(task)) }))
    .sort((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict))
    .slice(0, 5);
  const reasons = nearest.map(({ agent, detail }) => `${fullName(agent)} ${detail}`);
  const known = reasons.length ? `Nearest: ${reasons.join('; ')}.` : 'No agent is known yet: start a runner.';
  return new AppError('unsatisfiable', `No agent could ever do "${task.title}". ${known}`, {
    members: { needs: task.needs },
  });
}
