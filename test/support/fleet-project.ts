import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Db } from '../../src/db/database.ts';
import type { TaskDesk } from '../../src/tasks/desk.ts';
import { readTask } from '../../src/tasks/read-task.ts';
import { submitBatch, type TaskView } from '../../src/tasks/schema.ts';
import { type Submitted, submitTasks } from '../../src/tasks/submit.ts';
import { type AgentSettings, createAgent, type TestAgent } from './fleet-agent.ts';

export type ProjectSettings = { weight?: number; max_unfinished_tasks?: number };
type BatchTask = z.input<typeof submitBatch>['tasks'][number];
/** A task as a caller of the API writes it; the title is made up when it does not matter. */
export type Wish = Omit<BatchTask, 'title'> & { title?: string };
type How = { key?: string | null; desk?: TaskDesk };

export type TestProject = {
  id: string;
  max_unfinished_tasks: number;
  requires_approval: boolean;
  agent(settings?: AgentSettings): Promise<TestAgent>;
  /** Submits one task or a batch through the schema that the route uses. */
  submit(wish: Wish | Wish[], how?: How): Promise<Submitted>;
  /** Submits one task and answers its id; needs that nobody has are allowed. */
  task(wish?: Wish, how?: How): Promise<string>;
  read(id: string): Promise<TaskView>;
};

/** A project with a slug of its own, and no agents yet. */
export async function createProject(db: Db, desk: TaskDesk, settings: ProjectSettings = {}): Promise<TestProject> {
  const id = randomUUID();
  const { weight = 1, max_unfinished_tasks = 10_000 } = settings;
  await db.query('insert into projects (id, slug, name, weight, max_unfinished_tasks) values ($1, $2, $2, $3, $4)', [
    id,
    `p-${id}`,
    weight,
    max_unfinished_tasks,
  ]);
  const project: TestProject = {
    id,
    max_unfinished_tasks,
    requires_approval: false,
    agent: (wanted) => createAgent(db, desk, id, wanted),
    submit: (wish, { key = null, desk: at = desk } = {}) =>
      submitTasks(at, { project, tasks: toTasks(wish), idempotency_key: key, actor: 'key:test' }),
    async task(wish = {}, how) {
      const { ids } = await project.submit({ allow_unsatisfiable: true, ...wish }, how);
      return ids[0]!;
    },
    read: (taskId) => readTask(db, taskId, id),
  };
  return project;
}

function toTasks(wish: Wish | Wish[]) {
  const tasks = [wish].flat().map((one) => ({ title: 'A task', ...one }));
  return submitBatch.parse({ tasks }).tasks;
}
