import { readConfig } from '../src/config.ts';
import { type Database, openDatabase } from '../src/db/connect.ts';
import { migrate } from '../src/db/migrate.ts';
import { createLog } from '../src/lib/log.ts';
import { completeAttempt } from '../src/tasks/complete.ts';
import type { TaskDesk } from '../src/tasks/desk.ts';
import { pollForWork } from '../src/tasks/poll.ts';
import { submitBatch } from '../src/tasks/schema.ts';
import { submitTasks } from '../src/tasks/submit.ts';
import { addProject } from './add-project.ts';
import { enrolFleet, type Member } from './enrol-fleet.ts';
import { openDesk } from './open-desk.ts';

/** `each`: kinds of needs that an agent can serve, evenly spread. */
type Shape = { needs: number; agents: number; each: number; slots: number };

/** A database with queues and agents, and the functions behind the routes of a replica on it. */
export type QueueScene = {
  database: Database;
  desk: TaskDesk;
  project_id: string;
  agents: Member[];
  /** Submits a task of each of these needs. */
  submit(needs: number[]): Promise<void>;
  /** Asks for tasks for an agent; answers when some are granted, or none were within `wait_ms`. */
  claim(agent: Member, slots: number, wait_ms: number): Promise<Claimed[]>;
  complete(claimed: Claimed): Promise<void>;
  close(): Promise<void>;
};
export type Claimed = { agent: Member; task_id: string; epoch: number; need: number };

/** Opens a scene on an empty database. */
export async function openQueueScene(url: string, { needs, agents: count, each, slots }: Shape): Promise<QueueScene> {
  await migrate(url);
  // To fill a table takes minutes; and the connections of four scenes must fit into one server.
  const config = readConfig({ DATABASE_URL: url, DB_QUERY_TIMEOUT_MS: '600000', DB_MAX_OVERFLOW: '10' });
  const database = openDatabase(config, createLog('warn', false));
  const desk = openDesk(database, config);
  const project = await addProject(database.api);
  const project_id = project.id;
  const agents = await enrolFleet(database.api, count, (n) => {
    const first = Math.floor((n * needs) / count);
    return { capabilities: Array.from({ length: each }, (_, k) => capability((first + k) % needs)), slots };
  });
  await database.api.query('analyze');
  await desk.roster.refresh();
  for (let n = 0; n < needs; n++) await desk.classes.intern(project_id, toTasks([n])[0]!.needs);
  const never = new AbortController().signal;
  return {
    database,
    desk,
    project_id,
    agents,
    async submit(needs) {
      await submitTasks(desk, { project, tasks: toTasks(needs), idempotency_key: null, actor: 'key:bench' });
    },
    async claim(agent, slots, wait_ms) {
      const { holder_id, agent_id } = agent;
      const request = { holder_id, attempts: [], wants: [{ agent_id, slots }], wait_ms };
      const { grants } = await pollForWork(desk, request, never);
      return grants.map(({ task_id, epoch, needs: { capabilities } }) => {
        return { agent, task_id, epoch, need: Number(capabilities[0]!.slice(4)) };
      });
    },
    async complete({ agent: { agent_id, holder_id }, task_id, epoch }) {
      await completeAttempt(desk, { task_id, epoch, holder_id, actor: `agent:${agent_id}`, result: null });
    },
    async close() {
      desk.dispatcher.stop();
      await database.close();
    },
  };
}

const capability = (need: number): string => `can-${need}`;

const toTasks = (needs: number[]) =>
  submitBatch.parse({ tasks: needs.map((n) => ({ title: 'bench', needs: { capabilities: [capability(n)] } })) }).tasks;
