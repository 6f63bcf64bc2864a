import { readConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { AppError } from '../../src/errors.ts';
import { createLog } from '../../src/lib/log.ts';
import { completeAttempt } from '../../src/tasks/complete.ts';
import type { TaskDesk } from '../../src/tasks/desk.ts';
import { pollForWork } from '../../src/tasks/poll.ts';
import { submitBatch } from '../../src/tasks/schema.ts';
import { submitTasks } from '../../src/tasks/submit.ts';
import { addProject } from '../add-project.ts';
import type { Contender, WorkHooks } from '../contender.ts';
import { enrolFleet, type Member } from '../enrol-fleet.ts';
import { openDesk } from '../open-desk.ts';

const RUNNERS = 4;
const SLOTS = 64;

/** WHOOSH without HTTP: the functions behind its routes, with the pools of a replica. */
export async function openWhoosh(url: string): Promise<Contender> {
  await migrate(url);
  const config = readConfig({ DATABASE_URL: url });
  const database = openDatabase(config, createLog('warn', false));
  const desk = openDesk(database, config);
  const project = await addProject(database.api);
  const agents = await enrolFleet(database.api, RUNNERS, () => ({ capabilities: [], slots: SLOTS }));
  await desk.roster.refresh();
  const submit = (titles: string[]) => {
    const { tasks } = submitBatch.parse({ tasks: titles.map((title) => ({ title })) });
    return submitTasks(desk, { project, tasks, idempotency_key: null, actor: 'key:bench' });
  };
  return {
    name: 'WHOOSH, in process',
    how: 'submitTasks',
    submit: (n) => submit([String(n)]),
    submitMany: (count) => submit(Array.from({ length: count }, (_, n) => String(n))),
    works: [{ how: `${RUNNERS} runners of ${SLOTS} slots`, start: (hooks) => startWork(desk, agents, hooks) }],
    async close() {
      desk.dispatcher.stop();
      await database.close();
    },
  };
}

async function startWork(desk: TaskDesk, agents: Member[], hooks: WorkHooks) {
  const over = new AbortController();
  const working = Promise.all(agents.map((agent) => workAs(desk, agent, hooks, over.signal)));
  return async () => {
    over.abort();
    await working;
  };
}

/** A runner's turns: asks for as many tasks as it has slots, and completes what it was given. */
async function workAs(desk: TaskDesk, { agent_id, holder_id }: Member, hooks: WorkHooks, over: AbortSignal) {
  const wants = [{ agent_id, slots: SLOTS }];
  while (!over.aborted) {
    const { grants } = await pollForWork(desk, { holder_id, attempts: [], wants, wait_ms: 1000 }, over);
    const complete = async ({ task_id, epoch, title }: (typeof grants)[number]) => {
      hooks.started(Number(title));
      const report = { task_id, epoch, holder_id, actor: `agent:${agent_id}`, result: null };
      if (await completeAttempt(desk, report).catch(lostLease)) hooks.ended();
    };
    await Promise.all(grants.map(complete));
  }
}

/** A grant that the round before had not fetched may go back to the queue just as it is handed out again; it is not counted. */
function lostLease(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'lease_lost')) throw error;
}
