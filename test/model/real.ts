import { AppError } from '../../src/errors.ts';
import { cancelTask } from '../../src/tasks/cancel.ts';
import { claimTasks } from '../../src/tasks/claim.ts';
import type { TaskDesk } from '../../src/tasks/desk.ts';
import { reapTasks } from '../../src/tasks/reap.ts';
import { wakeTasks } from '../../src/tasks/wake.ts';
import type { Fleet } from '../support/fleet.ts';
import type { TestAgent } from '../support/fleet-agent.ts';
import type { TestProject } from '../support/fleet-project.ts';
import type { Answer, Move } from './move.ts';
import type { View } from './view.ts';
import { AGENTS, type Passing, type Shape } from './world.ts';

/** The same world as rows of PostgreSQL. */
export type Real = { fleet: Fleet; project: TestProject; agents: TestAgent[]; ids: string[]; shapes: readonly Shape[] };

/** Agents as in AGENTS, each known to every replica; they serve all runs, one after the other. */
export async function createAgents({ desks }: Fleet, project: TestProject): Promise<TestAgent[]> {
  const agents: TestAgent[] = [];
  for (const { max_concurrent, holder } of AGENTS) {
    const beside = agents[AGENTS.findIndex((one) => one.holder === holder)];
    agents.push(await project.agent({ max_concurrent, ...(beside && { on: beside }) }));
  }
  for (const desk of desks) await desk.roster.refresh();
  return agents;
}

export const submitAll = (project: TestProject, shapes: readonly Shape[]): Promise<string[]> =>
  project.submit(shapes.map(toWish)).then(({ ids }) => ids);

const toWish = ({ slots, max_attempts, backs_off, delayed }: Shape) => ({
  needs: { slots },
  max_attempts,
  attempt_timeout_ms: 3_600_000,
  backoff_base_ms: backs_off ? 3_600_000 : 0,
  ...(delayed && { available_at: '2999-01-01T00:00:00Z' }),
});

type Of<D extends Move['do']> = Extract<Move, { do: D }>;

/** Makes a move at a replica and answers in the words of the model. A reaper and a waker look at every task. */
export async function perform(real: Real, move: Move, desk: TaskDesk): Promise<Answer> {
  if (move.do === 'claim') return claim(real, move, desk);
  if (move.do === 'start')
    return (await holderOf(real, move).start(refOf(real, move), { desk })) ? 'running' : 'refused';
  if (move.do === 'heartbeat') return (await holderOf(real, move).heartbeat(refOf(real, move), { desk })).directive;
  if (move.do === 'report') return codeOf(report(real, move, desk));
  if (move.do === 'cancel') return codeOf(cancel(real, move, desk));
  if (move.do === 'pass') await pass(real, move);
  else if (move.do === 'reap') await reap(desk);
  else await wakeTasks(desk.context.db);
  return 'done';
}

const holderOf = ({ agents }: Real, { holder }: { holder: number }): TestAgent =>
  agents[AGENTS.findIndex((one) => one.holder === holder)]!;

const refOf = ({ ids }: Real, { task, epoch }: { task: number; epoch: number }) => ({ task_id: ids[task]!, epoch });

async function claim(real: Real, move: Of<'claim'>, { context }: TaskDesk): Promise<Answer> {
  const who = { agent_id: real.agents[move.agent]!.id, holder_id: holderOf(real, move).holder_id };
  const terms = { slots: real.shapes[move.task]!.slots, lease_ttl_ms: 60_000, token_hash: '00', since_oldest: 0 };
  const { claimed, refused } = await claimTasks(context.db, [{ ...refOf(real, move), ...who, ...terms }]);
  if (refused.length) return 'refused';
  return claimed.length ? 'claimed' : 'taken';
}

async function report(real: Real, move: Of<'report'>, desk: TaskDesk): Promise<Answer> {
  const [agent, ref] = [holderOf(real, move), refOf(real, move)];
  const { state, duplicate } =
    move.end === 'succeeded'
      ? await agent.complete(ref, move.said, { desk })
      : move.end === 'released'
        ? await agent.release(ref, { desk })
        : await agent.fail(ref, { desk, retryable: move.end === 'retry', message: move.said });
  return duplicate ? 'duplicate' : state;
}

async function cancel({ project, ids }: Real, { task }: Of<'cancel'>, desk: TaskDesk): Promise<Answer> {
  await cancelTask(desk, await project.read(ids[task]!), 'key:test');
  return 'done';
}

async function reap(desk: TaskDesk): Promise<void> {
  const { control, config } = desk.context;
  for (const settled of await reapTasks(control, config, { pull: true, push: true })) desk.announceSettled(settled);
}

const codeOf = (asked: Promise<Answer>): Promise<Answer> =>
  asked.catch((error: unknown) => {
    if (error instanceof AppError) return error.code;
    throw error;
  });

const DAY_AGO = "now() - interval '1 day'";
const PASS: Record<Passing, string> = {
  available: 'available_at = now() where holder_id is null and not ready',
  // More than the grace, and less than what the auditor calls an orphan.
  lease: "lease_expires_at = now() - interval '1 minute' where holder_id is not null",
  start: `claimed_at = ${DAY_AGO} where holder_id is not null`,
  attempt: `started_at = ${DAY_AGO} where state = 'running'`,
  cancel: `cancel_requested_at = ${DAY_AGO} where cancel_requested_at is not null`,
  deadline: 'deadline_at = now() where true',
  queue_deadline: 'queue_deadline_at = now() where true',
};

const pass = ({ fleet, ids }: Real, { task, what }: Of<'pass'>) =>
  fleet.db.query(`update live_tasks set ${PASS[what]} and id = $1`, [ids[task]]);

const VIEW_SQL = `
  with agent as (select id, (ordinality - 1)::int as at from unnest($2::uuid[]) with ordinality as a(id)),
    holder as (select id, (ordinality - 1)::int as at from unnest($3::uuid[]) with ordinality as h(id))
  select json_build_object(
    'tasks', (select json_agg(json_build_object(
        'state', coalesce(l.state, o.state), 'reason', o.reason, 'result', o.result, 'epoch', coalesce(l.epoch, o.epoch),
        'live', case when l.id is not null then json_build_object('ready', l.ready, 'attempts', l.attempts,
          'agent', (select at from agent where id = l.agent_id), 'holder', (select at from holder where id = l.holder_id),
          'cancel_asked', l.cancel_requested_at is not null, 'lease_over', coalesce(l.lease_expires_at < now(), false)) end,
        'tries', coalesce((select json_agg(json_build_object('epoch', a.epoch,
            'agent', (select at from agent where id = a.agent_id), 'holder', (select at from holder where id = a.holder_id),
            'outcome', a.outcome, 'reported', a.report_hash is not null) order by a.epoch)
          from attempts a where a.task_id = given.id), '[]')) order by given.ordinality)
      from unnest($1::uuid[]) with ordinality as given(id)
      left join live_tasks l on l.id = given.id left join outcomes o on o.task_id = given.id),
    'used', (select json_agg(s.used order by agent.at) from agent join agent_slots s on s.agent_id = agent.id)) as view`;

/** What the database shows, in the words of the model. */
export async function look(real: Real): Promise<View> {
  const holders = [0, 1].map((holder) => holderOf(real, { holder }).holder_id);
  const [row] = await real.fleet.db.query<{ view: View }>(VIEW_SQL, [
    real.ids,
    real.agents.map(({ id }) => id),
    holders,
  ]);
  return row!.view;
}

/** Ends what a run has left, so that the next begins with free agents. */
export async function clear({ fleet, project }: Real): Promise<void> {
  await fleet.db.query(
    `with gone as (delete from live_tasks where project_id = $1),
       closed as (update attempts set ended_at = now(), outcome = 'released' where project_id = $1 and ended_at is null)
     update agent_slots set used = 0`,
    [project.id],
  );
}
